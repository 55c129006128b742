namespace Engine.Tests;

/// <summary>Comparisons of numbers by the largest of the expected numbers.</summary>
internal static class Close
{
    public static void To(Numbers expected, Numbers actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        To(expected.Values, actual.Values, tolerance);
    }

    /// <param name="expected">What the numbers should be.</param>
    /// <param name="actual">The numbers.</param>
    /// <param name="tolerance">The largest difference, by the largest number expected.</param>
    /// <param name="smallestScale">What differences are measured by where all that is expected is smaller.</param>
    public static void To(
        ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance, double smallestScale = 1e-3)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = smallestScale;
        foreach (var value in expected)
        {
            if (double.IsFinite(value)) scale = Math.Max(scale, Math.Abs(value));
        }
        for (var i = 0; i < expected.Length; i++)
        {
            // Infinities must be the same; the negation makes NaN count as a difference.
            if (expected[i] != actual[i] && !(Math.Abs(expected[i] - actual[i]) <= tolerance * scale))
                Assert.Fail($"element {i} of {expected.Length} is {actual[i]:R}, not {expected[i]:R} (largest " +
                    $"{scale:R})");
        }
    }
}
