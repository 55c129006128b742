namespace Engine;

/// <summary>
/// Compares the gradient that the tape computes with finite differences, in double. For a function y = f(x) and a
/// random fixed weighting r, the check takes L = sum(r · y). It compares dL/dx along random directions, and element by
/// element where x is small. In a large x, it looks for the wrong elements only where a direction is wrong.
/// </summary>
/// <remarks>
/// The stencil has five points, L'(0) ≈ (L(-2h) - 8 L(-h) + 8 L(h) - L(2h)) / 12h, with an error of order h⁴. The check
/// compares the stencils at h and h/2. If they disagree, a kink (of ReLU, of a maximum) lies inside, and h is halved
/// until they agree. Every evaluation uses the same random stream, so that dropout drops the same elements.
/// At a kink itself, such as ReLU at 0 or equal numbers in a maximum, there is no derivative to compare with. Where a
/// derivative differs, and the one-sided differences to the left and to the right differ too, the report says that the
/// point lies on a kink.
/// <para>
/// Second derivatives: a tape computes no gradient of a gradient. A function that calls <c>Backward</c> itself is
/// checked like every other: the finite differences are then differences of its gradients, and an operation whose
/// forward is a gradient is right if its own backward is. If no backward leads through the gradient, the check is wrong
/// and its report says why.
/// </para>
/// </remarks>
/// <example>
/// <code><![CDATA[
/// using Engine;
///
/// static Tensor<double> Swish(Tensor<double> x) => x * Op.Sigmoid(x);
/// Console.WriteLine(GradientCheck.Of(Swish, Samples.Normal(3, 7)).Passed);     // prints: True
/// ]]></code>
/// </example>
public static class GradientCheck
{
    private const int Directions = 2;
    private const int ElementwiseLimit = 80;
    private const double Thousandth = 1e-3;

    /// <summary>Checks an operation of one input.</summary>
    /// <inheritdoc cref="Of(GradientCase, long)"/>
    public static GradientReport Of(Func<Tensor<double>, Tensor<double>> f, Tensor<double> x) =>
        Of(GradientCase.Of(x, f));

    /// <summary>Checks an operation of two inputs, with respect to both inputs.</summary>
    /// <inheritdoc cref="Of(GradientCase, long)"/>
    public static GradientReport Of(
        Func<Tensor<double>, Tensor<double>, Tensor<double>> f, Tensor<double> x, Tensor<double> z) =>
        Of(GradientCase.Of(x, z, f));

    /// <summary>
    /// Checks a function of one input that uses a layer or a model, with respect to the input and to all parameters of
    /// the layer: <c>GradientCheck.Of(attention, x => attention.Forward(x, layout, true), x)</c>. A layer of one tensor
    /// needs no function (<c>GradientCheck.Of(layer, x)</c>, with <c>using Engine.Layers</c>).
    /// </summary>
    /// <inheritdoc cref="Of(GradientCase, long)"/>
    public static GradientReport Of(
        INamedParameters<double> module, Func<Tensor<double>, Tensor<double>> f, Tensor<double> x) =>
        Of(GradientCase.Of(x, f) with { Module = module });

    /// <summary>Checks a case with respect to all its inputs and parameters.</summary>
    /// <param name="check">The case.</param>
    /// <param name="seed">Draws the weighting, the directions and dropout.</param>
    /// <exception cref="InvalidOperationException">No recorded operation leads from the inputs to the
    /// output.</exception>
    public static GradientReport Of(GradientCase check, long seed = 1)
    {
        var random = new RandomStream(seed);
        var leaves = GradientLeaf.Of(check);
        var point = new GradientEvaluation(check, leaves, random.Fork(0));
        var gradients = point.Gradients();
        var scales = Scales(gradients, point.Magnitude);
        var elementwise = leaves.Sum(leaf => leaf.Count) <= ElementwiseLimit;

        var tensors = new TensorCheck[leaves.Count];
        for (var i = 0; i < tensors.Length; i++)
        {
            var differences = new FiniteDifferences(point, leaves[i], gradients[i], scales[i].Value);
            tensors[i] = Check(leaves[i], differences, elementwise, random.Fork(i + 1))
                with { Scale = scales[i].Value, ScaleMeaning = scales[i].Meaning };
        }
        return new GradientReport(tensors)
        {
            UncheckedParameters = point.UncheckedParameters,
            CallsBackward = point.CallsBackward,
        };
    }

    private static TensorCheck Check(
        GradientLeaf leaf, FiniteDifferences differences, bool elementwise, RandomStream random)
    {
        var compared = new List<ComparedDerivative>();
        for (var i = 0; elementwise && i < leaf.Count; i++) compared.Add(differences.AtElement(i));
        ComparedDerivative? failed = null;
        var (suspect, examined) = (Array.Empty<double>(), leaf.Count);
        for (var i = 0; i < Directions; i++)
        {
            var direction = UnitDirection(leaf.Count, random);
            compared.Add(differences.Along(direction));
            if (compared[^1].IsRight || (failed is not null && !compared[^1].IsWorseThan(failed))) continue;
            (failed, suspect) = (compared[^1], direction);
        }
        if (failed is not null && !elementwise)
            examined = new ElementSearch(differences, suspect).Find(compared);
        return TensorCheck.Of(leaf, compared, examined);
    }

    private static double[] UnitDirection(int count, RandomStream random)
    {
        var direction = new double[count];
        for (var j = 0; j < direction.Length; j++) direction[j] = random.NextNormal();
        var norm = Math.Sqrt(direction.Sum(d => d * d));
        for (var j = 0; j < direction.Length; j++) direction[j] /= norm;
        return direction;
    }

    /// <summary>What the errors of each tensor are measured against, and the words for it.</summary>
    private static (double Value, string Meaning)[] Scales(double[][] gradients, double magnitude)
    {
        var largest = Array.ConvertAll(gradients, g => g.Select(Math.Abs).Where(double.IsFinite).Append(0).Max());
        // Where every gradient is zero (a softmax over one number), an error is measured against the size of L's terms.
        var (ofAll, ofTerms) = (largest.Append(0).Max(), Math.Min(1, magnitude));
        return Array.ConvertAll(largest, own =>
            own > 0 && own >= Thousandth * Math.Max(ofAll, ofTerms) ? (own, "its largest gradient")
            : ofAll > 0 && ofAll >= ofTerms ? (Thousandth * ofAll, "a thousandth of the largest gradient of all")
            : ofTerms > 0 ? (Thousandth * ofTerms, "a thousandth of the terms of the loss, at most 1")
            : (double.Epsilon, "the smallest number, since all gradients and the loss are zero"));
    }
}
