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
    /// <param name="number">The number of the sum in its layer, from 1: its parameters are <c>norm1</c> and so
    /// on.</param>
    /// <param name="configuration">The order, the kind of normalization and the dropout.</param>
    /// <param name="causal">Whether a row must not depend on later rows, as in a decoder.</param>
    public Residual(int number, TransformerConfiguration configuration, bool causal)
    {
        (normFirst, this.causal, dropout) = (configuration.NormFirst, causal, configuration.Dropout);
        norm = Add($"norm{number}", configuration.CreateNorm<T>());
    }

    /// <summary>Applies a sublayer, with normalization, dropout and the residual sum.</summary>
    /// <param name="x">[rows, dModel].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="sublayer">Maps [rows, dModel] to [rows, dModel].</param>
    /// <returns>[rows, dModel].</returns>
    public Tensor<T> Around(Tensor<T> x, SequenceLayout layout, Func<Tensor<T>, Tensor<T>> sublayer)
    {
        if (normFirst) return Add(x, sublayer(Normalize(x, layout)));
        return Normalize(Add(x, sublayer(x)), layout);
    }

    /// <summary>The norms within a layer belong to its residual sums; so an observer knows a sum by its norm.</summary>
    private Tensor<T> Add(Tensor<T> x, Tensor<T> z)
    {
        using var module = x.Tape.Enter(norm);
        module.Show(ObservedNetwork.ResidualInput, x);
        module.Show(ObservedNetwork.SublayerOutput, z);
        var y = module.Omits(ObservedNetwork.Residual) ? Op.Dropout(z, dropout) : Op.ResidualDropout(x, z, dropout);
        module.Show(ObservedNetwork.ResidualOutput, y);
        return y;
    }

    private Tensor<T> Normalize(Tensor<T> x, SequenceLayout layout)
    {
        using var module = x.Tape.Enter(norm);
        module.Show(ObservedNetwork.NormInput, x);
        var y = norm.Forward(x, layout, causal);
        module.Show(ObservedNetwork.NormOutput, y);
        return y;
    }
}
