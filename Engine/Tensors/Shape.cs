using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// The sizes of a tensor's dimensions, outermost first: <c>Shape shape = [batch, length, dModel];</c>. A shape
/// without dimensions, <c>[]</c>, is the shape of a single number.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
///
/// Shape shape = [2, 3, 4];
/// Console.WriteLine($"{shape.Rank} {shape.Elements} {shape[^1]}");     // prints: 3 24 4
/// Console.WriteLine(shape.With(0, 5));                                 // prints: [5, 3, 4]
/// ]]></code>
/// </example>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>The most dimensions that a tensor may have.</summary>
    public const int MaximumRank = 6;

    private const int MostShown = 8;

    private readonly Axes sizes;
    private readonly int count;

    /// <summary>The shape with the given sizes.</summary>
    /// <exception cref="ShapeException">
    /// There are more than <see cref="MaximumRank"/> sizes, a size is below 1, or their product is above 2,147,483,527,
    /// which is what an array of .NET holds less 64 for the alignment.
    /// </exception>
    public Shape(ReadOnlySpan<int> sizes)
    {
        if (sizes.Length > MaximumRank)
            throw new ShapeException($"Shape: {Format(sizes)} has {sizes.Length} dimensions; at most {MaximumRank} " +
                "are supported. Merge neighbouring ones with Reshape.");
        var count = 1L;
        for (var i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] < 1)
                throw new ShapeException($"Shape: dimension {i} of {Format(sizes)} is {sizes[i]}; " +
                    "each must be at least 1.");
            this.sizes[i] = sizes[i];
            count *= sizes[i];
            if (count > PinnedMemory.Longest)
                throw new ShapeException(
                    $"Shape: {Format(sizes)} has more than {PinnedMemory.Longest} elements; split it.");
        }
        Rank = sizes.Length;
        this.count = (int)count;
    }

    /// <summary>The number of dimensions.</summary>
    public int Rank { get; }

    /// <summary>The number of elements: the product of the sizes, 1 for <c>[]</c>.</summary>
    /// <remarks>Not called Count: a collection expression, [.. shape, 3], would take that for the rank.</remarks>
    public int Elements => Rank == 0 ? 1 : count;

    /// <summary>The size of one dimension; <c>shape[^1]</c> is the innermost.</summary>
    /// <exception cref="ShapeException">There is no such dimension.</exception>
    public int this[Index dimension]
    {
        get
        {
            var i = dimension.GetOffset(Rank);
            return (uint)i < (uint)Rank
                ? sizes[i]
                : throw new ShapeException($"Shape: {this} has no dimension {dimension}.");
        }
    }

    /// <summary>The shape with the given sizes. Collection expressions call this method.</summary>
    public static Shape Create(ReadOnlySpan<int> sizes) => new(sizes);

    /// <summary>Enumerates the sizes, outermost first.</summary>
    [UnscopedRef]
    public ReadOnlySpan<int>.Enumerator GetEnumerator() => AsSpan().GetEnumerator();

    /// <summary>The sizes, outermost first.</summary>
    [UnscopedRef]
    public ReadOnlySpan<int> AsSpan() => ((ReadOnlySpan<int>)sizes)[..Rank];

    /// <summary>This shape with another size at one dimension.</summary>
    public Shape With(Index dimension, int size)
    {
        Span<int> changed = stackalloc int[Rank];
        AsSpan().CopyTo(changed);
        changed[dimension] = size;
        return new Shape(changed);
    }

    /// <summary>The strides of a tensor of this shape whose elements lie in order without gaps.</summary>
    internal Axes ContiguousStrides()
    {
        var strides = default(Axes);
        for (int i = Rank - 1, step = 1; i >= 0; step *= sizes[i--]) strides[i] = step;
        return strides;
    }

    /// <summary>Turns a dimension counted from either end (-1 is the innermost) into its index.</summary>
    internal int Dimension(string operation, int dimension)
    {
        if (Rank == 0)
            throw new ShapeException($"{operation}: a single number, [], has no dimensions; Reshape it to [1]?");
        if (dimension < -Rank || dimension >= Rank)
            throw new ShapeException($"{operation}: {this} has no dimension {dimension}; use {-Rank} to {Rank - 1}.");
        return dimension < 0 ? dimension + Rank : dimension;
    }

    /// <inheritdoc/>
    public bool Equals(Shape other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach (var size in this) hash.Add(size);
        return hash.ToHashCode();
    }

    /// <summary>The sizes, such as <c>[2, 3]</c>.</summary>
    public override string ToString() => Format(AsSpan());

    /// <summary>Whether both shapes have the same sizes.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether the shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    // A message shows the first sizes of a shape that has far too many.
    private static string Format(ReadOnlySpan<int> sizes) => sizes.Length <= MostShown
        ? $"[{string.Join(", ", sizes.ToArray())}]"
        : $"[{string.Join(", ", sizes[..MostShown].ToArray())}, ...]";
}
