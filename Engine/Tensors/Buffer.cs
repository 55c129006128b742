using System.Numerics;

namespace Engine;

/// <summary>
/// Numbers that a model gathers from its data rather than by gradients, such as running means: they are saved and
/// loaded with it, and no optimizer sees them. PyTorch calls them buffers.
/// </summary>
public sealed class Buffer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A statistic called <paramref name="name"/> within its module, with the given first values.</summary>
    /// <param name="name">As in <c>running_mean</c>.</param>
    /// <param name="value">A tensor of its own.</param>
    /// <param name="isCount">Whether its numbers are counts, which files hold as 64-bit integers.</param>
    /// <exception cref="ArgumentException">The value is a view, or part of a step.</exception>
    public Buffer(string name, Tensor<T> value, bool isCount = false)
    {
        if (!value.IsContiguous || value.Scope is not null)
            throw new ArgumentException($"Buffer {name}: its value must be a tensor of its own, " +
                "not a view or part of a step.");
        (Name, Value, IsCount) = (name, value, isCount);
    }

    /// <summary>Its name within the module that made it.</summary>
    public string Name { get; }

    /// <summary>Its sizes.</summary>
    public Shape Shape => Value.Shape;

    /// <summary>Its present value.</summary>
    public Tensor<T> Value { get; }

    /// <summary>Whether its numbers are counts.</summary>
    public bool IsCount { get; }

    /// <summary>
    /// Its numbers, to be written. While tapes may read them, write in a change that a tape defers
    /// (<c>Tape.Defer</c>).
    /// </summary>
    public Span<T> Update() => Value.Span;

    /// <summary>Name and shape.</summary>
    public override string ToString() => $"{Name} {Shape}";
}
