
namespace Engine;

/// <summary>Points at which gradients are checked, in double.</summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
///
/// Console.WriteLine(Samples.Normal(3, 7).Shape);       // prints: [3, 7]
/// var smooth = Samples.AwayFromZero(new RandomStream(1), [9]);    // ReLU has a kink at 0
/// Console.WriteLine(GradientCheck.Of(x => Op.Relu(x), smooth).Passed);    // prints: True
/// ]]></code>
/// </example>
public static class Samples
{
    private const long DefaultSeed = 20170612;

    /// <summary>Standard normal numbers in the given shape: <c>Samples.Normal(3, 7)</c>.</summary>
    public static Tensor<double> Normal(params ReadOnlySpan<int> shape) =>
        Normal(new RandomStream(DefaultSeed), new Shape(shape));

    /// <summary>Standard normal numbers.</summary>
    public static Tensor<double> Normal(RandomStream random, Shape shape) => Fill(shape, _ => random.NextNormal());

    /// <summary>Numbers in [0.5, 2.5): where logarithm, root and division are smooth.</summary>
    public static Tensor<double> Positive(RandomStream random, Shape shape) =>
        Fill(shape, _ => 0.5 + (2 * random.NextUniform()));

    /// <summary>Numbers of both signs at least 0.1 away from 0, where ReLU and similar functions have a kink.</summary>
    public static Tensor<double> AwayFromZero(RandomStream random, Shape shape) =>
        Fill(shape, _ =>
        {
            var value = random.NextNormal();
            return value + (0.1 * (value < 0 ? -1 : 1));
        });

    /// <summary>
    /// Numbers at least 0.05 apart, in random order, so that a small step does not change which is largest.
    /// </summary>
    public static Tensor<double> Distinct(RandomStream random, Shape shape)
    {
        var order = Enumerable.Range(0, shape.Elements).ToArray();
        random.Shuffle<int>(order);
        return Fill(shape, i => (0.1 * (order[i] - (shape.Elements / 2.0))) + (0.05 * random.NextUniform()));
    }

    /// <summary>Random indices in [0, <paramref name="limit"/>).</summary>
    public static int[] Indices(RandomStream random, int count, int limit)
    {
        var indices = new int[count];
        for (var i = 0; i < count; i++) indices[i] = random.NextInteger(limit);
        return indices;
    }

    /// <summary>
    /// The same numbers in memory with the last two dimensions swapped, so that the tensor is not contiguous (unless
    /// one of the two is 1).
    /// </summary>
    public static Tensor<double> Transposed(Tensor<double> x)
    {
        if (x.Shape.Rank < 2) return x;
        var last = x.Shape.Rank - 1;
        var swapped = x.Shape.With(last, x.Shape[last - 1]).With(last - 1, x.Shape[last]);
        var memory = Tensor<double>.Zeros(swapped);
        var strides = memory.Strides;
        (strides[last], strides[last - 1]) = (strides[last - 1], strides[last]);
        var view = memory.View(x.Shape, strides, 0);
        StridedCopy.Scatter(x.ToArray(), view.Memory, x.Shape, strides);
        return view;
    }

    private static Tensor<double> Fill(Shape shape, Func<int, double> value)
    {
        var values = new double[shape.Elements];
        for (var i = 0; i < values.Length; i++) values[i] = value(i);
        return Tensor<double>.From(shape, values);
    }
}
