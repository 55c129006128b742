using System.Numerics.Tensors;
using Engine.Kernels;

namespace Engine;

// To and from the tensor spans of System.Numerics.Tensors, so that its operations work on the engine's tensors.
public sealed partial class Tensor<T>
{
    /// <summary>
    /// The tensor's numbers in its shape and with its strides, not copied: transposed and sliced views too. A single
    /// number, [], has the shape [1].
    /// </summary>
    /// <remarks>As with <see cref="Data"/>, use the span before the tape of the tensor ends.</remarks>
    /// <exception cref="ObjectDisposedException">The tensor's tape has ended.</exception>
    public ReadOnlyTensorSpan<T> AsReadOnlyTensorSpan() => AsWritableTensorSpan();

    /// <summary>A tensor of its own with the shape and the numbers of a span at any strides.</summary>
    /// <remarks>
    /// A tensor outlives every span, and so the numbers are copied once. <see cref="Over"/> copies nothing.
    /// </remarks>
    /// <exception cref="ShapeException">The span is empty, or has more dimensions than a tensor may have.</exception>
    public static Tensor<T> From(ReadOnlyTensorSpan<T> values)
    {
        var tensor = Zeros(ShapeOf("Tensor.From", values));
        values.FlattenTo(tensor.Span);
        return tensor;
    }

    /// <summary>Copies the tensor's numbers into a span of the same shape at any strides.</summary>
    /// <exception cref="ShapeException">The span has another shape.</exception>
    public void CopyTo(TensorSpan<T> destination)
    {
        var shape = ShapeOf("Tensor.CopyTo", destination);
        if (shape != Shape && !(Shape.Rank == 0 && shape == [1]))
            throw new ShapeException($"Tensor.CopyTo: the tensor is {Shape} and the span {shape}; they must be equal.");
        AsReadOnlyTensorSpan().CopyTo(destination);
    }

    /// <summary>
    /// Calls <paramref name="use"/> with a tensor over the memory of <paramref name="values"/>, at any strides: no
    /// number is copied. The tensor ends with the call; every later use throws, in a backward pass too.
    /// </summary>
    /// <remarks>
    /// <c>Tensor&lt;float&gt;.Over(span, tape.Constant)</c> puts the numbers on a tape with the one copy that every
    /// constant takes. <c>Tensor&lt;float&gt;.Over(span, x => Op.MatMul(x, y).ToArray())</c>, with y on a tape, copies
    /// no number of the span.
    /// </remarks>
    /// <param name="values">The numbers. Nobody may change them before <paramref name="use"/> returns.</param>
    /// <param name="use">
    /// Computes with the tensor. No thread may go on computing with it when <paramref name="use"/> has returned.
    /// </param>
    /// <returns>What <paramref name="use"/> returns.</returns>
    /// <exception cref="ShapeException">The span is empty, or has more dimensions than a tensor may have.</exception>
    public static TResult Over<TResult>(ReadOnlyTensorSpan<T> values, Func<Tensor<T>, TResult> use)
    {
        ArgumentNullException.ThrowIfNull(use);
        var shape = ShapeOf("Tensor.Over", values);
        var (strides, extent) = (default(Axes), 1L);
        for (var i = 0; i < shape.Rank; i++)
        {
            strides[i] = checked((int)values.Strides[i]);
            extent += (shape[i] - 1L) * strides[i];
        }
        return PinnedMemory<T>.Borrow(in values.GetPinnableReference(), checked((int)extent), memory =>
        {
            var block = new MemoryBlock<T>(memory);
            try
            {
                return use(new Tensor<T>(block, 0, shape, strides, null));
            }
            finally
            {
                block.Return();
            }
        });
    }

    /// <summary>As <see cref="AsReadOnlyTensorSpan"/>, to be written.</summary>
    internal TensorSpan<T> AsWritableTensorSpan()
    {
        Span<nint> lengths = stackalloc nint[Math.Max(Shape.Rank, 1)], steps = stackalloc nint[lengths.Length];
        var extent = 1;
        lengths[0] = 1;
        for (var i = 0; i < Shape.Rank; i++)
        {
            lengths[i] = Shape[i];
            if (Shape[i] == 1) continue; // TensorSpan wants a stride of 0 here
            steps[i] = strides[i];
            extent += (Shape[i] - 1) * strides[i];
        }
        return new TensorSpan<T>(Memory.Slice(Offset, extent), lengths, steps);
    }

    private static Shape ShapeOf(string operation, ReadOnlyTensorSpan<T> values)
    {
        if (values.IsEmpty)
            throw new ShapeException($"{operation}: the span is empty; a tensor holds at least one number.");
        Span<int> sizes = stackalloc int[values.Rank];
        for (var i = 0; i < sizes.Length; i++) sizes[i] = checked((int)values.Lengths[i]);
        return new Shape(sizes);
    }
}
