namespace Engine.Text;

/// <summary>What a pair may be like to be learned from, in tokens without begin and end; 0 is no limit.</summary>
/// <param name="MaximumSource">The most tokens of a source.</param>
/// <param name="MaximumTarget">The most tokens of a target.</param>
/// <param name="MaximumRatio">How many times as long as the shorter side the longer one may be.</param>
public readonly record struct PairLimits(int MaximumSource, int MaximumTarget, double MaximumRatio)
{
    /// <summary>
    /// The first of the limits that the pair exceeds, in the order source, target, ratio; a side without tokens counts
    /// as one token.
    /// </summary>
    public PairLimit Exceeded(SentencePair pair)
    {
        var (source, target) = (pair.Source.Length, pair.Target.Length);
        if (MaximumSource > 0 && source > MaximumSource) return PairLimit.Source;
        if (MaximumTarget > 0 && target > MaximumTarget) return PairLimit.Target;
        var (shorter, longer) = (Math.Max(Math.Min(source, target), 1), Math.Max(source, target));
        return MaximumRatio > 0 && longer > MaximumRatio * shorter ? PairLimit.Ratio : PairLimit.None;
    }
}

/// <summary>One of the <see cref="PairLimits"/>.</summary>
public enum PairLimit
{
    /// <summary>None of them.</summary>
    None,

    /// <summary>The longest source.</summary>
    Source,

    /// <summary>The longest target.</summary>
    Target,

    /// <summary>The ratio of the lengths.</summary>
    Ratio,
}
