using System.Numerics.Tensors;

namespace Engine.Text;

/// <summary>How to resample.</summary>
public sealed record BootstrapOptions
{
    /// <summary>The number of resamples, at least 2.</summary>
    public int Resamples { get; init; } = 1000;

    /// <summary>The seed of the resamples; sacreBLEU reads its own from the variable SACREBLEU_SEED.</summary>
    public int Seed { get; init; } = 12345;
}

/// <summary>The scores that a system could have had on other sentences of the same kind.</summary>
/// <param name="Mean">The mean of the resampled scores.</param>
/// <param name="Margin">
/// Half the width of the interval that holds 95% of the resampled scores. sacreBLEU prints <c>mean ± margin</c>.
/// </param>
public readonly record struct ConfidenceInterval(double Mean, double Margin);

/// <summary>
/// Bootstrap resampling (Koehn 2004, "Statistical significance tests for machine translation evaluation") as sacreBLEU
/// computes it: a resample draws n of the n sentences of a text, some of them several times; many resamples show how
/// much a score depends on which sentences the text happens to have.
/// </summary>
/// <remarks>
/// The same seed draws the same sentences as sacreBLEU, for all metrics and systems. Resampled scores are computed in
/// single precision, as sacreBLEU does with NumPy 2, and are equal to its scores. Their means are not rounded to single
/// precision.
/// </remarks>
public static class Bootstrap
{
    /// <summary>Scores resamples of a text.</summary>
    /// <param name="counters">
    /// Metrics and systems, each with the same sentences; each keeps their statistics.
    /// </param>
    /// <param name="options">How to resample.</param>
    /// <param name="progress">Receives the number of resamples.</param>
    /// <returns>For each counter [resamples]: the score of each resample.</returns>
    /// <exception cref="ArgumentException">The counters have different numbers of sentences, or none.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 resamples, or the seed is negative.
    /// </exception>
    /// <exception cref="InvalidOperationException">A counter does not keep the statistics of sentences.</exception>
    public static double[][] Scores(
        IReadOnlyList<MetricCounter> counters, BootstrapOptions options, IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(counters);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Resamples, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Seed);
        var sentences = counters.Count > 0 ? counters[0].Sentences.Count : 0;
        if (sentences == 0 || counters.Any(counter => counter.Sentences.Count != sentences))
            throw new ArgumentException("Bootstrap: all counters must have the same number of sentences, at least 1");
        var random = new NumPyRandom((uint)options.Seed);
        var drawn = new int[sentences];
        var sums = counters.Select(counter => new float[counter.Sentences.Width]).ToArray();
        var scores = counters.Select(_ => new double[options.Resamples]).ToArray();
        using var work = new ProgressCounter(progress, "resampling", options.Resamples);
        for (var resample = 0; resample < options.Resamples; resample++)
        {
            work.At(resample);
            random.Fill(drawn, sentences);
            for (var i = 0; i < scores.Length; i++)
            {
                counters[i].Sentences.Sum(drawn, sums[i]);
                scores[i][resample] = counters[i].ScoreOf<float>(sums[i]);
            }
        }
        return scores;
    }

    /// <summary>The interval that holds 95% of resampled scores: without the 1/40 at each end.</summary>
    /// <param name="scores">[resamples]: the scores of a system.</param>
    public static ConfidenceInterval Interval(ReadOnlySpan<double> scores)
    {
        double[] sorted = [.. scores];
        Array.Sort(sorted);
        var outside = sorted.Length / 40;
        return new(sorted.Average(), 0.5 * (sorted[^(outside + 1)] - sorted[outside]));
    }

    /// <summary>
    /// The p-value of the difference between two systems: how often chance alone makes a difference as large, if both
    /// systems are equally good. Below 0.05, a difference is called significant.
    /// </summary>
    /// <remarks>
    /// The absolute differences of the resamples vary about their mean as differences by chance vary about 0. The
    /// p-value is the share of the resamples that vary by more than the difference of the texts, where 1 is added to
    /// the number of these resamples and to the number of all.
    /// </remarks>
    /// <param name="difference">The difference of the scores of the whole texts, absolute.</param>
    /// <param name="first">[resamples]: the scores of a system.</param>
    /// <param name="second">[resamples]: the scores of the other system on the same resamples.</param>
    public static double PValue(double difference, ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var differences = new double[first.Length];
        TensorPrimitives.Subtract(first, second, differences);
        TensorPrimitives.Abs(differences, differences);
        var mean = differences.Average();
        var larger = differences.Count(sampled => sampled - mean > difference);
        return (larger + 1.0) / (differences.Length + 1);
    }
}
