using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// Broadcasting, written once (the rule is NumPy's): shapes are aligned at their innermost dimension; a missing
/// dimension or one of size 1 repeats. <see cref="SumTo"/> is the adjoint: where a value was repeated, its gradients
/// are summed.
/// </summary>
internal static class Broadcasting
{
    /// <summary>The shape to which both shapes expand.</summary>
    /// <exception cref="ShapeException">The shapes differ in a dimension that is 1 in neither shape.</exception>
    public static Shape Combine(string operation, Shape x, Shape z)
    {
        var rank = Math.Max(x.Rank, z.Rank);
        Span<int> sizes = stackalloc int[rank];
        for (var i = 1; i <= rank; i++)
        {
            var a = i <= x.Rank ? x[^i] : 1;
            var b = i <= z.Rank ? z[^i] : 1;
            if (a != b && a != 1 && b != 1)
                throw new ShapeException($"{operation}: shapes {x} and {z} do not broadcast: dimension -{i} is {a} " +
                    $"and {b}; they must be equal, or one of them 1. Reshape or transpose one?");
            sizes[^i] = Math.Max(a, b);
        }
        return new Shape(sizes);
    }

    /// <summary>
    /// The strides that make a view of <paramref name="x"/> in <paramref name="shape"/>: 0 where x repeats.
    /// </summary>
    public static Axes Expand<T>(Tensor<T> x, Shape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Expand(x.Shape, x.Strides, shape);

    /// <inheritdoc cref="Expand{T}"/>
    public static Axes Expand(Shape x, Axes strides, Shape shape)
    {
        var expanded = default(Axes);
        for (var i = 1; i <= x.Rank; i++)
            expanded[shape.Rank - i] = x[^i] == 1 ? 0 : strides[x.Rank - i];
        return expanded;
    }

    /// <summary>
    /// Sums <paramref name="values"/>, contiguous in <paramref name="shape"/>, over every dimension that
    /// <paramref name="target"/> repeats, into <paramref name="sum"/>, contiguous in the target.
    /// </summary>
    public static void SumTo<T>(ReadOnlySpan<T> values, Shape shape, Span<T> sum, Shape target, bool accumulate)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (shape.Elements == target.Elements)
        {
            if (accumulate) InPlace.Add(sum, values);
            else values.CopyTo(sum);
            return;
        }
        if (!accumulate) sum.Clear();
        var inner = shape.Rank == 0 ? 1 : shape[^1];
        var strides = Expand(target, target.ContiguousStrides(), shape);
        var isSummedInside = strides[shape.Rank - 1] == 0;
        var walk = new StrideWalk(shape, strides);
        for (var row = 0; row < values.Length; row += inner)
        {
            var part = values.Slice(row, inner);
            if (isSummedInside) sum[walk.Offset] += Reductions.Sum(part);
            else InPlace.Add(sum.Slice(walk.Offset, inner), part);
            walk.Next();
        }
    }

    /// <summary>
    /// y = f(x, z) over two views that were expanded to <paramref name="shape"/>; <paramref name="y"/> is contiguous.
    /// The shape is the broadcast shape of both, so that at most one view repeats along the innermost dimension.
    /// </summary>
    public static void Map<T, TFunction>(
        TFunction f, ReadOnlySpan<T> x, Axes xStrides, ReadOnlySpan<T> z, Axes zStrides, Shape shape, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IBinaryFunction<T>
    {
        var contiguous = shape.ContiguousStrides();
        if (AreEqual(xStrides, contiguous, shape) && AreEqual(zStrides, contiguous, shape))
        {
            Elementwise.Map(f, x[..shape.Elements], z[..shape.Elements], y);
            return;
        }
        var inner = shape.Rank == 0 ? 1 : shape[^1];
        var last = Math.Max(shape.Rank - 1, 0);
        var (xStep, zStep) = (xStrides[last], zStrides[last]);
        var (xWalk, zWalk) = (new StrideWalk(shape, xStrides), new StrideWalk(shape, zStrides));
        var xRow = xStep is 0 or 1 ? [] : new T[inner];
        var zRow = zStep is 0 or 1 ? [] : new T[inner];
        for (var row = 0; row < y.Length; row += inner)
        {
            var to = y.Slice(row, inner);
            var a = Row(x, xWalk.Offset, xStep, inner, xRow);
            var b = Row(z, zWalk.Offset, zStep, inner, zRow);
            if (a.Length == inner && b.Length == inner) Elementwise.Map(f, a, b, to);
            else if (b.Length == inner) Elementwise.Map(f, a[0], b, to);
            else Elementwise.Map(f, a, b[0], to);
            xWalk.Next();
            zWalk.Next();
        }
    }

    /// <summary>One row of an expanded view: the number that repeats, or the numbers in order.</summary>
    private static ReadOnlySpan<T> Row<T>(ReadOnlySpan<T> view, int offset, int step, int count, T[] scratch)
    {
        if (step == 1 || count == 1) return view.Slice(offset, count);
        if (step == 0) return view.Slice(offset, 1);
        for (var i = 0; i < count; i++) scratch[i] = view[offset + (i * step)];
        return scratch;
    }

    private static bool AreEqual(Axes a, Axes b, Shape shape)
    {
        for (var i = 0; i < shape.Rank; i++)
        {
            if (a[i] != b[i] && shape[i] != 1) return false;
        }
        return true;
    }
}
