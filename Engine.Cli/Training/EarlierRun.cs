using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// What <c>engine train --resume</c> goes on with, a folder whose run saved its state; and what <c>--from</c> begins
/// with, a folder that holds a model.
/// </summary>
internal static class EarlierRun
{
    private const string Runs = "runs", State = "training_state.safetensors", Configuration = "config.json",
        Weights = "model.safetensors";

    // What may differ from before: where a run ends, and a tokenizer that the run chose by itself.
    private static readonly string[] Limits = ["updates", "epochs", "minutes", "earlyStopping"];

    /// <summary>The folder: what --out names, or the run under runs that saved its state last.</summary>
    /// <exception cref="InputException">There is none.</exception>
    public static string Folder(TrainOptions options)
    {
        if (options.Overwrite)
            throw new InputException("--resume goes on with a run and --overwrite replaces it; give one of them");
        var folder = options.Out ?? (Directory.Exists(Runs) ? Directory.GetDirectories(Runs) : [])
            .Where(run => File.Exists(Path.Combine(run, State)))
            .MaxBy(run => File.GetLastWriteTimeUtc(Path.Combine(run, State)));
        if (folder is null)
            throw new InputException($"--resume: no run in {Runs} has saved its state; name its folder with --out");
        if (!File.Exists(Path.Combine(folder, State)))
            throw new InputException($"{folder}: there is no {State} to resume from; a run saves it at its first " +
                "validation and when it is stopped. Begin anew without --resume");
        OutputPath.RequireWritable(folder);
        return folder;
    }

    /// <summary>The configuration that the run was begun with.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static TrainingConfiguration ConfigurationOf(string folder) =>
        ConfigurationFile.Load(Path.Combine(folder, Configuration), new TrainingConfiguration());

    /// <summary>Refuses options that contradict the run; its limits may be others, and are saved.</summary>
    /// <exception cref="InputException">One does; the message names it.</exception>
    public static void Take(string folder, TrainingConfiguration asked)
    {
        var begun = ConfigurationOf(folder);
        foreach (var (key, now, then) in Contradictions(asked, begun).Where(other => !Limits.Contains(other.Key)))
            throw new InputException($"--{OptionTable.OfKey(key)!.Name} is {now}, but the run in {folder} was begun " +
                $"with {then}; leave it out, or begin anew with --overwrite");
        ConfigurationFile.Save(
            Path.Combine(folder, Configuration),
            begun with
            {
                Updates = asked.Updates, Epochs = asked.Epochs, Minutes = asked.Minutes,
                EarlyStopping = asked.EarlyStopping,
            });
    }

    /// <summary>The weights that --from begins with.</summary>
    public static string WeightsOf(string folder) => Path.Combine(folder, Weights);

    /// <summary>Refuses options that contradict the model whose weights --from begins with.</summary>
    /// <exception cref="InputException">One does, or the run would replace that model.</exception>
    public static void RequireModelOf(string folder, TrainingConfiguration asked, string output)
    {
        if (Full(output) == Full(folder))
            throw new InputException($"--from {folder}: a run does not replace the model that it begins with; name " +
                "another folder with --out");
        var contradictions = Contradictions(asked, ConfigurationOf(folder));
        foreach (var (key, now, then) in contradictions.Where(c => OptionTable.OfKey(c.Key)!.IsOfModel))
            throw new InputException($"--{OptionTable.OfKey(key)!.Name} is {now}, but the model in {folder} was " +
                $"made with {then}; leave it out, or begin without --from");

        static string Full(string path) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
    }

    /// <summary>Where configurations differ, but for a tokenizer that is to be chosen.</summary>
    private static IEnumerable<(string Key, string Now, string Then)> Contradictions(
        TrainingConfiguration asked, TrainingConfiguration begun) =>
        ConfigurationFile.Differences(asked, begun).Where(
            pair => !(pair.Key.EndsWith("Tokenizer", StringComparison.Ordinal) && pair.One == "auto"));
}
