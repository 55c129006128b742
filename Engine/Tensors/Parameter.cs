using System.Collections.Concurrent;
using System.Numerics;
using System.Numerics.Tensors;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// Numbers that training changes: a weight matrix, a bias. It holds no gradient (those live in a gradient set), so
/// that any number of tapes may read it at once.
/// </summary>
public sealed class Parameter<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ConcurrentDictionary<(int First, int Count, bool Transposed), PackedWeights<T>> packed = [];

    /// <summary>A parameter called <paramref name="name"/> within its module, with the given first values.</summary>
    /// <exception cref="ArgumentException">The value is a view, or part of a step.</exception>
    public Parameter(string name, Tensor<T> value)
    {
        if (!value.IsContiguous || !value.OwnsMemory)
            throw new ArgumentException($"Parameter {name}: its value must be a tensor of its own, " +
                "not a view or part of a step.");
        Name = name;
        Value = value;
    }

    /// <summary>Its name within the module that made it, such as <c>in_proj_weight</c>.</summary>
    public string Name { get; }

    /// <summary>Its sizes.</summary>
    public Shape Shape => Value.Shape;

    /// <summary>How many numbers it holds.</summary>
    public int Count => Value.Count;

    /// <summary>Its present value.</summary>
    public Tensor<T> Value { get; }

    /// <summary>Grows with every write; whatever is computed from the value ahead of time is keyed by it.</summary>
    public int Version { get; private set; }

    /// <summary>Its numbers, to be written; marks everything that was computed from them as stale.</summary>
    public Span<T> Update()
    {
        Version++;
        return Value.Span;
    }

    /// <summary>
    /// The same as <see cref="Update"/> in the parameter's shape, for the operations of System.Numerics.Tensors. No
    /// number is copied.
    /// </summary>
    public TensorSpan<T> UpdateAsTensorSpan()
    {
        Version++;
        return Value.AsWritableTensorSpan();
    }

    /// <summary>
    /// Rows <paramref name="first"/> on, <paramref name="count"/> of them, or their transpose, packed for products.
    /// </summary>
    internal PackedMatrix<T> Packed(int first, int count, bool transposed, MatrixView<T> matrix) =>
        packed.GetOrAdd((first, count, transposed), static _ => new PackedWeights<T>()).At(Version, matrix);

    /// <summary>Name and shape.</summary>
    public override string ToString() => $"{Name} {Shape}";
}
