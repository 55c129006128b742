using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine;

/// <summary>
/// Numbers in the shape of a box: a view, by shape and strides, on memory that belongs to the tensor itself or to the
/// step (<see cref="Scope{T}"/>) in which it was made. <typeparamref name="T"/> is float to train, double to check.
/// </summary>
public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly MemoryBlock<T> buffer;
    private readonly Axes strides;
    private Tensor<T>? contiguousCopy;

    internal Tensor(MemoryBlock<T> buffer, int offset, Shape shape, Axes strides, Scope<T>? scope)
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
            throw new NotSupportedException($"Tensor<{typeof(T).Name}>: only float and double have kernels.");
        this.buffer = buffer;
        this.strides = strides;
        Offset = offset;
        Shape = shape;
        Scope = scope;
        IsContiguous = HasContiguousStrides();
    }

    /// <summary>The sizes of its dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>How many numbers it holds.</summary>
    public int Count => Shape.Elements;

    /// <summary>Whether its elements lie in order without gaps; a transposed or sliced view may not.</summary>
    public bool IsContiguous { get; }

    /// <summary>The step that it belongs to; null if it owns its memory.</summary>
    internal Scope<T>? Scope { get; }

    /// <summary>Its place among the recorded nodes of its tape; -1 if no gradient flows to it.</summary>
    internal int Node { get; set; } = -1;

    /// <summary>The parameter whose present value it is; null if it is anything else.</summary>
    internal Parameter<T>? Parameter { get; init; }

    internal int Offset { get; }

    /// <summary>Whether its memory belongs neither to a step nor to a caller of <see cref="Over"/>.</summary>
    internal bool OwnsMemory => Scope is null && !buffer.IsBorrowed;

    /// <summary>Its numbers in order, outermost dimension first.</summary>
    /// <exception cref="InvalidOperationException">It is not contiguous; use <see cref="ToArray"/>.</exception>
    public ReadOnlySpan<T> Data => Span;

    /// <summary>A tensor of its own with the given values, outermost dimension first.</summary>
    /// <exception cref="ShapeException">There are more or fewer values than the shape holds.</exception>
    public static Tensor<T> From(Shape shape, ReadOnlySpan<T> values)
    {
        if (values.Length != shape.Elements)
            throw new ShapeException($"Tensor.From: {shape} holds {shape.Elements} numbers; " +
                $"{values.Length} were given.");
        var tensor = new Tensor<T>(new MemoryBlock<T>(shape.Elements), 0, shape, shape.ContiguousStrides(), null);
        values.CopyTo(tensor.Span);
        return tensor;
    }

    /// <summary>A tensor of its own, all zeros.</summary>
    public static Tensor<T> Zeros(Shape shape)
    {
        var tensor = new Tensor<T>(new MemoryBlock<T>(shape.Elements), 0, shape, shape.ContiguousStrides(), null);
        tensor.Span.Clear();
        return tensor;
    }

    /// <summary>The only number of a tensor that holds one.</summary>
    /// <exception cref="ShapeException">It holds more.</exception>
    public T Item()
    {
        if (Count != 1)
            throw new ShapeException($"Item: {Shape} holds {Count} numbers, not one; index it, or use ToArray.");
        return Memory[Offset];
    }

    /// <summary>One element.</summary>
    /// <exception cref="ShapeException">The indices do not fit the shape.</exception>
    [IndexerName("Element")]
    public T this[params ReadOnlySpan<int> indices] => Memory[OffsetOf(indices)];

    /// <summary>A copy of its numbers in order, outermost dimension first, whatever its strides.</summary>
    public T[] ToArray()
    {
        var values = new T[Count];
        CopyTo(values);
        return values;
    }

    /// <summary>Copies its numbers in order, outermost dimension first, whatever its strides.</summary>
    public void CopyTo(Span<T> destination)
    {
        if (IsContiguous) Span.CopyTo(destination);
        else StridedCopy.Gather(Memory[Offset..], Shape, strides, destination);
    }

    /// <summary>As in <c>Tensor&lt;Single&gt; [2, 3]</c>.</summary>
    public override string ToString() => $"Tensor<{typeof(T).Name}> {Shape}";

    internal ref readonly Axes Strides => ref strides;

    /// <summary>All the memory that it is a view of; element (0, ..., 0) lies at <see cref="Offset"/>.</summary>
    internal Span<T> Memory
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            Scope?.ThrowIfEnded(Shape);
            return buffer.Span;
        }
    }

    internal Span<T> Span => IsContiguous
        ? Memory.Slice(Offset, Count)
        : throw new InvalidOperationException($"Tensor {Shape}: its elements do not lie in order; use ToArray.");

    /// <summary>The same memory seen with other sizes and strides.</summary>
    internal Tensor<T> View(Shape shape, Axes viewStrides, int offset) => View(shape, viewStrides, offset, Scope);

    /// <summary>The same memory seen from within a step, after whose end the view can no longer be used.</summary>
    internal Tensor<T> View(Shape shape, Axes viewStrides, int offset, Scope<T>? scope) =>
        new(buffer, offset, shape, viewStrides, scope);

    /// <summary>The value of a parameter as a step sees it.</summary>
    internal static Tensor<T> Of(Parameter<T> parameter, Scope<T> scope)
    {
        var value = parameter.Value;
        return new(value.buffer, value.Offset, value.Shape, value.strides, scope) { Parameter = parameter };
    }

    /// <summary>Its numbers in order; a view that is not contiguous is copied once, into memory of the step.</summary>
    internal ReadOnlySpan<T> Ordered(Scope<T> step)
    {
        if (IsContiguous) return Span;
        // A copy in another step's memory may go at any time: that step may belong to another thread.
        if (contiguousCopy is not { } copy || copy.Scope != step)
        {
            copy = step.Allocate(Shape);
            CopyTo(copy.Span);
            contiguousCopy = copy;
        }
        return copy.Span;
    }

    private int OffsetOf(ReadOnlySpan<int> indices)
    {
        if (indices.Length != Shape.Rank)
            throw new ShapeException($"Tensor {Shape}: {indices.Length} indices given for {Shape.Rank} dimensions.");
        var offset = Offset;
        for (var i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)Shape[i])
                throw new ShapeException($"Tensor {Shape}: index {indices[i]} of dimension {i} " +
                    $"is not in 0 to {Shape[i] - 1}.");
            offset += indices[i] * strides[i];
        }
        return offset;
    }

    private bool HasContiguousStrides()
    {
        var step = 1;
        for (var i = Shape.Rank - 1; i >= 0; i--)
        {
            var size = Shape[i];
            if (size != 1 && strides[i] != step) return false;
            step *= size;
        }
        return true;
    }
}
