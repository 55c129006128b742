using Engine.Layers;

namespace Engine.Decoding;

/// <summary>Which word of the source a step of decoding looked at.</summary>
internal static class Alignment
{
    /// <summary>
    /// The position in the source that got the largest weight, the end token apart; the first of equal ones, and -1
    /// where the source has no word.
    /// </summary>
    public static int Of(StepWeights<float> weights, int row)
    {
        var words = weights.Of(row)[..^1];
        var best = words.IsEmpty ? -1 : 0;
        for (var i = 1; i < words.Length; i++)
        {
            if (words[i] > words[best]) best = i;
        }
        return best;
    }
}
