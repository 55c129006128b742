using System.Numerics;
using Engine.Layers;
using Engine.Operations;

namespace Engine.Models;

/// <summary>
/// The residual sum around a sublayer, in one of two orders: post-norm, LayerNorm(x + Dropout(Sublayer(x))), as the
/// paper has it (section 5.4), or pre-norm, x + Dropout(Sublayer(LayerNorm(x))).
/// </summary>
internal sealed class Residual<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LayerNorm<T> norm;
    private readonly bool normFirst;
    private readonly double dropout;

    /// <summary>Its normalization's parameters go by <paramref name="name"/>.</summary>
    public Residual(string name, int dModel, bool normFirst, double dropout)
    {
        (this.normFirst, this.dropout) = (normFirst, dropout);
        norm = Add(name, new LayerNorm<T>(dModel));
    }

    public Tensor<T> Around(Tensor<T> x, Func<Tensor<T>, Tensor<T>> sublayer) =>
        normFirst
            ? Op.Add(x, Op.Dropout(sublayer(norm.Forward(x)), dropout))
            : norm.Forward(Op.Add(x, Op.Dropout(sublayer(x), dropout)));
}
