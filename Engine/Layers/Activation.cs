namespace Engine.Layers;

/// <summary>The function between the two maps of a feed-forward network.</summary>
public enum Activation
{
    /// <summary>max(0, x), the paper's.</summary>
    Relu,

    /// <summary>x Φ(x).</summary>
    Gelu,
}
