namespace Engine.Verification;

/// <summary>
/// Compares computed outputs and gradients with recorded ones. Each output and gradient of the file must be computed,
/// have the recorded shape and be no NaN. If there are several ways to compute a case, all must agree.
/// </summary>
internal sealed class ReferenceComparison(ReferenceCase recorded)
{
    private const double SmallestShare = 1e-3;

    private bool isComputed;
    private double worst;
    private string worstTensor = "";

    public ReferenceResult Result
    {
        get
        {
            var outcome = !isComputed ? ReferenceOutcome.WithoutOperation
                : worst <= ReferenceCases.Tolerance ? ReferenceOutcome.Agrees
                : ReferenceOutcome.Differs; // NaN too
            return new ReferenceResult(recorded.Name, recorded.Operation, outcome, worst, worstTensor);
        }
    }

    /// <summary>Compares one way of computing the case.</summary>
    public void Add(ReferenceRun run)
    {
        var gradients = run.Gradients(); // this also commits the step's changes of state
        Compare(["out.", "state_after."], run.Outputs);
        Compare(["grad_in.", "grad_param."], gradients);
    }

    /// <summary>Adds a failure: a way of computing the case refused its tensors.</summary>
    public void AddFailure(string message) => Note(double.PositiveInfinity, message);

    // An error is relative to its tensor's largest number, or to a thousandth of the largest number of all tensors.
    private void Compare(string[] prefixes, IReadOnlyDictionary<string, Tensor<double>> ours)
    {
        var theirs = recorded.Numbers
            .Where(pair => prefixes.Any(prefix => pair.Key.StartsWith(prefix, StringComparison.Ordinal)))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => (Name: pair.Key, pair.Value.Shape, Values: pair.Value.ToArray())).ToArray();
        var floor = SmallestShare * theirs.Select(tensor => Largest(tensor.Values)).DefaultIfEmpty().Max();
        foreach (var (name, shape, values) in theirs)
        {
            if (!ours.TryGetValue(name, out var computed))
                Note(double.PositiveInfinity, $"{name}: is not computed");
            else if (computed.Shape != shape)
                Note(double.PositiveInfinity, $"{name}: is {computed.Shape} instead of {shape}");
            else
                Note(Error(computed.ToArray(), values, Math.Max(Largest(values), floor)), name);
        }
    }

    private void Note(double error, string tensor)
    {
        // The negation makes NaN count as worst.
        if (!isComputed || (!(error <= worst) && !double.IsNaN(worst))) (worst, worstTensor) = (error, tensor);
        isComputed = true;
    }

    private static double Largest(double[] values) => values.Max(Math.Abs);

    private static double Error(double[] ours, double[] theirs, double scale)
    {
        var largest = 0.0;
        for (var i = 0; i < theirs.Length; i++)
        {
            // An infinite number on either side would make the quotient 0.
            if (!double.IsFinite(ours[i]) || !double.IsFinite(theirs[i])) return double.NaN;
            largest = Math.Max(largest, Math.Abs(ours[i] - theirs[i]));
        }
        return largest == 0 ? 0 : largest / scale;
    }
}
