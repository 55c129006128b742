using System.Numerics;

namespace Engine;

/// <summary>Finds the tape of a tensor: a layer reads its mode and brings parameters onto it.</summary>
public static class TensorTape
{
    extension<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        /// <summary>The tape that the tensor is on: <c>Op.Linear(x, x.Tape.Use(weight))</c>.</summary>
        /// <exception cref="InvalidOperationException">The tensor is on no tape.</exception>
        /// <exception cref="ObjectDisposedException">The tape has ended.</exception>
        public Tape<T> Tape
        {
            get
            {
                if (x.Scope is not Tape<T> tape)
                    throw new InvalidOperationException(
                        $"Tensor {x.Shape}: it is on no tape; bring the data in with tape.Constant.");
                tape.ThrowIfEnded(x.Shape);
                return tape;
            }
        }
    }
}
