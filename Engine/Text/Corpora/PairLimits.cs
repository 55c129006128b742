namespace Engine.Text;

/// <summary>The limits of pairs to learn from, in tokens without begin and end; 0 means no limit.</summary>
/// <param name="MaximumSource">The most tokens of a source.</param>
/// <param name="MaximumTarget">The most tokens of a target.</param>
/// <param name="MaximumRatio">The most tokens of the longer side for each token of the shorter side.</param>
public readonly record struct PairLimits(int MaximumSource, int MaximumTarget, double MaximumRatio)
{
    /// <summary>
    /// The first limit that a pair exceeds, in the order source, target, ratio. A side without tokens counts as one
    /// token.
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
    /// <summary>No limit.</summary>
    None,

    /// <summary>The longest source.</summary>
    Source,

    /// <summary>The longest target.</summary>
    Target,

    /// <summary>The ratio of the lengths.</summary>
    Ratio,
}
