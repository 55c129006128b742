using Engine.Storage;

namespace Engine.Training;

// A model and its folder.
public abstract partial class TextModel
{
    /// <summary>
    /// Writes the model folder: whenever the process ends, the folder has the old model or this one, whole. A folder of
    /// another model loses that model's run: its state, its report and its checkpoints.
    /// </summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public void Save(string folder) => ModelFolder.Write(folder, this);

    /// <summary>Reads the weights of a folder that this model was saved to.</summary>
    /// <exception cref="InputException">The weights cannot be read.</exception>
    public void Reload(string folder) => ModelFolder.ReadWeights(folder, Network);

    /// <summary>Reads the weights that the model's run kept after an update.</summary>
    /// <param name="folder">The folder of this model.</param>
    /// <param name="update">One of <see cref="ModelFolder.Checkpoints(string)"/>.</param>
    /// <exception cref="InputException">
    /// There is no such checkpoint, or its file is damaged or another model's.
    /// </exception>
    public void LoadCheckpoint(string folder, int update)
    {
        var kept = ModelFolder.Checkpoints(folder);
        if (!kept.Contains(update))
        {
            throw new InputException(FormattableString.Invariant(
                $"{FileProblem.OneLine(folder)}: has no checkpoint of update {update}; ")
                + (kept.Count == 0
                    ? $"train with {OptionTable.InMessages(nameof(Configuration.KeepCheckpoints))} to have some."
                    : $"it has {string.Join(", ", kept)}."));
        }
        ModelFolder.ReadWeightsOf(
            this, ModelFolder.PathOf(folder, ModelFolder.Checkpoint(update, ModelFolder.KeptPattern)));
    }

    /// <summary>What the model's <see cref="Fingerprint"/> covers beside the configuration.</summary>
    internal abstract IEnumerable<(string Name, IReadOnlyList<string> Text)> FingerprintTexts { get; }

    /// <summary>Writes the files of tokenizers, vocabularies and labels.</summary>
    internal abstract void SaveText(string folder);
}
