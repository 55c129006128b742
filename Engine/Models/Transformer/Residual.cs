using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// The residual sum around a sublayer, in one of two orders: post-norm, Norm(x + Dropout(Sublayer(x))), the paper's
/// (section 5.4, with LayerNorm), or pre-norm, x + Dropout(Sublayer(Norm(x))).
/// </summary>
internal sealed class Residual<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Norm<T> norm;
    private readonly bool normFirst, causal;
    private readonly double dropout;

    /// <summary>A residual sum with a new normalization.</summary>
    /// <param name="name">The name of the normalization's parameters.</param>
    /// <param name="configuration">The order, the kind of normalization and the dropout.</param>
    /// <param name="causal">Whether a row must not depend on later rows, as in a decoder.</param>
    public Residual(string name, TransformerConfiguration configuration, bool causal)
    {
        (normFirst, this.causal, dropout) = (configuration.NormFirst, causal, configuration.Dropout);
        norm = Add(name, configuration.CreateNorm<T>());
    }

    /// <summary>Applies a sublayer, with normalization, dropout and the residual sum.</summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="sublayer">Maps [rows, dModel] to [rows, dModel].</param>
    /// <returns>[rows, dModel].</returns>
    public Tensor<T> Around(Tensor<T> x, SequenceLayout layout, Func<Tensor<T>, Tensor<T>> sublayer) =>
        normFirst
            ? Op.ResidualDropout(x, sublayer(norm.Forward(x, layout, causal)), dropout)
            : norm.Forward(Op.ResidualDropout(x, sublayer(x), dropout), layout, causal);
}
