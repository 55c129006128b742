namespace Engine.Cli;

/// <summary>Which rows of a padded rectangle are tokens, in the forms in which layers read it.</summary>
/// <param name="n">The network.</param>
/// <param name="mask">1 for tokens, then 0 for padding, [batch, length].</param>
internal sealed class OnnxMask(OnnxNetwork n, OnnxValue mask)
{
    private OnnxValue Shown => field ??= mask.Cast(OnnxType.Bool);

    /// <summary>For attention, [batch, 1, 1, length].</summary>
    public OnnxValue OfKeys => field ??= Shown.Unsqueeze(1, 2);

    /// <summary>For rows, [batch, length, 1].</summary>
    public OnnxValue OfRows => field ??= Shown.Unsqueeze(2);

    /// <summary>1 and 0 in single precision, [batch, length, 1].</summary>
    public OnnxValue Factors => field ??= OfRows.Cast(OnnxType.Float);

    /// <summary>The tokens of each sentence, [batch].</summary>
    public OnnxValue Lengths => field ??= mask.Sum(1);

    /// <summary>The positions 0 to length - 1, [length].</summary>
    public OnnxValue Positions => field ??= n.PositionsBelow(mask.Size(1));
}
