using System.Numerics;
using System.Numerics.Tensors;

namespace Engine;

/// <summary>
/// State of a model that no gradient changes, such as running means (PyTorch's word). Buffers are saved and loaded with
/// the model's parameters; an optimizer does not change them.
/// </summary>
public sealed class Buffer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A buffer with the given initial value.</summary>
    /// <param name="name">The name within its module, such as <c>running_mean</c>.</param>
    /// <param name="value">A tensor of its own.</param>
    /// <param name="isCount">Whether the values are counts, which files hold as 64-bit integers.</param>
    /// <exception cref="ArgumentException">The value is a view, or part of a step.</exception>
    public Buffer(string name, Tensor<T> value, bool isCount = false)
    {
        if (!value.IsContiguous || !value.OwnsMemory)
            throw new ArgumentException($"Buffer {name}: its value must be a tensor of its own, " +
                "not a view or part of a step.");
        (Name, Value, IsCount) = (name, value, isCount);
    }

    /// <summary>The name within its module.</summary>
    public string Name { get; }

    /// <summary>The shape of the value.</summary>
    public Shape Shape => Value.Shape;

    /// <summary>The current value.</summary>
    public Tensor<T> Value { get; }

    /// <summary>Whether the values are counts.</summary>
    public bool IsCount { get; }

    /// <summary>
    /// The values, to be written. While a tape may read them, write them only in an update that the tape defers
    /// (<c>Tape.Defer</c>).
    /// </summary>
    public Span<T> Update() => Value.Span;

    /// <summary>The same as <see cref="Update"/> in the buffer's shape. No number is copied.</summary>
    public TensorSpan<T> UpdateAsTensorSpan() => Value.AsWritableTensorSpan();

    /// <summary>Name and shape.</summary>
    public override string ToString() => $"{Name} {Shape}";
}
