namespace Engine.Layers;

/// <summary>Checks the gradients of a layer.</summary>
public static class LayerGradientCheck
{
    extension(GradientCheck)
    {
        /// <summary>
        /// Checks a layer with respect to its input and all its parameters:
        /// <c>GradientCheck.Of(new Linear&lt;double&gt;(4, 2, random), Samples.Normal(3, 4))</c>.
        /// </summary>
        /// <param name="layer">The layer, in double; its parameters are as they were afterwards.</param>
        /// <param name="x">The point at which the gradient is taken, in the shape that the layer documents.</param>
        public static GradientReport Of(Layer<double> layer, Tensor<double> x) =>
            GradientCheck.Of(layer, layer.Forward, x);
    }
}
