using Engine.Layers;
using Engine.Models;

namespace Engine.Inspection;

/// <summary>A head of an attention layer.</summary>
/// <param name="Kind">What attends to what.</param>
/// <param name="Layer">The number of the layer, from 0.</param>
/// <param name="Head">The number of the head, from 0.</param>
public readonly record struct AttentionHead(AttentionKind Kind, int Layer, int Head);

/// <summary>
/// Parts of a network that are switched off, alone or together. The weights stay as they are: the parts are left out of
/// the computation.
/// </summary>
public sealed record Interventions
{
    /// <summary>Heads whose outputs count as zeros.</summary>
    public IReadOnlyList<AttentionHead> Heads { get; init; } = [];

    /// <summary>
    /// Residual sums without what they add, by the path of their norm, such as <c>decoder.layers.0.norm1</c>, or of a
    /// convolutional network by the path of their sublayer, such as <c>encoder.0.conv</c>; a path may begin a longer
    /// one, so that <c>decoder</c> names all sums of the decoder. <see cref="SwitchableParts"/> lists them.
    /// </summary>
    public IReadOnlyList<string> Residuals { get; init; } = [];

    /// <summary>Whether the decoder's tokens see later tokens.</summary>
    public bool CausalMask { get; init; }

    /// <summary>
    /// Whether all tokens see padding: then the source has <see cref="Padding"/> padding tokens after its end. With the
    /// mask, padding changes nothing.
    /// </summary>
    public bool PaddingMask { get; init; }

    /// <summary>The padding tokens that a source without a padding mask has.</summary>
    public int Padding { get; init; } = 8;

    /// <summary>Whether scores are q · k, not divided by √dK.</summary>
    public bool Scaling { get; init; }

    /// <summary>Whether the network knows no order of its tokens.</summary>
    public bool Positions { get; init; }

    /// <summary>Whether nothing is switched off.</summary>
    public bool AreNone =>
        Heads.Count == 0 && Residuals.Count == 0 && !CausalMask && !PaddingMask && !Scaling && !Positions;

    /// <summary>The source with the padding that it has in place of a mask.</summary>
    internal int[] Pad(int[] source) => PaddingMask ? [.. source, .. Enumerable.Repeat(0, Padding)] : source;

    /// <summary>Whether a module shall leave a part out.</summary>
    /// <param name="path">The module's path.</param>
    /// <param name="part">The part's name.</param>
    internal bool Omit(string path, string part) => part switch
    {
        ObservedAttention.CausalMask => CausalMask,
        ObservedAttention.Scaling => Scaling,
        ObservedAttention.Positions => Positions,
        ObservedNetwork.Residual =>
            Residuals.Any(off => path == off || path.StartsWith(off + ".", StringComparison.Ordinal)),
        _ => Heads.Count > 0 && AttentionWeights<float>.Of(path) is var (kind, layer)
            && Heads.Any(off => off.Kind == kind && off.Layer == layer && part == ObservedAttention.Head(off.Head)),
    };
}

/// <summary>Leaves the parts of <see cref="Inspection.Interventions"/> out of what is computed on a tape.</summary>
/// <param name="network">The network, which gives the modules their paths.</param>
/// <param name="interventions">What is switched off.</param>
public class InterventionObserver<T>(Module<T> network, Interventions interventions) : ModuleObserver<T>(network)
    where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
{
    /// <summary>What is switched off.</summary>
    public Interventions Interventions { get; } = interventions;

    /// <inheritdoc/>
    public sealed override bool Omits(string part) => Interventions.Omit(Path, part);
}
