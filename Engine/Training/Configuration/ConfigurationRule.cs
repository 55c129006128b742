using System.Globalization;

namespace Engine.Training;

/// <summary>A configuration that <see cref="ConfigurationRule"/> chose.</summary>
/// <param name="Preset">The preset that it begins with.</param>
/// <param name="Configuration">The preset with what the rule changed, and over both the values that were given.</param>
/// <param name="Changed">The options in which the rule departs from the preset.</param>
/// <param name="Reason">What was chosen and why, in one line.</param>
public sealed record RuledConfiguration(
    string Preset, TrainingConfiguration Configuration, IReadOnlyCollection<TrainingOption> Changed, string Reason);

/// <summary>
/// Chooses the configuration for a text of the user's own. The choice follows from how much text there is, from the
/// limit of the run and from the values that are given, and from nothing else: a speed that was measured would make two
/// runs of one command differ.
/// </summary>
/// <remarks>
/// <para>The rule has four steps:</para>
/// <list type="number">
/// <item>The size. <c>tiny</c> is for translations of varied text, and needs time: a text that repeats few words, or
/// has few pairs, is learned whole by <c>toy</c> in a tenth of the time, and a short run gets further with <c>toy</c>.
/// So does a classifier: of 20,006 lines <c>tiny</c> learned no more than <c>toy</c>, however long it trained.</item>
/// <item>The length, where no limit is given: <c>tiny</c> has its own; <c>toy</c> has its epochs, but within
/// bounds, since 14 epochs of 100 pairs are 14 updates, and 14 epochs of a million pairs are an hour.</item>
/// <item>The batches of <c>tiny</c>: batches of 8,192 tokens make the best model of many updates, but few updates in a
/// given time. A run that would have less than half of the preset's updates has batches of 2,048 tokens.</item>
/// <item>The warm-up: at most a quarter of the run, as in <c>tiny</c>. With 50 instead of 400 updates of warm-up, a
/// run of 200 updates on 2,000 pairs reached a BLEU of 55.8 instead of 8.6.</item>
/// </list>
/// <para>Engine.Cli/RESULTS.md has the measurements behind the thresholds.</para>
/// </remarks>
public static class ConfigurationRule
{
    private const string Small = "toy", Large = "tiny";

    // Between data/zh-en, which has 682 words (characters of Chinese count as words), and Tatoeba's 20,006 pairs, which
    // have 9,692. The number of pairs was not measured: below it, varied text is too little for any preset.
    private const int FewWords = 2_000, FewPairs = 5_000;

    // Updates of tiny, of 2,048 tokens: about nine minutes on Tatoeba. There tiny has 20.8 BLEU after 2,700 updates and
    // toy has 27.4 after five minutes; after 20 minutes, RESULTS.md has 32.7 with batches of this size.
    private const int LeastUpdatesOfLarge = 4_000;

    // 2,590 updates, 14 epochs, are enough for all of data/zh-en; 600 updates leave 2,000 pairs of it at 92.5 BLEU.
    private const int LeastUpdatesOfSmall = 2_500, MostUpdatesOfSmall = 10_000;

    /// <summary>The presets that the rule may choose.</summary>
    public static IReadOnlyList<string> Presets { get; } = [Small, Large];

    /// <summary>The configuration for a text.</summary>
    /// <param name="text">How much text there is.</param>
    /// <param name="given">Puts the values that are given, which the rule does not overrule, in place of a
    /// configuration's own.</param>
    /// <param name="presets">The presets with which the given values go together: all of <see cref="Presets"/> by
    /// default, one of them at least.</param>
    public static RuledConfiguration For(
        TextSize text, Func<TrainingConfiguration, TrainingConfiguration> given, IReadOnlyList<string>? presets = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(given);
        var (name, why) = Preset(text, given, presets ?? Presets);
        var preset = TrainingConfiguration.Preset(name);
        var c = name == Small ? WithLength(preset, text, given) : WithBatches(preset, text, given);
        c = WithWarmup(c, text, given);
        var result = given(c);
        TrainingOption[] changed =
            [.. OptionTable.All.Where(option => option.TextIn(c) != option.TextIn(preset)
                && option.TextIn(c) == option.TextIn(result))];
        return new RuledConfiguration(name, result, changed, $"preset {name}: {why}{Changes(changed, result)}");
    }

    private static (string Name, string Why) Preset(
        TextSize text, Func<TrainingConfiguration, TrainingConfiguration> given, IReadOnlyList<string> presets)
    {
        var words = text.SourceWords + text.TargetWords;
        var size = $"{Number(text.Pairs)} pairs of {Number(words)} different words";
        var large = TrainingConfiguration.Preset(Large);
        if (presets is [var only]) return (only, $"the options given need it ({size})");
        if (given(large).Task == "classify")
            return (Small, $"{Number(text.Pairs)} lines with {Number(text.TargetWords)} labels");
        if (text.Pairs < FewPairs) return (Small, $"{size} are little text");
        if (words < FewWords) return (Small, $"{size} repeat few words");
        var updates = Cost(InSmallBatches(Unlimited(large)), text, given).Updates;
        return updates >= LeastUpdatesOfLarge ? (Large, size)
            : (Small, $"{size}, but the limit is only about {Number(updates)} updates of preset {Large}");
    }

    /// <summary>The small preset with a length, unless a limit is given.</summary>
    private static TrainingConfiguration WithLength(
        TrainingConfiguration c, TextSize text, Func<TrainingConfiguration, TrainingConfiguration> given)
    {
        if (double.IsFinite(Cost(Unlimited(c), text, given).Updates)) return c;
        var epochs = Cost(c, text, given).Updates;
        return epochs is >= LeastUpdatesOfSmall and <= MostUpdatesOfSmall ? c : Unlimited(c) with
        {
            Updates = (int)Math.Clamp(epochs, LeastUpdatesOfSmall, MostUpdatesOfSmall),
        };
    }

    /// <summary>The large preset, with small batches in a short run.</summary>
    private static TrainingConfiguration WithBatches(
        TrainingConfiguration c, TextSize text, Func<TrainingConfiguration, TrainingConfiguration> given) =>
        Cost(c, text, given).Updates < c.Updates / 2 ? InSmallBatches(c) : c;

    private static TrainingConfiguration InSmallBatches(TrainingConfiguration c) => c with
    {
        BatchTokens = 2048, Accumulate = 1, LearningRate = 0.003, Warmup = 800, ValidEvery = 240,
    };

    private static TrainingConfiguration WithWarmup(
        TrainingConfiguration c, TextSize text, Func<TrainingConfiguration, TrainingConfiguration> given)
    {
        var updates = Cost(c, text, given).Updates;
        return c with { Warmup = (int)Math.Min(c.Warmup, Math.Max(updates / 4, 1)) };
    }

    private static TrainingConfiguration Unlimited(TrainingConfiguration c) =>
        c with { Updates = 0, Epochs = 0, Minutes = 0 };

    private static TrainingCost Cost(
        TrainingConfiguration c, TextSize text, Func<TrainingConfiguration, TrainingConfiguration> given) =>
        TrainingCost.Before(given(c), text);

    private static string Changes(IReadOnlyCollection<TrainingOption> changed, TrainingConfiguration c) =>
        changed.Count == 0 ? "" : "; with " + string.Join(", ",
            from option in changed
            where option.TextIn(c) != "0" // a limit that another limit replaces
            select $"{OptionTable.InMessages(option.Property)} {option.TextIn(c)}");

    private static string Number(double number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
