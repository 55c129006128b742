namespace Engine.Lab;

/// <summary>The area under the ROC curve.</summary>
internal static class Auc
{
    /// <summary>
    /// The probability that a positive has a higher score than a negative, each drawn at random; equal scores count one
    /// half. NaN without a positive or without a negative.
    /// </summary>
    /// <param name="scores">A score for each example.</param>
    /// <param name="labels">Whether each example is a positive.</param>
    public static double Of(IReadOnlyList<float> scores, IReadOnlyList<bool> labels)
    {
        var (positives, negatives, wins) = (0.0, 0.0, 0.0);
        foreach (var equal in Enumerable.Range(0, scores.Count).GroupBy(i => scores[i]).OrderBy(group => group.Key))
        {
            double yes = equal.Count(i => labels[i]), no = equal.Count() - yes;
            wins += yes * (negatives + (no / 2));
            (positives, negatives) = (positives + yes, negatives + no);
        }
        return wins / (positives * negatives);
    }
}
