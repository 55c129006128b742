using System.Collections.Concurrent;
using System.Numerics;
using System.Numerics.Tensors;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// Numbers that training changes: a weight matrix, a bias. A parameter holds no gradient (a gradient set holds the
/// gradients), so that any number of tapes may read the parameter at once.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
///
/// var weight = new Parameter<float>("weight", Tensor<float>.Zeros([2, 2]));
/// weight.Update().Fill(1);
/// Console.WriteLine(weight.Value);                     // prints: Tensor<Single> [2, 2]: 1, 1, 1, 1
/// ]]></code>
/// </example>
public sealed class Parameter<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ConcurrentDictionary<(int First, int Count, bool Transposed), PackedWeights<T>> packed = [];

    /// <summary>A parameter with the given initial value.</summary>
    /// <param name="name">The name within its module, such as <c>in_proj_weight</c>.</param>
    /// <param name="value">A contiguous tensor that owns its memory.</param>
    /// <exception cref="ArgumentException">The value is a view, or part of a step.</exception>
    public Parameter(string name, Tensor<T> value)
    {
        if (!value.IsContiguous || !value.OwnsMemory)
            throw new ArgumentException($"Parameter {name}: its value must be a tensor of its own, " +
                "not a view or part of a step.");
        Name = name;
        Value = value;
    }

    /// <summary>The name within its module.</summary>
    public string Name { get; }

    /// <summary>The shape of the value.</summary>
    public Shape Shape => Value.Shape;

    /// <summary>How many numbers the parameter holds.</summary>
    public int Count => Value.Count;

    /// <summary>The present value.</summary>
    public Tensor<T> Value { get; }

    /// <summary>Grows with every write. Whatever is computed from the value in advance, such as packed panels, has the
    /// version as its key.</summary>
    public int Version { get; private set; }

    /// <summary>
    /// The numbers, to be written. The call also marks everything that was computed from the old numbers as stale.
    /// </summary>
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
    /// The <paramref name="count"/> rows of the matrix from row <paramref name="first"/> on, or their transpose, packed
    /// for products.
    /// </summary>
    internal PackedMatrix<T> Packed(int first, int count, bool transposed, MatrixView<T> matrix) =>
        packed.GetOrAdd((first, count, transposed), static _ => new PackedWeights<T>()).At(Version, matrix);

    /// <summary>Name and shape: <c>weight [16, 2]</c>.</summary>
    public override string ToString() => $"{Name} {Shape}";
}
