using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>Where a backward writes the gradient of one input.</summary>
public readonly ref struct GradientTarget<T>(Span<T> span, bool accumulate)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The gradient, in order of the input's shape.</summary>
    public Span<T> Span { get; } = span;

    /// <summary>
    /// Whether to add, because the input was used more than once; if not, the present values are undefined.
    /// </summary>
    public bool Accumulate { get; } = accumulate;

    /// <summary>The gradient, ready to be added to: zeros if nothing was written yet.</summary>
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
        if (Accumulate) Elementwise.Map(default(Add<T>), Span, contribution, Span, false);
        else contribution.CopyTo(Span);
    }
}
