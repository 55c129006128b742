using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Sees the attention weights of every layer and head on a tape, in whole passes and in steps of decoding:
/// <c>new Tape&lt;float&gt;(Mode.Inference) { Observer = new AttentionObserver&lt;float&gt;(network, ...) }</c>.
/// </summary>
/// <param name="network">The network, which gives the layers their paths.</param>
/// <param name="receive">Receives the weights of each layer and sequence, in the order of the computation.</param>
public sealed class AttentionObserver<T>(Module<T> network, Action<AttentionWeights<T>> receive)
    : ModuleObserver<T>(network)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <inheritdoc/>
    public override void Saw(string name, Shape shape, ReadOnlySpan<T> values, int sequence = 0)
    {
        if (name != ObservedAttention.Weights) return;
        var (kind, layer) = AttentionWeights<T>.Of(Path);
        receive(new AttentionWeights<T>(
            Path, kind, layer, sequence, shape[0], shape[1], shape[2], values.ToArray()));
    }
}
