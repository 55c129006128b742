using System.Globalization;
using System.Text.Json.Nodes;
using Engine.Storage;
using Engine.Text;

namespace Engine.Tests.Text;

public sealed class BootstrapTests
{
    [Fact]
    public void The_random_numbers_are_those_of_NumPy()
    {
        foreach (var one in SacreBleuCases.Part("random"))
        {
            var seed = (uint)one["seed"]!;
            var raw = new NumPyRandom(seed);
            foreach (var word in SacreBleuCases.Lines(one, "raw"))
                Assert.Equal(word, raw.Next64().ToString(CultureInfo.InvariantCulture));
            foreach (var (end, expected) in one["choice"]!.AsObject())
            {
                var drawn = new int[21];
                var random = new NumPyRandom(seed);
                random.Fill(drawn.AsSpan(0, 5), int.Parse(end, CultureInfo.InvariantCulture));
                random.Fill(drawn.AsSpan(5), int.Parse(end, CultureInfo.InvariantCulture));
                Assert.Equal(expected!.AsArray().Select(number => (int)number!), drawn);
            }
        }
    }

    [Fact]
    public void Intervals_and_p_values_equal_those_of_sacreBLEU()
    {
        var compared = 0;
        foreach (var one in SacreBleuCases.Part("bootstrap"))
        {
            var options = new BootstrapOptions { Resamples = (int)one["resamples"]!, Seed = (int)one["seed"]! };
            var references = SacreBleuCases.Sets(one, "references");
            foreach (var (metric, node) in one["metrics"]!.AsObject())
            {
                var (which, expected) = ($"{one["name"]} {metric}", node!);
                var system = Counter(metric, SacreBleuCases.Lines(one, "system"), references);
                var baseline = Counter(metric, SacreBleuCases.Lines(one, "baseline"), references);
                var scores = Bootstrap.Scores([system, baseline], options);
                // To the last bit, as both compute in single precision; but Python adds BLEU's logarithms otherwise.
                foreach (var (score, resampled) in expected["resampled"]!.AsArray().Zip(scores[0]))
                    Assert.Equal((double)score!, resampled, metric == "bleu" ? 1e-12 : 0);
                Near(expected, "", ScoreOf(system), Bootstrap.Interval(scores[0]), which);
                Near(expected, "baseline", ScoreOf(baseline), Bootstrap.Interval(scores[1]), which);
                Assert.Equal(
                    (double)expected["p"]!,
                    Bootstrap.PValue(Math.Abs(ScoreOf(system) - ScoreOf(baseline)), scores[0], scores[1]), 1e-15);
                Assert.Equal((string)expected["signature"]!, system.Signature(options));
                compared++;
            }
        }
        Assert.Equal(24, compared);
    }

    [Fact]
    public void Sums_above_the_whole_numbers_of_single_precision_are_rounded_as_NumPy_rounds_them()
    {
        var statistics = new SentenceStatistics(1);
        statistics.Add([16_777_216]);
        statistics.Add([1]);
        var sums = new float[1];
        statistics.Sum([0, 1, 1, 1], sums);
        Assert.Equal(16_777_216, sums[0]);
        statistics.Sum([1, 1, 1, 0], sums);
        Assert.Equal(16_777_220, sums[0]); // 3 + 2^24 lies between two numbers
    }

    [Fact]
    public void Statistics_that_take_too_much_memory_are_refused()
    {
        var statistics = new SentenceStatistics(10, 4096 * 10 * sizeof(float));
        for (var i = 0; i < 4096; i++) statistics.Add(new double[10]);
        Assert.Equal(
            "the statistics of 4,096 sentences take all the memory that they may take here (163,840 bytes for each "
            + "metric); score a part of the text, or leave intervals and comparisons out",
            Assert.Throws<InputException>(() => statistics.Add(new double[10])).Message);
    }

    [Fact]
    public void Misuse_is_refused()
    {
        string[] one = ["a"];
        var counter = Counter("bleu", one, [one]);
        var other = Counter("bleu", ["a", "b"], [["a", "b"]]);
        Assert.Throws<ArgumentException>(() => Bootstrap.Scores([counter, other], new BootstrapOptions()));
        Assert.Throws<ArgumentException>(() => Bootstrap.Scores([], new BootstrapOptions()));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Bootstrap.Scores([counter], new BootstrapOptions { Resamples = 1 }));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => Bootstrap.Scores([counter], new BootstrapOptions { Seed = -1 }));
        Assert.Contains("set keepsSentences", Assert.Throws<InvalidOperationException>(
            () => Bootstrap.Scores([new TerCounter(new TerOptions(), 1)], new BootstrapOptions())).Message);
    }

    private static void Near(
        JsonNode expected, string system, double score, ConfidenceInterval interval, string which)
    {
        var prefix = system.Length > 0 ? system + "_" : "";
        BleuTests.Near((double)expected[system.Length > 0 ? system : "score"]!, score, which);
        BleuTests.Near((double)expected[prefix + "margin"]!, interval.Margin, which);
        // NumPy averages chrF and TER in single precision: 24 bits, of a number up to 128.
        var tolerance = which.EndsWith("bleu", StringComparison.Ordinal) ? 1e-9 : 2e-5;
        Assert.Equal((double)expected[prefix + "mean"]!, interval.Mean, tolerance);
    }

    private static double ScoreOf(MetricCounter counter) => counter switch
    {
        BleuCounter bleu => bleu.Score().Score,
        ChrFCounter chrF => chrF.Score().Score,
        TerCounter ter => ter.Score().Score,
        _ => throw new ArgumentException("no metric"),
    };

    private static MetricCounter Counter(string metric, string[] hypotheses, string[][] references)
    {
        MetricCounter counter = metric switch
        {
            "bleu" => new BleuCounter(new BleuOptions { Tokenize = "none" }, references.Length, keepsSentences: true),
            "chrf" => new ChrFCounter(references.Length, keepsSentences: true),
            "chrf++" => new ChrFCounter(references.Length, 2, keepsSentences: true),
            _ => new TerCounter(new TerOptions(), references.Length, keepsSentences: true),
        };
        for (var i = 0; i < hypotheses.Length; i++)
            counter.Add(hypotheses[i], [.. references.Select(set => set[i])]);
        return counter;
    }
}
