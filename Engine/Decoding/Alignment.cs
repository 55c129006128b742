using Engine.Layers;

namespace Engine.Decoding;

/// <summary>Finds the source word that a decoding step attended to most.</summary>
internal static class Alignment
{
    /// <summary>
    /// The source position with the largest attention weight. The source's end token is not a candidate. Of equal
    /// weights the first position wins; the result is -1 if the source has no word.
    /// </summary>
    public static int Of(StepWeights<float> weights, int row)
    {
        var words = weights.MeanOf(row).AsSpan(..^1);
        var best = words.IsEmpty ? -1 : 0;
        for (var i = 1; i < words.Length; i++)
        {
            if (words[i] > words[best]) best = i;
        }
        return best;
    }
}
