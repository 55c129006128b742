using System.Numerics;

namespace Engine;

/// <summary>The operators + - * / for tensors: <c>x + y</c> is <c>Op.Add(x, y)</c>.</summary>
public static class Operators
{
    extension<T>(Tensor<T>)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary><see cref="Op.Add"/>.</summary>
        public static Tensor<T> operator +(Tensor<T> x, Tensor<T> z) => Op.Add(x, z);

        /// <summary><see cref="Op.Subtract"/>.</summary>
        public static Tensor<T> operator -(Tensor<T> x, Tensor<T> z) => Op.Subtract(x, z);

        /// <summary><see cref="Op.Multiply"/>, element by element.</summary>
        public static Tensor<T> operator *(Tensor<T> x, Tensor<T> z) => Op.Multiply(x, z);

        /// <summary><see cref="Op.Scale"/>.</summary>
        public static Tensor<T> operator *(Tensor<T> x, double factor) => Op.Scale(x, factor);

        /// <summary><see cref="Op.Divide"/>.</summary>
        public static Tensor<T> operator /(Tensor<T> x, Tensor<T> z) => Op.Divide(x, z);
    }
}
