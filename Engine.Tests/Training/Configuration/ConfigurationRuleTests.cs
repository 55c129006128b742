using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

public sealed class ConfigurationRuleTests
{
    private static readonly TextSize
        // The first 2,000 pairs of data/zh-en, all of data/zh-en, and 20,006 pairs of Tatoeba.
        Few = new(2_000, 21_000, 15_000, 21_000, 285, 397),
        Repeated = new(18_000, 189_000, 135_000, 189_000, 285, 397) { Characters = 700_000 },
        Varied = new(20_006, 220_000, 166_000, 222_000, 2_674, 7_018) { Characters = 840_000 };

    private static RuledConfiguration Rule(TextSize text, Func<TrainingConfiguration, TrainingConfiguration>? given) =>
        ConfigurationRule.For(text, given ?? (c => c));

    private static RuledConfiguration Minutes(TextSize text, double minutes) =>
        Rule(text, c => c with { Updates = 0, Epochs = 0, Minutes = minutes });

    [Fact]
    public void Little_text_and_repeated_words_get_the_small_preset_and_varied_text_the_large_one()
    {
        Assert.Equal("toy", Rule(Few, null).Preset);
        Assert.Equal("toy", Rule(Repeated, null).Preset);
        Assert.Equal("tiny", Rule(Varied, null).Preset);
        Assert.Equal("toy", Rule(Varied with { Pairs = 1_000 }, null).Preset);
        Assert.Equal(
            "preset toy: 20,006 lines with 10 labels",
            Rule(Varied with { TargetWords = 10 }, c => c with { Task = "classify" }).Reason);
        Assert.StartsWith("preset toy: 2,000 pairs ", Rule(Few, null).Reason);
        Assert.Equal(
            "preset toy: 18,000 pairs of 682 different words repeat few words", Rule(Repeated, null).Reason);
        Assert.Equal("preset tiny: 20,006 pairs of 9,692 different words", Rule(Varied, null).Reason);
    }

    [Fact]
    public void A_run_without_a_limit_is_long_enough_to_learn_few_pairs_and_ends_where_pairs_are_many()
    {
        Assert.Equal((2_500, 0), LengthOf(Rule(Few, null)));
        Assert.Equal((0, 14), LengthOf(Rule(Repeated, null)));
        var many = Repeated with { Pairs = 1_800_000, LongerTokens = 18_900_000 };
        Assert.Equal((10_000, 0), LengthOf(Rule(many, null)));
        Assert.Equal((8_000, 0), LengthOf(Rule(Varied, null)));

        static (int, int) LengthOf(RuledConfiguration rule) => (rule.Configuration.Updates, rule.Configuration.Epochs);
    }

    [Fact]
    public void A_short_limit_gets_the_small_preset_and_a_longer_one_small_batches()
    {
        Assert.Equal("toy", Minutes(Varied, 1).Preset);
        Assert.Contains("the limit is only about", Minutes(Varied, 1).Reason);
        var longer = Minutes(Varied, 20);
        Assert.Equal("tiny", longer.Preset);
        Assert.Equal((2048, 1), (longer.Configuration.BatchTokens, longer.Configuration.Accumulate));
        Assert.Contains("; with ", longer.Reason);
        Assert.Contains("TrainingConfiguration.BatchTokens 2048", longer.Reason);
        var whole = Minutes(Varied, 120).Configuration;
        Assert.Equal((4096, 2), (whole.BatchTokens, whole.Accumulate));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1_000)]
    [InlineData(8_000)]
    [InlineData(100_000)]
    public void The_warm_up_is_at_most_a_quarter_of_the_run(int updates)
    {
        foreach (var text in (TextSize[])[Few, Repeated, Varied])
        {
            var c = Rule(text, c => c with { Updates = updates, Epochs = 0 }).Configuration;
            Assert.InRange(c.Warmup, 1, Math.Max(updates / 4, 1));
            Assert.Equal(updates, c.Updates);
            Assert.Null(updates > 1 ? ScheduleChoice.Note(c, updates) : null);
        }
    }

    [Fact]
    public void Given_values_win_and_the_reason_does_not_claim_them()
    {
        var ruled = Rule(Few, c => c with { Updates = 100, Epochs = 0, Warmup = 90, DModel = 32 });
        var c = ruled.Configuration;
        Assert.Equal((90, 32, 100), (c.Warmup, c.DModel, c.Updates));
        Assert.Empty(ruled.Changed);
        Assert.DoesNotContain("warmup", ruled.Reason);
        Assert.Equal(
            ["warmup"], Rule(Few, c => c with { Updates = 100, Epochs = 0 }).Changed.Select(option => option.Name));
        Assert.Equal("tiny", ConfigurationRule.For(Few, c => c, ["tiny"]).Preset);
    }

    [Fact]
    public void The_cost_is_near_what_was_measured()
    {
        // README.md: 2,618 updates in 51 s. Engine.Bench/README.md: 14,000 tokens a second of preset tiny.
        var toy = new TrainingCost(TrainingConfiguration.Preset("toy"), Repeated, 285, 397);
        Assert.InRange(toy.SecondsPerUpdate, 0.9 * 51 / 2618, 1.1 * 51 / 2618);
        Assert.Equal(185, toy.UpdatesPerEpoch);
        Assert.Equal(14 * 185, toy.Updates);
        Assert.Equal(180, new TrainingCost(new() { Window = 100 }, Repeated, 285, 397).UpdatesPerEpoch / 2);
        var one = TrainingConfiguration.Preset("tiny") with { Accumulate = 1 };
        var tiny = new TrainingCost(one, new TextSize(256, 4096, 4096, 4096, 9_712, 9_712), 9_712, 9_712);
        Assert.InRange(tiny.SecondsPerUpdate, 0.9 * 4096 / 14_000, 1.1 * 4096 / 14_000);
        Assert.Equal(
            Math.Ceiling(60 / toy.SecondsPerUpdate),
            new TrainingCost(new() { Epochs = 0, Minutes = 1 }, Repeated, 285, 397).Updates);
        Assert.Equal(
            2 * toy.SecondsPerUpdate,
            new TrainingCost(new() { RDrop = 5 }, Repeated, 285, 397).SecondsPerUpdate, 1e-12);
    }

    [Fact]
    public void The_memory_is_near_what_was_measured_and_grows_with_threads_and_numbers_for_each_parameter()
    {
        static TrainingMemory Of(TrainingConfiguration c, TextSize text, int words, int threads) =>
            TrainingMemory.Of(c, text, words, words, threads);

        // The peaks of two runs with two threads.
        var toy = TrainingConfiguration.Preset("toy");
        Assert.InRange(TrainingMemory.Of(toy, Repeated, 285, 397, 2).Total / 1e6, 0.9 * 203, 1.2 * 203);
        var tiny = TrainingConfiguration.Preset("tiny");
        Assert.InRange(Of(tiny, Varied, 12_494, 2).Total / 1e6, 0.9 * 693, 1.2 * 693);
        var (one, two, four) = (Of(tiny, Varied, 12_494, 1), Of(tiny, Varied, 12_494, 2), Of(tiny, Varied, 12_494, 4));
        Assert.True(two.Steps > 1.5 * one.Steps);
        Assert.InRange(four.Steps - two.Steps - (2 * (two.Steps - one.Steps)), -1, 1);
        var weights = Of(tiny with { Optimizer = "sgd" }, Varied, 12_494, 1).Weights;
        Assert.Equal(7 * weights, 5 * Of(tiny, Varied, 12_494, 1).Weights); // Adam keeps two numbers, four gradients
        Assert.Equal(6 * weights, 5 * Of(tiny with { Optimizer = "sgd", Ema = 0.9 }, Varied, 12_494, 1).Weights);
        Assert.True(Of(tiny with { Window = 100 }, Varied, 12_494, 1).Text < Of(tiny, Varied, 12_494, 1).Text / 100);
        var labeller = Of(tiny with { Task = "classify" }, Varied, 10, 1);
        Assert.True(labeller.Steps < Of(tiny, Varied, 10, 1).Steps / 2);
    }

    // Peaks with two threads on Multi30k's German and English, repeated to 50 MB (364,156 pairs) and to 25 MB.
    [Theory]
    [InlineData("toy", "char", 364_156, 26_540_290, 23_039_554, 26_900_000, 64, 55, 762)]
    [InlineData("toy", "word", 364_156, 4_891_574, 5_099_160, 5_300_000, 10_000, 10_000, 584)]
    [InlineData("toy", "bpe", 364_156, 5_282_008, 5_217_610, 5_580_000, 10_320, 10_311, 639)]
    [InlineData("tiny", "char", 182_078, 13_270_000, 11_520_000, 13_450_000, 66, 66, 1651)]
    [InlineData("tiny", "bpe", 182_078, 2_641_000, 2_609_000, 2_790_000, 10_267, 10_267, 909)]
    public void The_memory_of_a_large_text_is_near_what_was_measured_with_each_tokenizer(
        string preset, string tokenizer, int pairs, long source, long target, long longer, int sourceWords,
        int targetWords, double measured)
    {
        var text = new TextSize(pairs, source, target, longer, sourceWords, targetWords)
        {
            Characters = 134L * pairs,
        };
        var c = TrainingConfiguration.Preset(preset) with { SourceTokenizer = tokenizer, TargetTokenizer = tokenizer };
        Assert.InRange(
            TrainingMemory.Of(c, text, sourceWords, targetWords, 2).Total / 1e6, 0.9 * measured, 1.3 * measured);
    }

    [Fact]
    public void A_text_is_counted_in_words_or_characters_and_labels_whole()
    {
        var text = ParallelCorpus.Of([("我爱你", "I love you."), ("你爱我", "you love me.")]);
        Assert.Equal(new TextSize(2, 8, 10, 10, 3, 5) { Characters = 29 }, TextSize.Of(text, isLabelled: false));
        var labels = ParallelCorpus.Of([("I love you", "very good"), ("you do", "bad"), ("do", "bad ")]);
        Assert.Equal(new TextSize(3, 9, 6, 9, 4, 2) { Characters = 34 }, TextSize.Of(labels, isLabelled: true));
    }
}
