using System.Globalization;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// The folder of an earlier run: <c>--resume</c> continues the run, whose state the folder has; <c>--from</c> begins a
/// new run with the weights of the folder's model.
/// </summary>
internal static class EarlierRun
{
    private const string State = ModelFolder.TrainingState;

    // A resumed run may get other limits, and a run that diverged may go on with what keeps it from diverging again.
    private static readonly TrainingOption[] Changeable =
    [
        OptionTable.Of(nameof(TrainingConfiguration.Updates)), OptionTable.Of(nameof(TrainingConfiguration.Epochs)),
        OptionTable.Of(nameof(TrainingConfiguration.Minutes)),
        OptionTable.Of(nameof(TrainingConfiguration.EarlyStopping)),
        OptionTable.Of(nameof(TrainingConfiguration.LearningRate)),
        OptionTable.Of(nameof(TrainingConfiguration.Warmup)),
        OptionTable.Of(nameof(TrainingConfiguration.ClipNorm)), OptionTable.Of(nameof(TrainingConfiguration.ClipValue)),
        OptionTable.Of(nameof(TrainingConfiguration.KeepCheckpoints)),
    ];

    /// <summary>Claims the folder that --out names, or the folder under runs with the newest state.</summary>
    /// <exception cref="InputException">No folder has a state, or another run has the folder.</exception>
    public static RunClaim Claim(TrainOptions options)
    {
        if (options.Overwrite)
            throw new InputException("--resume continues a run and --overwrite replaces it; give one of them");
        var folder = options.Out ?? LatestRun.With(State);
        if (folder is null)
            throw new InputException(
                $"--resume: no run in {LatestRun.Runs} has saved its state; name its folder with --out");
        if (!InputFile.Exists(StateOf(folder)))
            throw new InputException($"{folder}: there is no {State} to resume from; a run saves it at its first " +
                "validation and when it is stopped. Leave --resume out to begin a new run");
        var claim = RunClaim.Take(folder);
        try
        {
            RunFiles.RequireReplaceable(folder);
            return claim;
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>The configuration of the earlier run.</summary>
    /// <exception cref="InputException">The configuration cannot be read.</exception>
    public static TrainingConfiguration ConfigurationOf(string folder)
    {
        InputFile.RequireContent(ModelFolder.PathOf(folder, ModelFolder.Configuration));
        return ModelFolder.ReadConfiguration(folder);
    }

    /// <summary>Refuses options that contradict the run to resume.</summary>
    /// <exception cref="InputException">An option contradicts the run; the message names the option.</exception>
    public static void RequireRunOf(string folder, TrainingConfiguration asked)
    {
        var begun = ConfigurationOf(folder);
        foreach (var option in Contradictions(asked, begun).Except(Changeable))
            throw new InputException($"--{option.Name} is {option.TextIn(asked)}, but the run in {folder} began with " +
                $"{option.TextIn(begun)}; leave it out, or replace the run with --overwrite");
        RunFiles.Recover(folder);
    }

    /// <summary>How the earlier run ended, in a line for the user.</summary>
    /// <param name="folder">The folder of the run.</param>
    /// <param name="asked">The configuration of the run that goes on.</param>
    /// <exception cref="InputException">The run has made the updates already that it is limited to now.</exception>
    public static string StatusOf(string folder, TrainingConfiguration asked)
    {
        var report = RunReport.Read(ModelFolder.PathOf(folder, ModelFolder.Report));
        string? Text(string key) => report is { } read && read.TryGetProperty(key, out var value)
            ? value.ToString() : null;
        var isChanged = Contradictions(asked, ConfigurationOf(folder)).Any();
        var at = int.TryParse(Text("updates"), CultureInfo.InvariantCulture, out var updates)
            ? $" at update {Printable.Count(updates)}" : "";
        if (isChanged && asked.Updates > 0 && asked.Updates <= updates)
            throw new InputException($"--updates {asked.Updates}: the run in {folder} has made {updates} updates; give "
                + "a higher limit");
        var how = Text("status") switch
        {
            "running" => "was killed; it goes on from its last state",
            "finished" when !isChanged => $"had finished{at}: only its end is repeated. A higher --updates, --epochs "
                + "or --minutes, alone, makes it go on",
            "finished" => $"had finished{at}, and goes on with other settings",
            "stopped" => $"was stopped{at}, and goes on",
            { } other => $"{other}{at}; it goes on from its last state",
            null => "goes on from its last state",
        };
        return $"note  the run in {folder} {how}";
    }

    /// <summary>The command that goes on with a run.</summary>
    /// <param name="options">The options of the run until now.</param>
    /// <param name="text">Its text.</param>
    /// <param name="named">The files that <c>run.json</c> names.</param>
    /// <param name="folder">Its folder.</param>
    public static string CommandToGoOn(
        TrainOptions options, TrainingText text, IReadOnlyList<DataFile> named, string folder)
    {
        IEnumerable<string> words = [ProgramName.Command("train"), "--resume", "--out", ProgramName.Quoted(folder)];
        if (options.Log is { } log) words = [.. words, "--log", ProgramName.Quoted(log)];
        if (options.Threads is { } threads) words = [.. words, "--threads", $"{threads}"];
        if (options.Monitor is { } monitor) words = [.. words, "--monitor", monitor];
        if (options.Anomaly) words = [.. words, "--anomaly"];
        return string.Join(' ', [.. words, .. EarlierText.Unnamed(text, named)]);
    }

    /// <summary>Saves the values that a resumed run may change, once the run is taken up.</summary>
    /// <exception cref="InputException">The configuration cannot be written.</exception>
    public static void SaveChanges(string folder, TrainingConfiguration asked) =>
        ConfigurationFile.Save(
            Path.Combine(folder, ModelFolder.Configuration),
            Changeable.Aggregate(ConfigurationOf(folder), (result, limit) => limit.With(result, limit.TextIn(asked))));

    /// <summary>The weights that --from begins with.</summary>
    public static string WeightsOf(string folder) => ModelFolder.PathOf(folder, ModelFolder.Weights);

    /// <summary>Refuses options that contradict the model whose weights --from begins with.</summary>
    /// <exception cref="InputException">An option does, or the new run would replace the model.</exception>
    public static void RequireModelOf(string folder, TrainingConfiguration asked, string output)
    {
        if (Full(output) == Full(folder))
            throw new InputException($"--from {folder}: the new run would replace this model; name " +
                "another folder with --out");
        var made = ConfigurationOf(folder);
        foreach (var option in Contradictions(asked, made).Where(option => option.IsOfModel))
            throw new InputException($"--{option.Name} is {option.TextIn(asked)}, but the model in {folder} was " +
                $"made with {option.TextIn(made)}; leave it out, or begin without --from");

        static string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    }

    private static string StateOf(string folder) => ModelFolder.PathOf(folder, State);

    /// <summary>The options with different values, except a tokenizer that the earlier run has chosen.</summary>
    private static IEnumerable<TrainingOption> Contradictions(
        TrainingConfiguration asked, TrainingConfiguration begun) =>
        OptionTable.All.Where(option =>
            option.TextIn(asked) is var now && now != option.TextIn(begun) && now != "auto");
}
