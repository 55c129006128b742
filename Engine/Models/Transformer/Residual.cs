using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// The residual sum around a sublayer, in one of two orders: post-norm, Norm(x + Dropout(Sublayer(x))), as the paper
/// has it (section 5.4, with LayerNorm), or pre-norm, x + Dropout(Sublayer(Norm(x))).
/// </summary>
internal sealed class Residual<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Norm<T> norm;
    private readonly bool normFirst, causal;
    private readonly double dropout;

    /// <summary>
    /// Its normalization's parameters go by <paramref name="name"/>; in a decoder it is causal.
    /// </summary>
    public Residual(string name, TransformerConfiguration configuration, bool causal)
    {
        (normFirst, this.causal, dropout) = (configuration.NormFirst, causal, configuration.Dropout);
        norm = Add(name, configuration.CreateNorm<T>());
    }

    public Tensor<T> Around(Tensor<T> x, SequenceLayout layout, Func<Tensor<T>, Tensor<T>> sublayer) =>
        normFirst
            ? Op.ResidualDropout(x, sublayer(norm.Forward(x, layout, causal)), dropout)
            : norm.Forward(Op.ResidualDropout(x, sublayer(x), dropout), layout, causal);
}
