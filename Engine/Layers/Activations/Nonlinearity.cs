namespace Engine.Layers;

/// <summary>The function that follows a weight, which determines the weight's initial scale.</summary>
public enum Nonlinearity
{
    /// <summary>The identity.</summary>
    Linear,

    /// <summary>1 / (1 + e^-x).</summary>
    Sigmoid,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>ReLU with a small slope below 0.</summary>
    LeakyRelu,
}

/// <summary>Which variance an initialization keeps from layer to layer.</summary>
public enum Fan
{
    /// <summary>The variance of activations in the forward pass: divides by the inputs that an output sums.</summary>
    In,

    /// <summary>The variance of gradients in the backward pass: divides by the outputs that an input feeds.</summary>
    Out,
}
