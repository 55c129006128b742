using System.Globalization;
using System.IO.Enumeration;
using System.Numerics.Tensors;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// The folder of a model and of the run that made it: the names of its files, and how a model is written, read and
/// checked. Beside the files named here it holds the tokenizers and vocabularies (<see cref="TextEncoders"/>).
/// </summary>
public static class ModelFolder
{
    /// <summary>The weights.</summary>
    public const string Weights = "model.safetensors";

    /// <summary>The configuration, as JSON.</summary>
    public const string Configuration = "config.json";

    /// <summary>A classifier's labels.</summary>
    public const string Labels = "labels.json";

    /// <summary>What a run needs to be resumed.</summary>
    public const string TrainingState = "training_state.safetensors";

    /// <summary>How a run was made, and its results.</summary>
    public const string Report = "run.json";

    /// <summary>The picture of the run's losses.</summary>
    internal const string Curve = "curve.svg";

    /// <summary>The gradient norms of each layer over the updates, where the run monitors them.</summary>
    public const string Gradients = "gradients.jsonl";

    /// <summary>A few validation sentences, as the model answered them in each validation.</summary>
    internal const string Samples = "samples.jsonl";

    /// <summary>A page for a person, made when the run ends.</summary>
    public const string Page = "report.html";

    /// <summary>A pattern that finds all checkpoints that are averaged.</summary>
    internal const string AveragedPattern = "checkpoint-*.safetensors";

    /// <summary>A pattern that finds all checkpoints that the run keeps.</summary>
    internal const string KeptPattern = "kept-checkpoint-*.safetensors";

    /// <summary>The beginning of the name of a TensorBoard file.</summary>
    internal const string EventsPrefix = "events.out.tfevents.";

    private const string FingerprintKey = "fingerprint";

    /// <summary>The name of the checkpoint after an update.</summary>
    /// <param name="update">The update; 0 for the weights with which the run began.</param>
    /// <param name="pattern">Whether the checkpoint is averaged or kept.</param>
    internal static string Checkpoint(int update, string pattern) =>
        pattern.Replace("*", update.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>The update in the name of a checkpoint; null if the name is not a checkpoint's.</summary>
    internal static int? UpdateOf(string name, string pattern) =>
        FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false)
        && int.TryParse(
            name.AsSpan()[pattern.IndexOf('*')..^(pattern.Length - pattern.IndexOf('*') - 1)], NumberStyles.None,
            CultureInfo.InvariantCulture, out var update) ? update : null;

    /// <summary>
    /// The updates after which a run kept its weights, in their order; update 0 has the weights with which the run
    /// began. <see cref="TextModel.LoadCheckpoint"/> reads the weights.
    /// </summary>
    /// <param name="folder">The run's folder.</param>
    public static IReadOnlyList<int> Checkpoints(string folder) =>
        [.. FolderChange.FilesToRead(folder, KeptPattern).Select(name => UpdateOf(name, KeptPattern)).OfType<int>()
            .Distinct().Order()];

    /// <summary>
    /// The path by which a file of a model or run is read: files that replace the folder's files, and are not yet all
    /// in their places, lie in a sub-folder.
    /// </summary>
    public static string PathOf(string folder, string name) => FolderChange.PathToRead(folder, name);

    /// <summary>Reads a model, whatever its task.</summary>
    /// <param name="folder">A folder that <see cref="TextModel.Save"/> wrote.</param>
    /// <returns>A <see cref="TranslationModel"/> or a <see cref="ClassificationModel"/>.</returns>
    /// <exception cref="InputException">
    /// The folder holds no model, or a file in it is damaged or does not fit the others.
    /// </exception>
    public static TextModel Load(string folder) =>
        InputFile.Exists(PathOf(folder, Configuration)) && ReadConfiguration(folder).Task == "classify"
            ? ClassificationModel.Load(folder)
            : TranslationModel.Load(folder);

    /// <summary>
    /// Writes a model. Whenever the process ends, the folder has the old model or the new one, whole.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The model.</param>
    /// <exception cref="InputException">A file cannot be written.</exception>
    internal static void Write(string folder, TextModel model)
    {
        RunFolder.Make(folder);
        FolderChange.Recover(folder);
        if (Holds(folder, model))
        {
            // The old weights beside another way of training are a whole model too.
            WriteConfiguration(folder, model.Configuration);
            WriteWeights(folder, model);
        }
        else if (!File.Exists(PathOf(folder, Weights)))
        {
            WriteDescription(folder, model);
            WriteWeights(folder, model);
        }
        else
        {
            FolderChange.Begin(folder);
            var next = FolderChange.PlaceToWrite(folder);
            WriteDescription(next, model);
            WriteWeights(next, model);
            FolderChange.Commit(folder);
        }
    }

    /// <summary>Writes all of a model but the weights: tokenizers, vocabularies, labels and configuration.</summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    internal static void WriteDescription(string folder, TextModel model)
    {
        RunFolder.Make(folder);
        model.SaveText(folder);
        WriteConfiguration(folder, model.Configuration);
    }

    /// <summary>Reads a model's configuration, once it is sure that all files of the model are there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="task">The task that the model must be trained for.</param>
    /// <param name="training">
    /// How the model shall be trained from now on: a configuration of the same model; null to leave it as it is.
    /// </param>
    /// <param name="needsWeights">Whether the weights must be there.</param>
    /// <exception cref="InputException">
    /// There is no model of this task in the folder, or its configuration is damaged.
    /// </exception>
    internal static TrainingConfiguration ReadConfiguration(
        string folder, string task, TrainingConfiguration? training, bool needsWeights)
    {
        if (!InputFile.Exists(folder))
            throw new InputException($"{FileProblem.OneLine(folder)}: there is no such folder; " +
                "a model is a folder that training wrote.");
        if (needsWeights && !Has(Weights) && (Has(Configuration) || Has(Report)))
            throw new InputException($"{folder}: the run in this folder has not saved a model yet; "
                + (Has(TrainingState) ? "continue the run with Trainer.Resume."
                    : "wait for its first validation, or begin it anew."));
        RequireFile(folder, Configuration);
        var configuration = ReadConfiguration(folder);
        if (configuration.Task != task)
            throw new InputException($"{folder}: this model was trained to {configuration.Task}, not to {task}; " +
                $"use {(task == "translate" ? "ClassificationModel.Load" : "TranslationModel.Load")}.");
        if (needsWeights) RequireFile(folder, Weights);
        foreach (var name in TextFilesOf(configuration)) RequireFile(folder, name);
        if (training is null) return configuration;
        configuration = training.WithTokenizersOf(configuration);
        configuration.Validate();
        return configuration;

        bool Has(string name) => File.Exists(PathOf(folder, name));
    }

    /// <summary>Reads a folder's configuration, and checks that its values fit together.</summary>
    /// <exception cref="InputException">The file cannot be read, or no model can have its values.</exception>
    public static TrainingConfiguration ReadConfiguration(string folder)
    {
        var path = PathOf(folder, Configuration);
        InputFile.RequireContent(path); // a pipe would wait for its other end
        var configuration = ConfigurationFile.Load(path, new TrainingConfiguration());
        try
        {
            configuration.Validate();
        }
        catch (InputException mistake)
        {
            throw new InputException($"{FileProblem.OneLine(path)}: {mistake.Message}", mistake);
        }
        return configuration;
    }

    /// <summary>
    /// Refuses weights that cannot belong to a configuration, before a network of the configuration is built.
    /// </summary>
    /// <exception cref="InputException">The weights are damaged, or of another number.</exception>
    internal static void RequireWeightsOf(string folder, TrainingConfiguration configuration, int source, int target)
    {
        var path = PathOf(folder, Weights);
        // A run that was stopped before its first validation has no weights yet.
        if (InputFile.Exists(path)) ModelTensors.RequireIn(configuration, source, target, path);
    }

    /// <summary>Reads the weights into a model, and checks that they were saved with its other files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The model.</param>
    /// <param name="mustExist">Whether the weights must be there; if not, the model keeps the weights that it has.
    /// </param>
    /// <exception cref="InputException">The weights are damaged, or another model's.</exception>
    internal static void ReadWeights(string folder, TextModel model, bool mustExist)
    {
        if (!mustExist && !File.Exists(PathOf(folder, Weights))) return;
        ReadWeightsOf(model, PathOf(folder, Weights));
        model.LongestLearned = RunReport.LongestSource(PathOf(folder, Report));
    }

    /// <summary>Reads a file of weights into a model, and checks that it was saved with the model's other files.
    /// </summary>
    internal static void ReadWeightsOf(TextModel model, string path)
    {
        var network = model.Network;
        SafeTensors.Load(path, network);
        foreach (var (name, parameter) in network.NamedParameters) RequireFinite(path, name, parameter.Value.Data);
        foreach (var (name, buffer) in network.NamedBuffers) RequireFinite(path, name, buffer.Value.Data);
        using var file = SafeTensorsFile.Open(path);
        // Weights that another program saved have no fingerprint; then the shapes alone are checked.
        if (!file.Metadata.TryGetValue(FingerprintKey, out var saved) || saved == FingerprintOf(model)) return;
        string[] names = [Configuration, .. TextFilesOf(model.Configuration)];
        throw new InputException(
            $"{path}: was not saved with the {string.Join(", ", names[..^1])} and {names[^1]} beside it, perhaps "
            + "because a save was interrupted; restore the files that belong together, or train again.");
    }

    /// <summary>Refuses weights of which one is no number: every answer would be worthless.</summary>
    private static void RequireFinite(string path, string name, ReadOnlySpan<float> weights)
    {
        if (TensorPrimitives.IsFiniteAll(weights)) return;
        var first = 0;
        while (float.IsFinite(weights[first])) first++;
        throw new InputException(FormattableString.Invariant(
            $"{path}: weight {first} of tensor '{name}' is {weights[first]}; the training that saved the model ")
            + "diverged, or the file is damaged. Restore an earlier file, or train again with a lower "
            + $"{OptionTable.InMessages(nameof(TrainingConfiguration.LearningRate))}.");
    }

    /// <summary>Reads the weights into a network.</summary>
    /// <exception cref="InputException">The weights are damaged, or another network's.</exception>
    internal static void ReadWeights(string folder, INamedParameters<float> network) =>
        SafeTensors.Load(PathOf(folder, Weights), network);

    /// <summary>Whether the folder has the files of this very model, with whatever weights.</summary>
    private static bool Holds(string folder, TextModel model)
    {
        var path = PathOf(folder, Weights);
        string[] files = [Weights, Configuration, .. TextFilesOf(model.Configuration)];
        if (!files.All(name => File.Exists(PathOf(folder, name)))) return false;
        try
        {
            using var file = SafeTensorsFile.Open(path);
            return file.Metadata.TryGetValue(FingerprintKey, out var saved) && saved == FingerprintOf(model);
        }
        catch (InputException)
        {
            return false; // Damaged weights are no model's.
        }
    }

    private static void WriteConfiguration(string folder, TrainingConfiguration configuration) =>
        ConfigurationFile.Save(Path.Combine(folder, Configuration), configuration);

    /// <summary>Writes the weights of a model.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="model">The model.</param>
    /// <param name="name">The name of the file: the model's weights, or a checkpoint.</param>
    internal static void WriteWeights(string folder, TextModel model, string name = Weights) => SafeTensors.Save(
        Path.Combine(folder, name), model.Network,
        new Dictionary<string, string> { [FingerprintKey] = FingerprintOf(model) });

    private static string FingerprintOf(TextModel model) =>
        Fingerprint.Of(model.Configuration, model.FingerprintTexts);

    /// <summary>The names of a model's files of tokenizers, vocabularies and labels.</summary>
    public static IReadOnlyList<string> TextFilesOf(TrainingConfiguration configuration) =>
        configuration.Task == "classify"
            ? [.. TextEncoders.FilesOf(configuration), Labels]
            : TextEncoders.FilesOf(configuration);

    private static void RequireFile(string folder, string name)
    {
        if (!InputFile.Exists(PathOf(folder, name)))
            throw new InputException($"{folder}: not a model folder, {name} is missing; " +
                "name a folder that training wrote.");
        InputFile.RequireContent(PathOf(folder, name));
    }
}
