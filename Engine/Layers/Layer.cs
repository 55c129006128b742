using System.Numerics;

namespace Engine.Layers;

/// <summary>A module that maps one tensor to one tensor.</summary>
public abstract class Layer<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Applies the layer, on the tape of x.</summary>
    /// <param name="x">A tensor on a tape; each layer documents its shape.</param>
    /// <returns>The output; each layer documents its shape.</returns>
    /// <exception cref="ShapeException">The shape of x does not fit the layer.</exception>
    public abstract Tensor<T> Forward(Tensor<T> x);

    /// <summary>
    /// What the trained layer makes of data, where the caller has no tape: a forward pass in
    /// <see cref="Mode.Inference"/>.
    /// </summary>
    /// <remarks>
    /// Any number of threads may predict with one layer at the same time, as long as nobody trains it. The memory of
    /// the pass goes back to a pool before the method returns.
    /// </remarks>
    /// <param name="x">Data; each layer documents its shape.</param>
    /// <returns>The output, a tensor of its own.</returns>
    /// <exception cref="ShapeException">The shape of x does not fit the layer.</exception>
    /// <example>
    /// <code><![CDATA[
    /// using Engine;
    /// using Engine.Layers;
    ///
    /// var model = new Sequential<float>(new Linear<float>(3, 2, new RandomStream(1)), new Relu<float>());
    /// var y = model.Predict(Tensor<float>.From([1, 3], [0.5f, -1, 2]));   // [1, 2]
    /// ]]></code>
    /// </example>
    public Tensor<T> Predict(Tensor<T> x)
    {
        using var tape = new Tape<T>(Mode.Inference);
        return Forward(tape.Constant(x)).Copy();
    }
}
