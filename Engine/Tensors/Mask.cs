using System.Numerics;

namespace Engine;

/// <summary>
/// Which elements of a tensor are hidden. The shape of the mask may be any that broadcasts to the shape of the tensor.
/// </summary>
public sealed class Mask
{
    private readonly bool[] hidden;

    /// <summary>A mask of the given elements, outermost dimension first; true hides.</summary>
    /// <exception cref="ShapeException">There are more or fewer elements than the shape holds.</exception>
    public Mask(Shape shape, ReadOnlySpan<bool> hidden)
    {
        if (hidden.Length != shape.Elements)
            throw new ShapeException($"Mask: {shape} holds {shape.Elements} elements; {hidden.Length} were given.");
        Shape = shape;
        this.hidden = hidden.ToArray();
    }

    /// <summary>
    /// A mask that hides each element for whose index a condition holds. The indices count the elements in order, the
    /// last dimension running fastest.
    /// </summary>
    public Mask(Shape shape, Predicate<int> isHidden)
    {
        Shape = shape;
        hidden = new bool[shape.Elements];
        for (var i = 0; i < hidden.Length; i++) hidden[i] = isHidden(i);
    }

    /// <summary>The sizes of the mask's dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>Hides the future: a [length, length] mask that is true where the key comes after the query.</summary>
    public static Mask Causal(int length) => new([length, length], i => i % length > i / length);

    /// <summary>
    /// Hides padding: a [sequences, 1, length] mask that is true for keys past the end of their sequence.
    /// </summary>
    /// <param name="length">The number of keys of each sequence, padding included.</param>
    /// <param name="lengths">The number of keys of each sequence, without padding.</param>
    public static Mask Padding(int length, ReadOnlySpan<int> lengths)
    {
        var real = lengths.ToArray();
        return new([real.Length, 1, length], i => i % length >= real[i / length]);
    }

    /// <summary>
    /// Writes <paramref name="value"/> wherever the mask, broadcast to <paramref name="shape"/>, hides.
    /// </summary>
    internal void Fill<T>(Span<T> values, Shape shape, T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var inner = shape.Rank == 0 ? 1 : shape[^1];
        var strides = Broadcasting.Expand(Shape, Shape.ContiguousStrides(), shape);
        var step = shape.Rank == 0 ? 0 : strides[shape.Rank - 1];
        var walk = new StrideWalk(shape, strides);
        for (var row = 0; row < values.Length; row += inner)
        {
            for (var i = 0; i < inner; i++)
            {
                if (hidden[walk.Offset + (i * step)]) values[row + i] = value;
            }
            walk.Next();
        }
    }
}
