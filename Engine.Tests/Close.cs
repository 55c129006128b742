namespace Engine.Tests;

/// <summary>Compares numbers. The tolerance is relative to the largest expected number.</summary>
internal static class Close
{
    public static void To(Numbers expected, Numbers actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        To(expected.Values, actual.Values, tolerance);
    }

    /// <param name="expected">The expected numbers.</param>
    /// <param name="actual">The actual numbers.</param>
    /// <param name="tolerance">The largest difference allowed, divided by the largest expected number.</param>
    /// <param name="smallestScale">The divisor if all expected numbers are smaller than it.</param>
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
            // Infinities must be equal. The negated comparison makes NaN a difference.
            if (expected[i] != actual[i] && !(Math.Abs(expected[i] - actual[i]) <= tolerance * scale))
                Assert.Fail($"element {i} of {expected.Length} is {actual[i]:R}, not {expected[i]:R} (largest " +
                    $"{scale:R})");
        }
    }
}
