using Engine.Layers;

namespace Engine.Verification;

/// <summary>One computation of a recorded case on a tape of its own.</summary>
internal sealed class ReferenceRun(ReferenceCase recorded) : IDisposable
{
    private readonly Dictionary<string, Tensor<double>> inputs = [];
    private readonly Dictionary<string, Parameter<double>> parameters = [];
    private readonly Dictionary<string, Tensor<double>> outputs = [];
    private readonly Dictionary<string, Buffer<double>> statistics = [];

    public ReferenceCase Case { get; } = recorded;

    /// <summary>In training, unless the case says that it was recorded in use.</summary>
    public Tape<double> Tape { get; } = new(recorded.Flag("training", true) ? Mode.Training : Mode.Evaluation);

    /// <summary>What was computed, by the file's names; a path that does not apply leaves it empty.</summary>
    public IReadOnlyDictionary<string, Tensor<double>> Outputs => outputs;

    /// <summary>An input <c>in.name</c>, the same tensor each time; a variable if the file has its gradient.</summary>
    public Tensor<double> Input(string name)
    {
        if (inputs.TryGetValue(name, out var known)) return known;
        var value = Case.Need("in." + name);
        return inputs[name] = Case.Numbers.ContainsKey("grad_in." + name) ? Tape.Variable(value) : Tape.Constant(value);
    }

    /// <summary>
    /// Sets the parameters (<c>param.name</c>) and statistics (<c>state.name</c>) that the file has; the others keep
    /// their first values.
    /// </summary>
    public TModule Load<TModule>(TModule module)
        where TModule : Module<double>
    {
        foreach (var (name, parameter) in module.NamedParameters)
        {
            if (Recorded("param." + name, parameter.Shape) is not { } value) continue;
            value.CopyTo(parameter.Update());
            parameters[name] = parameter;
        }
        foreach (var (name, statistic) in module.NamedBuffers)
        {
            if (Recorded("state." + name, statistic.Shape) is not { } value) continue;
            value.CopyTo(statistic.Update());
            statistics[name] = statistic;
        }
        return module;
    }

    /// <summary>Gives the output <c>out.name</c>.</summary>
    public void Give(string name, Tensor<double> value) => outputs["out." + name] = value;

    /// <summary>Gives the output <c>y</c>.</summary>
    public void Give(Tensor<double> y) => Give("y", y);

    /// <summary>
    /// The gradients that leave by the inputs (<c>grad_in.*</c>) and parameters (<c>grad_param.*</c>), given those that
    /// the file sends into the outputs. Then the step is made, and the statistics are given as it leaves them
    /// (<c>state_after.*</c>).
    /// </summary>
    public Dictionary<string, Tensor<double>> Gradients()
    {
        var found = new Dictionary<string, Tensor<double>>();
        BackwardInto(found);
        foreach (var (name, statistic) in statistics) outputs["state_after." + name] = statistic.Value;
        return found;
    }

    private void BackwardInto(Dictionary<string, Tensor<double>> found)
    {
        var arriving = Case.Names("grad_out.")
            .Where(name => outputs.TryGetValue("out." + name, out var y) && y.Node >= 0
                && y.Shape == Case.Numbers["grad_out." + name].Shape)
            .ToArray();
        if (arriving.Length == 0) return;

        // Adding up sum(y · dY) over the outputs gives them their gradients in one backward pass.
        Tensor<double>? loss = null;
        foreach (var name in arriving)
        {
            var dY = Tape.Constant(Case.Numbers["grad_out." + name]);
            var term = Op.Sum(Op.Multiply(outputs["out." + name], dY));
            loss = loss is null ? term : Op.Add(loss, term);
        }
        var gradients = Tape.Backward(loss!);
        gradients.Commit();
        foreach (var (name, input) in inputs)
        {
            if (input.Node >= 0) found["grad_in." + name] = Tensor<double>.From(input.Shape, gradients[input]);
        }
        foreach (var (name, parameter) in parameters)
        {
            if (gradients.Contains(parameter))
                found["grad_param." + name] = Tensor<double>.From(parameter.Shape, gradients[parameter]);
        }
    }

    private Tensor<double>? Recorded(string name, Shape shape)
    {
        if (!Case.Numbers.TryGetValue(name, out var value)) return null;
        return value.Shape == shape
            ? value
            : throw Case.Malformed($"tensor '{name}' is {value.Shape} where the other tensors ask for {shape}; " +
                $"{ReferenceCase.Remedy}.");
    }

    public void Dispose() => Tape.Dispose();
}
