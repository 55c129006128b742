namespace Engine;

/// <summary>
/// Compares the gradient of one leaf with finite differences of L, along a direction or at an element.
/// </summary>
/// <param name="point">Evaluates L.</param>
/// <param name="leaf">The input or parameter that moves.</param>
/// <param name="gradient">The tape's gradient of the leaf.</param>
/// <param name="scale">What errors are relative to.</param>
internal sealed class FiniteDifferences(
    GradientEvaluation point, GradientLeaf leaf, double[] gradient, double scale)
{
    private const double RelativeStep = 1e-3;
    private const double SmallestRelativeStep = 1e-6;
    private const double Agreement = 1e-8;
    private const double OneSidedRelativeStep = 1e-5;
    private const double SmallestJump = 1e-6;

    private readonly double magnitude = Math.Max(leaf.Values.Max(Math.Abs), 1e-3);

    /// <summary>The tape's gradient.</summary>
    public ReadOnlySpan<double> Gradient => gradient;

    /// <summary>
    /// Compares the derivative along a direction. Elements that the direction leaves out do not count.
    /// </summary>
    public ComparedDerivative Along(double[] direction)
    {
        var ours = 0.0;
        for (var i = 0; i < gradient.Length; i++)
        {
            if (direction[i] != 0) ours += gradient[i] * direction[i];
        }
        return Compare(direction, ours, null);
    }

    /// <summary>Compares the derivative at one element.</summary>
    public ComparedDerivative AtElement(int element)
    {
        var unit = new double[leaf.Count];
        unit[element] = 1;
        return Compare(unit, gradient[element], element);
    }

    private ComparedDerivative Compare(double[] direction, double ours, int? element)
    {
        var compared = new ComparedDerivative(
            element is { } i ? leaf.IndexOf(i) : null, element is { } j ? leaf.Values[j] : null,
            Numeric(direction), ours, scale);
        return compared.IsRight ? compared : compared with { LiesOnKink = HasKink(direction) };
    }

    private double Numeric(double[] direction)
    {
        var step = RelativeStep;
        var coarse = Stencil(direction, step * magnitude);
        while (true)
        {
            step /= 2;
            var fine = Stencil(direction, step * magnitude);
            if (Math.Abs(coarse - fine) <= Agreement * scale || step < SmallestRelativeStep) return coarse;
            coarse = fine;
        }
    }

    private double Stencil(double[] direction, double h)
    {
        double At(double t)
        {
            leaf.Move(direction, t);
            return point.Loss();
        }

        var derivative = (At(-2 * h) - (8 * At(-h)) + (8 * At(h)) - At(2 * h)) / (12 * h);
        leaf.Move(direction, 0);
        return derivative;
    }

    /// <summary>
    /// Whether the derivatives to the left and to the right exist and differ. A jump of L, and noise, have no
    /// one-sided derivatives: their differences do not settle when h is halved.
    /// </summary>
    private bool HasKink(double[] direction)
    {
        var h = OneSidedRelativeStep * magnitude;
        var (left, right) = (OneSided(-h), OneSided(h));
        var jump = Math.Abs(right - left);
        var holds = jump > SmallestJump * scale
            && Math.Abs(OneSided(-h / 2) - left) < jump / 10 && Math.Abs(OneSided(h / 2) - right) < jump / 10;
        leaf.Move(direction, 0);
        return holds;

        // L'(0) ≈ (-25 L(0) + 48 L(h) - 36 L(2h) + 16 L(3h) - 3 L(4h)) / 12h, with an error of order h⁴.
        double OneSided(double h)
        {
            double[] weights = [-25, 48, -36, 16, -3];
            var sum = 0.0;
            for (var i = 0; i < weights.Length; i++)
            {
                leaf.Move(direction, i * h);
                sum += weights[i] * point.Loss();
            }
            return sum / (12 * h);
        }
    }
}
