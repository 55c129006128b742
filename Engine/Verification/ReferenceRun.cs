using Engine.Layers;

namespace Engine.Verification;

/// <summary>One computation of a recorded case, with its own tape.</summary>
internal sealed class ReferenceRun(ReferenceCase recorded) : IDisposable
{
    private readonly Dictionary<string, Tensor<double>> inputs = [];
    private readonly Dictionary<string, Parameter<double>> parameters = [];
    private readonly Dictionary<string, Tensor<double>> outputs = [];
    private readonly Dictionary<string, Buffer<double>> buffers = [];

    public ReferenceCase Case { get; } = recorded;

    /// <summary>A tape in training mode, or in evaluation mode if the case was recorded so.</summary>
    public Tape<double> Tape { get; } = new(recorded.Flag("training", true) ? Mode.Training : Mode.Evaluation);

    /// <summary>The computed outputs by the file's names; empty if this way cannot compute the case.</summary>
    public IReadOnlyDictionary<string, Tensor<double>> Outputs => outputs;

    /// <summary>An input <c>in.name</c>, the same tensor each time; a variable if the file has its gradient.</summary>
    public Tensor<double> Input(string name)
    {
        if (inputs.TryGetValue(name, out var known)) return known;
        var value = Case.Need("in." + name);
        return inputs[name] = Case.Numbers.ContainsKey("grad_in." + name) ? Tape.Variable(value) : Tape.Constant(value);
    }

    /// <summary>
    /// Sets the parameters (<c>param.name</c>) and buffers (<c>state.name</c>) that the file has; the others keep their
    /// initial values.
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
        foreach (var (name, buffer) in module.NamedBuffers)
        {
            if (Recorded("state." + name, buffer.Shape) is not { } value) continue;
            value.CopyTo(buffer.Update());
            buffers[name] = buffer;
        }
        return module;
    }

    /// <summary>Gives the output <c>out.name</c>.</summary>
    public void Give(string name, Tensor<double> value) => outputs["out." + name] = value;

    /// <summary>Gives the output <c>y</c>.</summary>
    public void Give(Tensor<double> y) => Give("y", y);

    /// <summary>
    /// The gradients of the inputs (<c>grad_in.*</c>) and parameters (<c>grad_param.*</c>) for the file's gradients of
    /// the outputs. Then it commits the step, and adds the buffers after the step to the outputs
    /// (<c>state_after.*</c>).
    /// </summary>
    public Dictionary<string, Tensor<double>> Gradients()
    {
        var found = new Dictionary<string, Tensor<double>>();
        BackwardInto(found);
        foreach (var (name, buffer) in buffers) outputs["state_after." + name] = buffer.Value;
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
