using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// The operations on tensors. An operation's file has its formula, shape check, forward and, beside it, backward; where
/// an operation needs more files, its own file lists them. The operands of a call are on one tape; operands on no tape
/// count as constants.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
///
/// using var tape = new Tape<double>();
/// var x = tape.Variable(Tensor<double>.From([2], [0, 1]));
/// var y = Op.Sum(3 * Op.Tanh(x) + x);                  // operators do arithmetic, Op all else
/// Console.WriteLine(tape.Backward(y)[x][0]);           // prints: 4
/// ]]></code>
/// </example>
public static partial class Op
{
    /// <summary>
    /// y = f(x) element by element, with dX = gradient(dY, y) or, if the derivative is not a function of y,
    /// dX = gradient(dY, x).
    /// </summary>
    private static Tensor<T> Map<T, TFunction, TGradient>(
        CatalogueEntry entry, Tensor<T> x, TFunction f, TGradient gradient, bool ofInput = false)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
        where TGradient : struct, IBinaryFunction<T>
    {
        var tape = Tape<T>.Of(entry, x);
        var y = tape.Allocate(x.Shape);
        Elementwise.Map(f, x.Ordered(tape), y.Span);
        var saved = ofInput ? x : y;
        return tape.Record(entry, y, [x], adjoints =>
        {
            var dX = adjoints.Into(x);
            Elementwise.Map(gradient, adjoints.Of(y), saved.Ordered(tape), dX.Span, dX.Accumulate);
        });
    }

    /// <summary>y = f(x, z) element by element over the shape that both broadcast to.</summary>
    private static Tensor<T> Broadcast<T, TFunction>(CatalogueEntry entry, Tensor<T> x, Tensor<T> z, TFunction f)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T>
    {
        var tape = Tape<T>.Of(entry, x, z);
        var shape = Broadcasting.Combine(entry.Name, x.Shape, z.Shape);
        var y = tape.Allocate(shape);
        Broadcasting.Map(
            f, x.Memory[x.Offset..], Broadcasting.Expand(x, shape), z.Memory[z.Offset..],
            Broadcasting.Expand(z, shape), shape, y.Span);
        return y;
    }

    /// <summary>
    /// Adds f(dY, z), summed to the shape of x, to the gradient of x: the adjoint of <see cref="Broadcast"/>.
    /// </summary>
    private static void AddBroadcastGradient<T, TFunction>(
        Adjoints<T> adjoints, Tensor<T> y, Tensor<T> z, TFunction f, Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T>
    {
        var scratch = adjoints.Borrow(y.Count);
        var product = scratch.Span[..y.Count];
        Broadcasting.Map(
            f, adjoints.Of(y), y.Shape.ContiguousStrides(), z.Memory[z.Offset..],
            Broadcasting.Expand(z, y.Shape), y.Shape, product);
        var dX = adjoints.Into(x);
        Broadcasting.SumTo<T>(product, y.Shape, dX.Span, x.Shape, dX.Accumulate);
        adjoints.Release(scratch);
    }

    /// <summary>The sum of f(x, z) over the elements.</summary>
    private static T SumOf<T, TFunction>(Tape<T> tape, TFunction f, ReadOnlySpan<T> x, ReadOnlySpan<T> z)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T>
    {
        var scratch = tape.Borrow(x.Length);
        var terms = scratch.Span[..x.Length];
        Elementwise.Map(f, x, z, terms);
        var sum = Reductions.Sum<T>(terms);
        tape.Release(scratch);
        return sum;
    }

    /// <summary>Cases whose sizes lie below, at and above the widths of vectors.</summary>
    private static IEnumerable<GradientCase> UnaryCases(
        RandomStream random,
        Func<Tensor<double>, Tensor<double>> f,
        Func<RandomStream, Shape, Tensor<double>>? sample = null)
    {
        sample ??= Samples.Normal;
        foreach (var shape in (Shape[])[[], [1], [7], [8], [9], [3, 17], [2, 3, 5]])
            yield return GradientCase.Of(sample(random, shape), f);
    }

    /// <summary>Cases of equal shapes and of shapes that broadcast.</summary>
    private static IEnumerable<GradientCase> BinaryCases(
        RandomStream random,
        Func<Tensor<double>, Tensor<double>, Tensor<double>> f,
        Func<RandomStream, Shape, Tensor<double>>? second = null)
    {
        second ??= Samples.Normal;
        foreach (var (x, z) in ((Shape, Shape)[])
            [
                ([9], [9]), ([2, 3, 5], [5]), ([3, 17], [3, 1]), ([2, 1, 4], [3, 1]), ([4], [2, 3, 4]), ([], [3]),
                ([2, 3], []), ([2, 1], [2, 1]),
            ])
            yield return GradientCase.Of(Samples.Normal(random, x), second(random, z), f);
        yield return GradientCase.Of(second(random, [2, 5]), x => f(x, x)) with { Description = "[2, 5] with itself" };
    }
}
