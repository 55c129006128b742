using Engine.Optimizers;

namespace Engine.Verification;

/// <summary>
/// Reference cases of optimizers: from <c>initial</c>, one step with each of <c>gradients</c> [steps, ...]. The value
/// after each step is recorded in <c>values</c> [steps, ...].
/// </summary>
internal static class ReferenceOptimizers
{
    public static void Adam(ReferenceRun run) => Follow(run, parameters => new Adam<double>(
        parameters, run.Case.Number("lr"), run.Case.Number("beta1", 0.9), run.Case.Number("beta2", 0.999),
        run.Case.Number("eps", 1e-8), run.Case.Number("weight_decay", 0)));

    public static void AdamW(ReferenceRun run) => Follow(run, parameters => new AdamW<double>(
        parameters, run.Case.Number("lr"), run.Case.Number("beta1", 0.9), run.Case.Number("beta2", 0.999),
        run.Case.Number("eps", 1e-8), run.Case.Number("weight_decay", 0.01)));

    public static void Sgd(ReferenceRun run) => Follow(run, parameters => new Sgd<double>(
        parameters, run.Case.Number("lr"), run.Case.Number("momentum", 0), run.Case.Flag("nesterov"),
        run.Case.Number("weight_decay", 0)));

    public static void Adagrad(ReferenceRun run) => Follow(run, parameters => new Adagrad<double>(
        parameters, run.Case.Number("lr"), run.Case.Number("eps", 1e-10), run.Case.Number("weight_decay", 0)));

    public static void Adadelta(ReferenceRun run) => Follow(run, parameters => new Adadelta<double>(
        parameters, run.Case.Number("lr"), run.Case.Number("rho", 0.9), run.Case.Number("eps", 1e-6),
        run.Case.Number("weight_decay", 0)));

    public static void RmsProp(ReferenceRun run) => Follow(run, parameters => new RmsProp<double>(
        parameters, run.Case.Number("lr"), run.Case.Number("alpha", 0.99), run.Case.Number("eps", 1e-8),
        run.Case.Number("momentum", 0), run.Case.Number("weight_decay", 0)));

    public static void NAdam(ReferenceRun run) => Follow(run, parameters => new NAdam<double>(
        parameters, run.Case.Number("lr"), run.Case.Number("beta1", 0.9), run.Case.Number("beta2", 0.999),
        run.Case.Number("eps", 1e-8), run.Case.Number("momentum_decay", 4e-3), run.Case.Number("weight_decay", 0)));

    /// <summary>Gradient clipping: <c>grad0</c>, <c>grad1</c>, ... before and after, and their norm before.</summary>
    public static void ClipByNorm(ReferenceRun run)
    {
        Parameter<double> Create(string name) => new(name, Tensor<double>.Zeros(run.Case.Need("in." + name).Shape));
        var parameters = Array.ConvertAll(run.Case.Names("in."), Create);
        var gradients = new GradientSet<double>(parameters);
        foreach (var parameter in parameters) run.Case.Need("in." + parameter.Name).CopyTo(gradients[parameter]);
        var norm = GradientClipping.ByNorm(gradients, run.Case.Number("max_norm"));
        run.Give("norm", Tensor<double>.From([], [norm]));
        foreach (var parameter in parameters)
            run.Give(parameter.Name, Tensor<double>.From(parameter.Shape, gradients[parameter]));
    }

    private static void Follow(ReferenceRun run, Func<IReadOnlyList<Parameter<double>>, Optimizer<double>> create)
    {
        var (initial, given) = (run.Case.Need("in.initial"), run.Case.Need("in.gradients"));
        var (shape, all) = (initial.Shape, given.Shape);
        if (all.Rank == 0 || !all.AsSpan()[1..].SequenceEqual(shape.AsSpan()))
            throw run.Case.Malformed(
                $"tensor 'in.gradients' is {all} where [steps, ...] of {shape} is needed; {ReferenceCase.Remedy}.");
        var parameter = new Parameter<double>("weight", Tensor<double>.From(shape, initial.Data));
        var optimizer = create([parameter]);
        var gradients = new GradientSet<double>([parameter]);
        var values = Tensor<double>.Zeros(all);
        for (var first = 0; first < given.Count; first += initial.Count)
        {
            given.Data.Slice(first, initial.Count).CopyTo(gradients[parameter]);
            optimizer.Step(gradients);
            parameter.Value.CopyTo(values.Span[first..]);
        }
        run.Give("values", values);
    }
}
