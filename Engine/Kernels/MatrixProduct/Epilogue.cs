using System.Numerics;

namespace Engine.Kernels;

/// <summary>
/// What a matrix product does to its result while the result is still in the cache: it adds a bias to each row, then
/// applies ReLU. <c>default</c> does nothing.
/// </summary>
/// <param name="bias">One number a column, or empty.</param>
/// <param name="relu">Whether to replace negative results by zero (NaN stays NaN).</param>
internal readonly ref struct Epilogue<T>(ReadOnlySpan<T> bias, bool relu = false)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ReadOnlySpan<T> Bias { get; } = bias;

    public bool Relu { get; } = relu;
}
