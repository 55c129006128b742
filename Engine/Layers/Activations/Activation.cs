namespace Engine.Layers;

/// <summary>
/// The function f within a feed-forward network: between its two maps, or, for the gated ones, on one of two maps that
/// are multiplied with one another.
/// </summary>
public enum Activation
{
    /// <summary>max(0, x), the paper's.</summary>
    Relu,

    /// <summary>x Φ(x).</summary>
    Gelu,

    /// <summary>x Φ(x), approximated by tanh.</summary>
    GeluTanh,

    /// <summary>x σ(x), also known as Swish.</summary>
    Silu,

    /// <summary>x where it is positive, else x / 100.</summary>
    LeakyRelu,

    /// <summary>x where it is positive, else eˣ - 1.</summary>
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
