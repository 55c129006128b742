using System.Numerics;

namespace Engine;

/// <summary>
/// The operators + - * / for tensors and numbers: <c>x + y</c> is <c>Op.Add(x, y)</c>, <c>2 * x - 1</c> works for
/// float and for double. Every other operation is a method of <see cref="Op"/>.
/// </summary>
/// <remarks>
/// A number is a constant: <c>x / 3</c> divides by 3, and does not multiply by a rounded 1/3. No operator costs more
/// than the operation that it names.
/// </remarks>
public static class Operators
{
    extension<T>(Tensor<T>)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary><see cref="Op.Add"/>.</summary>
        [KeepsCallerFrame]
        public static Tensor<T> operator +(Tensor<T> x, Tensor<T> z) => Op.Add(x, z);

        /// <summary><see cref="Op.Add"/> with the same number everywhere.</summary>
        [KeepsCallerFrame]
        public static Tensor<T> operator +(Tensor<T> x, double number) => Op.Add(x, Number(Op.AddEntry, x, number));

        /// <summary><see cref="Op.Add"/> with the same number everywhere.</summary>
        [KeepsCallerFrame]
        public static Tensor<T> operator +(double number, Tensor<T> x) => x + number;

        /// <summary><see cref="Op.Subtract"/>.</summary>
        [KeepsCallerFrame]
        public static Tensor<T> operator -(Tensor<T> x, Tensor<T> z) => Op.Subtract(x, z);

        /// <summary><see cref="Op.Subtract"/> with the same number everywhere.</summary>
        [KeepsCallerFrame]
        public static Tensor<T> operator -(Tensor<T> x, double number) =>
            Op.Subtract(x, Number(Op.SubtractEntry, x, number));

        /// <summary><see cref="Op.Subtract"/> from the same number everywhere.</summary>
        [KeepsCallerFrame]
        public static Tensor<T> operator -(double number, Tensor<T> x) =>
            Op.Subtract(Number(Op.SubtractEntry, x, number), x);

        /// <summary><see cref="Op.Scale"/> by -1.</summary>
        [KeepsCallerFrame]
        public static Tensor<T> operator -(Tensor<T> x) => Op.Scale(x, -1);

        /// <summary><see cref="Op.Multiply"/>, element by element.</summary>
        [KeepsCallerFrame]
        public static Tensor<T> operator *(Tensor<T> x, Tensor<T> z) => Op.Multiply(x, z);

        /// <summary><see cref="Op.Scale"/>.</summary>
        [KeepsCallerFrame]
        public static Tensor<T> operator *(Tensor<T> x, double factor) => Op.Scale(x, factor);

        /// <summary><see cref="Op.Scale"/>.</summary>
        [KeepsCallerFrame]
        public static Tensor<T> operator *(double factor, Tensor<T> x) => Op.Scale(x, factor);

        /// <summary><see cref="Op.Divide"/>.</summary>
        [KeepsCallerFrame]
        public static Tensor<T> operator /(Tensor<T> x, Tensor<T> z) => Op.Divide(x, z);

        /// <summary><see cref="Op.Divide"/> by the same number everywhere.</summary>
        [KeepsCallerFrame]
        public static Tensor<T> operator /(Tensor<T> x, double number) =>
            Op.Divide(x, Number(Op.DivideEntry, x, number));

        /// <summary><see cref="Op.Divide"/> of the same number everywhere.</summary>
        [KeepsCallerFrame]
        public static Tensor<T> operator /(double number, Tensor<T> x) =>
            Op.Divide(Number(Op.DivideEntry, x, number), x);
    }

    // [], which broadcasts with every shape.
    private static Tensor<T> Number<T>(CatalogueEntry entry, Tensor<T> x, double number)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Tape<T>.Of(entry, x).Constant([], [T.CreateChecked(number)]);
}
