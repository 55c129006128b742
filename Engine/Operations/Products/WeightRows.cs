using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// Some rows of a weight matrix [outputs, inputs] as the right operand of a product. Rows of a parameter are packed
/// once, for all products until the parameter changes.
/// </summary>
internal readonly struct WeightRows<T>(Tensor<T> weight, int first, int count)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>y = x Wᵀ, then the epilogue: what a linear layer computes.</summary>
    public void Apply(Scope<T> scope, MatrixView<T> x, Span<T> y, Epilogue<T> epilogue = default)
    {
        var matrix = View(scope).Transposed;
        if (weight.Parameter is { } parameter)
            MatrixProduct.Multiply(x, parameter.Packed(first, count, true, matrix), y, count, epilogue: epilogue);
        else MatrixProduct.Multiply(x, matrix, y, count, epilogue: epilogue);
    }

    /// <summary>dX = dY W, written or added: the backward pass to the input.</summary>
    public void ApplyBackward(Scope<T> scope, MatrixView<T> dY, GradientTarget<T> dX) =>
        ApplyBackward(scope, dY, dX, weight.Shape[1]);

    /// <summary>The same, where a row of dX is the beginning of a row of <paramref name="stride"/> numbers.</summary>
    public void ApplyBackward(Scope<T> scope, MatrixView<T> dY, GradientTarget<T> dX, int stride)
    {
        var matrix = View(scope);
        if (weight.Parameter is { } parameter)
            MatrixProduct.Multiply(dY, parameter.Packed(first, count, false, matrix), dX.Span, stride, dX.Accumulate);
        else MatrixProduct.Multiply(dY, matrix, dX.Span, stride, dX.Accumulate);
    }

    /// <summary>dW = dYᵀ x in these rows, written or added: the backward pass to the weight.</summary>
    public void AddGradient(MatrixView<T> dY, MatrixView<T> x, GradientTarget<T> dW)
    {
        var inputs = weight.Shape[1];
        // The product writes only these rows; the others must not stay undefined.
        var accumulate = dW.Accumulate || count < weight.Shape[0];
        var target = (accumulate ? dW.Zeroed() : dW.Span).Slice(first * inputs, count * inputs);
        MatrixProduct.Multiply(dY.Transposed, x, target, inputs, accumulate);
    }

    private MatrixView<T> View(Scope<T> scope)
    {
        var inputs = weight.Shape[1];
        return new MatrixView<T>(weight.Ordered(scope).Slice(first * inputs, count * inputs), count, inputs);
    }
}
