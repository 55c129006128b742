namespace Engine.Layers;

/// <summary>
/// The function f of a feed-forward network. A plain network applies it between its two maps; a gated network applies
/// it to one of two maps, and multiplies their outputs.
/// </summary>
public enum Activation
{
    /// <summary>max(0, x), as in Vaswani et al. 2017.</summary>
    Relu,

    /// <summary>x Φ(x).</summary>
    Gelu,

    /// <summary>x Φ(x), approximated by tanh.</summary>
    GeluTanh,

    /// <summary>x σ(x), also known as Swish.</summary>
    Silu,

    /// <summary>x if x is positive, otherwise x / 100.</summary>
    LeakyRelu,

    /// <summary>x if x is positive, otherwise eˣ - 1.</summary>
    Elu,

    /// <summary>ln(1 + eˣ).</summary>
    Softplus,

    /// <summary>tanh x.</summary>
    Tanh,

    /// <summary>1 / (1 + e⁻ˣ).</summary>
    Sigmoid,

    /// <summary>Gated: σ(x W1ᵀ) · x W3ᵀ (Dauphin et al. 2017).</summary>
    Glu,

    /// <summary>Gated: GELU(x W1ᵀ) · x W3ᵀ (Shazeer 2020).</summary>
    Geglu,

    /// <summary>Gated: SiLU(x W1ᵀ) · x W3ᵀ (Shazeer 2020).</summary>
    Swiglu,
}
