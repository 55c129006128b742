using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

// The options of the configuration, and the file that --config names.
internal sealed partial class TrainOptions
{
    private static readonly string[] Limits =
        [nameof(TrainingConfiguration.Updates), nameof(TrainingConfiguration.Epochs),
         nameof(TrainingConfiguration.Minutes)];

    private static readonly Dictionary<string, TrainingOption> Table =
        OptionTable.All.ToDictionary(option => option.Name, StringComparer.Ordinal);

    private const string PresetKey = "preset";

    // The keys of a configuration file that name files of text, and the options whose places they take.
    private static readonly Dictionary<string, Func<TrainOptions, string, string>> Paths = new(StringComparer.Ordinal)
    {
        ["source"] = (options, path) => options.Source ??= path,
        ["target"] = (options, path) => options.Target ??= path,
        ["validSource"] = (options, path) => options.ValidSource ??= path,
        ["validTarget"] = (options, path) => options.ValidTarget ??= path,
        ["embeddings"] = (options, path) => options.Embeddings ??= path,
        ["targetEmbeddings"] = (options, path) => options.TargetEmbeddings ??= path,
    };

    private IReadOnlyDictionary<TrainingOption, string> given = new Dictionary<TrainingOption, string>();

    private WrittenConfiguration? written; // what the file of --config says

    /// <summary>All options of the verb.</summary>
    public static IReadOnlyList<KnownOption> All { get; } =
        [.. Arguments.OptionsOf(typeof(TrainOptions)), .. OptionTable.All.Select(Known)];

    /// <summary>The options that the arguments or the file of --config give.</summary>
    /// <exception cref="InputException">An option is unknown, or its value missing or of the wrong kind; or the file
    /// cannot be read.</exception>
    public static TrainOptions Parse(string[] arguments)
    {
        var read = Arguments.Read("train", All, arguments).ToLookup(option => Table.ContainsKey(option.Option.Name));
        var options = Arguments.Fill<TrainOptions>("train", read[false]);
        options.given = read[true].ToDictionary(option => Table[option.Option.Name], option => option.Value!);
        if (options.Config is { } file) options.ReadFile(file);
        return options;
    }

    /// <summary>
    /// The preset, overridden by the configuration file, overridden by the options. Where the rule is to choose the
    /// preset (<see cref="IsRuled"/>), a preset with which the given values go together: enough to read the text by.
    /// </summary>
    /// <param name="earlier">The folder of the run to continue, or of the model to begin with; its configuration
    /// replaces the preset, unless one is given.</param>
    /// <exception cref="InputException">Training cannot work with a value, or nothing reads a given option.</exception>
    public TrainingConfiguration Configuration(string? earlier = null)
    {
        if (IsRuled(earlier)) return Checked(TrainingConfiguration.Preset(PossiblePresets()[0]));
        if (earlier is not null && Preset is null) return Checked(EarlierRun.ConfigurationOf(earlier));
        return Checked(() => TrainingConfiguration.Preset(Preset ?? "toy"));
    }

    /// <summary>Whether <see cref="ConfigurationRule"/> chooses the preset: for text of the user's own, unless a
    /// preset or an earlier run says what to do.</summary>
    public bool IsRuled(string? earlier) => Source is not null && Preset is null && earlier is null;

    /// <summary>What the rule chooses for a text; null where it has nothing to choose.</summary>
    /// <param name="earlier">As of <see cref="Configuration"/>.</param>
    /// <param name="text">The pairs to learn from.</param>
    /// <param name="task">What the target lines are.</param>
    /// <param name="progress">Is told how many pairs are counted.</param>
    public RuledConfiguration? Ruled(
        string? earlier, IParallelText text, string task, IProgress<WorkProgress> progress)
    {
        if (!IsRuled(earlier)) return null;
        var size = TextSize.Of(text, isLabelled: task == "classify", progress);
        var ruled = ConfigurationRule.For(size, Given, PossiblePresets());
        Checked(ruled.Configuration);
        return ruled;
    }

    /// <summary>Where a value of the effective configuration comes from.</summary>
    /// <param name="option">The option that has the value.</param>
    /// <param name="earlier">As of <see cref="Configuration"/>.</param>
    /// <param name="ruled">What the rule chose, if it chose.</param>
    public string OriginOf(TrainingOption option, string? earlier, RuledConfiguration? ruled)
    {
        if (given.ContainsKey(option)) return $"--{option.Name}";
        if (Tokenizer is not null && option.Name is "source-tokenizer" or "target-tokenizer") return "--tokenizer";
        if (Limits.Contains(option.Property) && LimitsIn(given.Keys).FirstOrDefault() is { } limit)
            return $"--{limit.Name}";
        if (written is not null && (written.Options.Contains(option)
            || (Limits.Contains(option.Property) && LimitsIn(written.Options).Any()))) return Config!;
        if (ruled is not null && ruled.Changed.Contains(option)) return "rule";
        if (earlier is not null && Preset is null) return Path.Combine(earlier, ModelFolder.Configuration);
        var preset = ruled?.Preset ?? Preset ?? "toy";
        var isVaried = TrainingConfiguration.Presets
            .Select(name => option.TextIn(TrainingConfiguration.Preset(name))).Distinct().Count() > 1;
        return isVaried ? $"preset {preset}" : "default";
    }

    // Relative paths in the file begin at the file's folder, so that the file means the same text from everywhere.
    private void ReadFile(string file)
    {
        written = WrittenConfiguration.Read(file, [PresetKey, .. Paths.Keys]);
        var folder = Path.GetDirectoryName(file) ?? "";
        foreach (var (key, text) in written.Texts)
        {
            var value = key == PresetKey ? text : Path.Combine(folder, text);
            var used = key == PresetKey ? Preset ??= value : Paths[key](this, value);
            if (ReferenceEquals(used, value)) textsOfFile.Add(OptionTable.NameOf(key), key);
        }
    }

    /// <summary>The values of the file and of the options in place of a configuration's own.</summary>
    private TrainingConfiguration Given(TrainingConfiguration c)
    {
        c = Limited(OfFile(c), given.Keys);
        if (Tokenizer is not null)
        {
            new OneOfAttribute([.. OptionTable.Of(nameof(c.SourceTokenizer)).Choices]).Check("--tokenizer", Tokenizer);
            c = c with { SourceTokenizer = Tokenizer, TargetTokenizer = Tokenizer };
        }
        foreach (var (option, value) in given) c = option.With(c, value);
        return c;
    }

    /// <summary>The values of the file in place of a configuration's own.</summary>
    private TrainingConfiguration OfFile(TrainingConfiguration c) =>
        written is null ? c : written.Over(Limited(c, written.Options));

    /// <summary>The given values over a configuration, if training can work with all of them.</summary>
    private TrainingConfiguration Checked(TrainingConfiguration c) => Checked(() => c);

    private TrainingConfiguration Checked(Func<TrainingConfiguration> own)
    {
        try
        {
            var (c, ofFile) = (Given(own()), OfFile(own()));
            c.Validate();
            RefuseUnread(c, ofFile);
            return c;
        }
        catch (InputException mistake) when (written is not null)
        {
            throw new InputException(Blame(mistake.Message), mistake);
        }
    }

    /// <summary>The presets that the rule may choose: presets with which the given values go together.</summary>
    /// <exception cref="InputException">They go together with none.</exception>
    private IReadOnlyList<string> PossiblePresets()
    {
        InputException? mistake = null;
        var possible = new List<string>();
        foreach (var name in ConfigurationRule.Presets)
        {
            try
            {
                Checked(TrainingConfiguration.Preset(name));
                possible.Add(name);
            }
            catch (InputException wrong)
            {
                mistake ??= wrong;
            }
        }
        return possible.Count > 0 ? possible : throw mistake!;
    }

    private static IEnumerable<TrainingOption> LimitsIn(IEnumerable<TrainingOption> options) =>
        options.Where(option => Limits.Contains(option.Property));

    // "--updates 200" means 200 updates, not "200, or the preset's epochs if they end earlier".
    private static TrainingConfiguration Limited(TrainingConfiguration c, IEnumerable<TrainingOption> options) =>
        LimitsIn(options).Any() ? c with { Updates = 0, Epochs = 0, Minutes = 0 } : c;

    // The choices have a check of their own, whose message lists them all; "--norm-first" alone means true.
    private static KnownOption Known(TrainingOption option) => new(
        option.Name, option.ValueName,
        option.Type.IsEnum ? typeof(string) : option.Type == typeof(bool) ? typeof(bool?) : option.Type);
}
