namespace Engine.Layers;

/// <summary>What weights feed, which decides how large they should begin.</summary>
public enum Nonlinearity
{
    /// <summary>None: the identity.</summary>
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

/// <summary>Whose variance an initialization keeps.</summary>
public enum Fan
{
    /// <summary>That of activations on the way forward: the number of inputs that an output sums.</summary>
    In,

    /// <summary>That of gradients in the backward pass: the number of outputs that an input feeds.</summary>
    Out,
}
