using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>The memory into which a backward writes or adds the gradient of one input.</summary>
public readonly ref struct GradientTarget<T>(Span<T> span, bool accumulate)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The gradient, contiguous in the input's shape.</summary>
    public Span<T> Span { get; } = span;

    /// <summary>
    /// Whether to add, because another use of the input has already contributed. If not, the present values are
    /// undefined and must be overwritten.
    /// </summary>
    public bool Accumulate { get; } = accumulate;

    /// <summary>The gradient, set to zero if nothing was written yet, so that a loop may add to it.</summary>
    public Span<T> Zeroed()
    {
        if (!Accumulate) Span.Clear();
        return Span;
    }

    /// <summary>Writes or adds one contribution.</summary>
    /// <exception cref="ShapeException">The contribution has more or fewer numbers than the input.</exception>
    public void Add(ReadOnlySpan<T> contribution)
    {
        if (contribution.Length != Span.Length)
            throw new ShapeException($"Backward: a gradient of {contribution.Length} numbers " +
                $"for an input of {Span.Length}.");
        if (Accumulate) InPlace.Add(Span, contribution);
        else contribution.CopyTo(Span);
    }
}
