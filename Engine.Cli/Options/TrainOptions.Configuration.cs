using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

// The options of the configuration.
internal sealed partial class TrainOptions
{
    private static readonly string[] Limits =
        [nameof(TrainingConfiguration.Updates), nameof(TrainingConfiguration.Epochs),
         nameof(TrainingConfiguration.Minutes)];

    private static readonly Dictionary<string, TrainingOption> Table =
        OptionTable.All.ToDictionary(option => option.Name, StringComparer.Ordinal);

    private IReadOnlyDictionary<TrainingOption, string> given = new Dictionary<TrainingOption, string>();

    /// <summary>All options of the verb.</summary>
    public static IReadOnlyList<KnownOption> All { get; } =
        [.. Arguments.OptionsOf(typeof(TrainOptions)), .. OptionTable.All.Select(Known)];

    /// <summary>The options that the arguments give.</summary>
    /// <exception cref="InputException">An option is unknown, or its value missing or of the wrong kind.</exception>
    public static TrainOptions Parse(string[] arguments)
    {
        var read = Arguments.Read("train", All, arguments).ToLookup(option => Table.ContainsKey(option.Option.Name));
        var options = Arguments.Fill<TrainOptions>("train", read[false]);
        options.given = read[true].ToDictionary(option => Table[option.Option.Name], option => option.Value!);
        return options;
    }

    /// <summary>The preset, overridden by the configuration file, overridden by the options.</summary>
    /// <param name="earlier">The folder of the run to continue, or of the model to begin with; its configuration
    /// replaces the preset, unless one is given.</param>
    /// <exception cref="InputException">The file cannot be read, training cannot work with a value, or nothing reads a
    /// given option.</exception>
    public TrainingConfiguration Configuration(string? earlier = null)
    {
        var c = earlier is not null && Preset is null
            ? EarlierRun.ConfigurationOf(earlier)
            : TrainingConfiguration.Preset(Preset ?? (Source is null ? "toy" : "tiny"));
        if (Config is not null) c = ConfigurationFile.Load(Config, c);
        // "--updates 200" means 200 updates, not "200, or the preset's epochs if they end earlier".
        if (given.Keys.Any(option => Limits.Contains(option.Property)))
            c = c with { Updates = 0, Epochs = 0, Minutes = 0 };
        if (Tokenizer is not null)
        {
            new OneOfAttribute([.. OptionTable.Of(nameof(c.SourceTokenizer)).Choices]).Check("tokenizer", Tokenizer);
            c = c with { SourceTokenizer = Tokenizer, TargetTokenizer = Tokenizer };
        }
        foreach (var (option, value) in given) c = option.With(c, value);
        c.Validate();
        RefuseUnread(c);
        return c;
    }

    /// <summary>
    /// Refuses given options that nothing reads: a momentum beside Adam would have no effect, and the user would not
    /// know it.
    /// </summary>
    private void RefuseUnread(TrainingConfiguration c)
    {
        foreach (var option in given.Keys) option.CheckIsRead(c);
        if (c.Average < 2 && given.ContainsKey(OptionTable.Of(nameof(c.CheckpointEvery))))
            throw new InputException("--checkpoint-every is read beside --average alone; leave it out, or give " +
                "--average 10, say.");
    }

    // The choices have a check of their own, whose message lists them all; "--norm-first" alone means true.
    private static KnownOption Known(TrainingOption option) => new(
        option.Name, option.ValueName,
        option.Type.IsEnum ? typeof(string) : option.Type == typeof(bool) ? typeof(bool?) : option.Type);
}
