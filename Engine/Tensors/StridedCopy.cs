using System.Numerics;

namespace Engine;

/// <summary>Copies between a strided view and contiguous numbers.</summary>
internal static class StridedCopy
{
    /// <summary>ordered[i] = the view's i-th element.</summary>
    public static void Gather<T>(ReadOnlySpan<T> view, Shape shape, Axes strides, Span<T> ordered)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (shape.Rank == 0)
        {
            ordered[0] = view[0];
            return;
        }
        var inner = shape[^1];
        var stride = strides[shape.Rank - 1];
        var walk = new StrideWalk(shape, strides);
        for (var row = 0; row < ordered.Length; row += inner)
        {
            var offset = walk.Offset;
            if (stride == 1) view.Slice(offset, inner).CopyTo(ordered[row..]);
            else for (var i = 0; i < inner; i++) ordered[row + i] = view[offset + (i * stride)];
            walk.Next();
        }
    }

    /// <summary>The view's i-th element = ordered[i].</summary>
    public static void Scatter<T>(ReadOnlySpan<T> ordered, Span<T> view, Shape shape, Axes strides)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (shape.Rank == 0)
        {
            view[0] = ordered[0];
            return;
        }
        var inner = shape[^1];
        var stride = strides[shape.Rank - 1];
        var walk = new StrideWalk(shape, strides);
        for (var row = 0; row < ordered.Length; row += inner)
        {
            for (var i = 0; i < inner; i++) view[walk.Offset + (i * stride)] = ordered[row + i];
            walk.Next();
        }
    }
}
