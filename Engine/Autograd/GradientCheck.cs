
namespace Engine;

/// <summary>
/// Compares the gradient that the tape computes with finite differences, in double. For a function y = f(x) and a
/// random fixed weighting r, the check takes L = sum(r · y). It compares dL/dx along random directions, and element by
/// element where x is small.
/// </summary>
/// <remarks>
/// The stencil has five points, L'(0) ≈ (L(-2h) - 8 L(-h) + 8 L(h) - L(2h)) / 12h, with an error of order h⁴. The check
/// compares the stencils at h and h/2. If they disagree, a kink (of ReLU, of a maximum) lies inside, and h is halved
/// until they agree. Every evaluation uses the same random stream, so that dropout drops the same elements.
/// At a kink itself, such as ReLU at 0 or equal numbers in a maximum, there is no derivative to compare with. Where a
/// derivative differs, and the one-sided differences to the left and to the right differ too, the report says that the
/// point may lie on a kink.
/// </remarks>
public static class GradientCheck
{
    private const int Directions = 2;
    private const int ElementwiseLimit = 80;
    private const double RelativeStep = 1e-3;
    private const double SmallestRelativeStep = 1e-6;
    private const double Agreement = 1e-8;
    private const double OneSidedRelativeStep = 1e-5;
    private const double SmallestJump = 1e-6;

    /// <summary>Checks an operation of one input.</summary>
    public static GradientReport Of(Func<Tensor<double>, Tensor<double>> f, Tensor<double> x) =>
        Of(new GradientCase($"{x.Shape}", [x], (_, inputs) => f(inputs[0])));

    /// <summary>Checks an operation of two inputs, with respect to both inputs.</summary>
    public static GradientReport Of(
        Func<Tensor<double>, Tensor<double>, Tensor<double>> f, Tensor<double> x, Tensor<double> z) =>
        Of(new GradientCase($"{x.Shape}, {z.Shape}", [x, z], (_, inputs) => f(inputs[0], inputs[1])));

    /// <summary>Checks a case with respect to all its inputs and parameters.</summary>
    /// <param name="check">The case.</param>
    /// <param name="seed">Draws the weighting, the directions and dropout.</param>
    /// <exception cref="InvalidOperationException">No recorded operation leads from the inputs to the
    /// output.</exception>
    public static GradientReport Of(GradientCase check, long seed = 1)
    {
        var random = new RandomStream(seed);
        var leaves = check.Inputs.Select((x, i) => (Leaf)new InputLeaf(x, $"input {i} {x.Shape}"))
            .Concat(check.Parameters.Select(p => new ParameterLeaf(p))).ToArray();
        var point = new Evaluation(check, leaves, random.Fork(0));
        var gradients = point.Gradients();

        var largest = gradients.Select(g => g.Max(Math.Abs)).ToArray();
        // Where every gradient is zero (a softmax over one number), an error is measured against the size of L's terms.
        var floor = 1e-3 * largest.Append(Math.Min(1, point.Magnitude)).Max();
        var total = leaves.Sum(leaf => leaf.Count);
        var report = new GradientReport(0, 0, "none");
        for (var i = 0; i < leaves.Length; i++)
        {
            var scale = Math.Max(Math.Max(largest[i], floor), double.Epsilon);
            foreach (var (direction, place) in DirectionsOf(leaves[i], total <= ElementwiseLimit, random.Fork(i + 1)))
            {
                var ours = gradients[i].Zip(direction, (g, d) => g * d).Sum();
                var numeric = Numeric(point, leaves[i], direction, scale);
                var error = Math.Abs(ours - numeric) / scale;
                report = report.Merge(new GradientReport(1, error, place)
                {
                    MayLieOnKink = error > GradientReport.Tolerance && HasKink(point, leaves[i], direction, scale),
                });
            }
        }
        return report;
    }

    private static IEnumerable<(double[] Direction, string Place)> DirectionsOf(
        Leaf leaf, bool elementwise, RandomStream random)
    {
        for (var i = 0; elementwise && i < leaf.Count; i++)
        {
            var unit = new double[leaf.Count];
            unit[i] = 1;
            yield return (unit, $"element {i} of {leaf.Name}");
        }
        for (var i = 0; i < Directions; i++)
        {
            var direction = new double[leaf.Count];
            for (var j = 0; j < direction.Length; j++) direction[j] = random.NextNormal();
            var norm = Math.Sqrt(direction.Sum(d => d * d));
            for (var j = 0; j < direction.Length; j++) direction[j] /= norm;
            yield return (direction, $"a direction of {leaf.Name}");
        }
    }

    private static double Numeric(Evaluation point, Leaf leaf, double[] direction, double scale)
    {
        var magnitude = Math.Max(leaf.Values.Max(Math.Abs), 1e-3);
        var step = RelativeStep;
        var coarse = Stencil(point, leaf, direction, step * magnitude);
        while (true)
        {
            step /= 2;
            var fine = Stencil(point, leaf, direction, step * magnitude);
            if (Math.Abs(coarse - fine) <= Agreement * scale || step < SmallestRelativeStep) return coarse;
            coarse = fine;
        }
    }

    private static double Stencil(Evaluation point, Leaf leaf, double[] direction, double h)
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
    private static bool HasKink(Evaluation point, Leaf leaf, double[] direction, double scale)
    {
        var h = OneSidedRelativeStep * Math.Max(leaf.Values.Max(Math.Abs), 1e-3);
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

    /// <summary>L at the present values of the leaves, always with the same weighting and random stream.</summary>
    private sealed class Evaluation(GradientCase check, Leaf[] leaves, RandomStream random)
    {
        private double[]? weighting;

        /// <summary>The sum of |r · y| at the point. Rounding errors of L are relative to this sum.</summary>
        public double Magnitude { get; private set; }

        public double Loss()
        {
            using var tape = new Tape<double>(check.Mode, random.Fork(1));
            return Weighted(Run(tape, out _));
        }

        public double[][] Gradients()
        {
            using var tape = new Tape<double>(check.Mode, random.Fork(1));
            var y = Run(tape, out var inputs);
            Weighted(y);
            if (y.Node < 0)
                throw new InvalidOperationException($"GradientCheck: the output {y.Shape} does not depend on the " +
                    "inputs through recorded operations; was one computed outside the tape?");
            var set = new GradientSet<double>(inputs.Cast<object>().Concat(check.Parameters));
            tape.BackwardFrom(y, weighting!, set);
            return leaves.Select((leaf, i) =>
                leaf is ParameterLeaf { Parameter: var p } ? set[p].ToArray() : set[inputs[i]].ToArray()).ToArray();
        }

        private Tensor<double> Run(Tape<double> tape, out Tensor<double>[] inputs)
        {
            inputs = check.Inputs.Select(tape.Variable).ToArray();
            return check.Function(tape, inputs);
        }

        private double Weighted(Tensor<double> y)
        {
            var values = y.ToArray();
            if (weighting is null)
            {
                var draw = random.Fork(2);
                weighting = values.Select(_ => draw.NextNormal()).ToArray();
                Magnitude = values.Zip(weighting, (value, r) => Math.Abs(value * r)).Sum();
            }
            return values.Zip(weighting, (value, r) => value * r).Sum();
        }
    }

    private abstract class Leaf(string name, double[] values)
    {
        public string Name => name;

        public double[] Values => values;

        public int Count => values.Length;

        public void Move(double[] direction, double t) => Write(values.Zip(direction, (x, d) => x + (t * d)).ToArray());

        protected abstract void Write(double[] moved);
    }

    private sealed class InputLeaf(Tensor<double> input, string name) : Leaf(name, input.ToArray())
    {
        protected override void Write(double[] moved) =>
            StridedCopy.Scatter(moved, input.Memory[input.Offset..], input.Shape, input.Strides);
    }

    private sealed class ParameterLeaf(Parameter<double> parameter)
        : Leaf(parameter.ToString(), parameter.Value.ToArray())
    {
        public Parameter<double> Parameter => parameter;

        protected override void Write(double[] moved) => moved.CopyTo(parameter.Update());
    }
}
