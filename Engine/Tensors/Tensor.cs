using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Engine;

/// <summary>
/// Numbers in up to six dimensions: a view, by shape and strides, of memory that belongs to the tensor itself or to the
/// step (<see cref="Scope{T}"/>) that made the tensor. <typeparamref name="T"/> is float for training, double for
/// checks.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
///
/// var x = Tensor<float>.From([2, 3], [1, 2, 3, 4, 5, 6]);
/// Console.WriteLine(x[1, 0]);                          // prints: 4
/// using var tape = new Tape<float>(Mode.Inference);    // operations compute on a tape
/// var y = Op.Sum(2 * tape.Constant(x) - 1, 1);         // [2]
/// Console.WriteLine(y);                                // prints: Tensor<Single> [2]: 9, 27
/// ]]></code>
/// </example>
public sealed partial class Tensor<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostShown = 8;

    private readonly MemoryBlock<T> buffer;

    /// <summary>The memory that the tensor lies in.</summary>
    internal MemoryBlock<T> Block => buffer;
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

    /// <summary>The sizes of the tensor's dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>How many numbers the tensor holds.</summary>
    public int Count => Shape.Elements;

    /// <summary>
    /// Whether the elements lie in memory in order, the last dimension running fastest, and without gaps. A transposed
    /// or sliced view may not.
    /// </summary>
    public bool IsContiguous { get; }

    /// <summary>The step that the memory belongs to; null outside steps.</summary>
    internal Scope<T>? Scope { get; }

    /// <summary>The index of the tensor's node on its tape; -1 if no gradient flows to the tensor.</summary>
    internal int Node { get; set; } = -1;

    /// <summary>The parameter whose present value the tensor is; null for other tensors.</summary>
    internal Parameter<T>? Parameter { get; init; }

    internal int Offset { get; }

    /// <summary>Whether the memory belongs neither to a step nor to a caller of <see cref="Over"/>.</summary>
    internal bool OwnsMemory => Scope is null && !buffer.IsBorrowed;

    /// <summary>The numbers in order, the last dimension running fastest.</summary>
    /// <exception cref="InvalidOperationException">The tensor is not contiguous; use <see cref="ToArray"/>.</exception>
    /// <exception cref="ObjectDisposedException">The tensor's tape has ended.</exception>
    public ReadOnlySpan<T> Data => Span;

    /// <summary>A tensor that owns its memory, with the given values, the last dimension running fastest.</summary>
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

    /// <summary>A tensor of zeros that owns its memory.</summary>
    public static Tensor<T> Zeros(Shape shape)
    {
        var tensor = new Tensor<T>(new MemoryBlock<T>(shape.Elements), 0, shape, shape.ContiguousStrides(), null);
        tensor.Span.Clear();
        return tensor;
    }

    /// <summary>
    /// A tensor of its own with the same numbers, in order. The copy belongs to no tape: it outlives the tape, and no
    /// gradient flows through it.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The tensor's tape has ended.</exception>
    public Tensor<T> Copy()
    {
        var copy = new Tensor<T>(new MemoryBlock<T>(Count), 0, Shape, Shape.ContiguousStrides(), null);
        CopyTo(copy.Span);
        return copy;
    }

    /// <summary>The number of a tensor that holds a single number.</summary>
    /// <exception cref="ShapeException">The tensor holds more than one number.</exception>
    public T Item()
    {
        if (Count != 1)
            throw new ShapeException($"Item: {Shape} holds {Count} numbers, not one; index it, or use ToArray.");
        return Memory[Offset];
    }

    /// <summary>The element at the given indices, one for each dimension.</summary>
    /// <exception cref="ShapeException">The indices do not fit the shape.</exception>
    [IndexerName("Element")]
    public T this[params ReadOnlySpan<int> indices] => Memory[OffsetOf(indices)];

    /// <summary>A copy of the numbers in order, the last dimension running fastest, at any strides.</summary>
    public T[] ToArray()
    {
        var values = new T[Count];
        CopyTo(values);
        return values;
    }

    /// <summary>Copies the numbers in order, the last dimension running fastest, at any strides.</summary>
    public void CopyTo(Span<T> destination)
    {
        if (IsContiguous) Span.CopyTo(destination);
        else StridedCopy.Gather(Memory[Offset..], Shape, strides, destination);
    }

    /// <summary>
    /// Type, shape and the first numbers in order, with four digits:
    /// <c>Tensor&lt;Single&gt; [2, 3]: 1, -0.5, 0.3333, ...</c>.
    /// </summary>
    public override string ToString()
    {
        var numbers = new string[Math.Min(Count, MostShown)];
        Span<int> indices = stackalloc int[Shape.Rank];
        try
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                for (var (d, rest) = (Shape.Rank - 1, i); d >= 0; rest /= Shape[d--]) indices[d] = rest % Shape[d];
                numbers[i] = this[indices].ToString("G4", CultureInfo.InvariantCulture);
            }
        }
        catch (ObjectDisposedException)
        {
            return $"{Title}, whose tape has ended";
        }
        return $"{Title}: {string.Join(", ", numbers)}{(numbers.Length < Count ? ", ..." : "")}";
    }

    /// <summary>Type and shape, such as <c>Tensor&lt;Single&gt; [2, 3]</c>.</summary>
    internal string Title => $"Tensor<{typeof(T).Name}> {Shape}";

    internal ref readonly Axes Strides => ref strides;

    /// <summary>
    /// The whole memory of which the tensor is a view; element (0, ..., 0) lies at <see cref="Offset"/>.
    /// </summary>
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

    /// <summary>A view of the same memory with another shape and other strides.</summary>
    internal Tensor<T> View(Shape shape, Axes viewStrides, int offset) => View(shape, viewStrides, offset, Scope);

    /// <summary>A view of the same memory that belongs to a step and ends with that step.</summary>
    internal Tensor<T> View(Shape shape, Axes viewStrides, int offset, Scope<T>? scope) =>
        new(buffer, offset, shape, viewStrides, scope);

    /// <summary>A view of a parameter's value that belongs to a step.</summary>
    internal static Tensor<T> Of(Parameter<T> parameter, Scope<T> scope)
    {
        var value = parameter.Value;
        return new(value.buffer, value.Offset, value.Shape, value.strides, scope) { Parameter = parameter };
    }

    /// <summary>
    /// The numbers in order. A tensor that is not contiguous is copied once, into memory of the step.
    /// </summary>
    internal ReadOnlySpan<T> Ordered(Scope<T> step)
    {
        if (IsContiguous) return Span;
        // A copy in the memory of another step may end at any time, since another thread may run that step.
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
