using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// Checkpoints that stay in the run's folder, so that a reader can see the model emerge: files
/// <c>kept-checkpoint-N.safetensors</c>, N being the update. They are spread evenly over the run, as far as its limits
/// are known: of five, the first is taken before the first update, the next after a quarter of the run, the last at the
/// end. The folder's files are all that there is to know, so that a state that is saved needs no list.
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="model">The model, whose configuration says how many checkpoints there are at most.</param>
internal sealed class KeptCheckpoints(string folder, TextModel model)
{
    private readonly int most = model.Configuration.KeepCheckpoints;
    private int mark; // the last of the places 0 to most - 1 of the run that was passed

    /// <summary>
    /// Takes the first checkpoint of a new run. Of a run that goes on, removes what it makes again: checkpoints after
    /// its state, which an earlier part of the run had left.
    /// </summary>
    /// <param name="update">The updates made.</param>
    /// <param name="progress">The part of the run that is done, 0 to 1.</param>
    /// <exception cref="InputException">A file cannot be written or removed.</exception>
    public void Begin(int update, double progress)
    {
        mark = MarkAt(progress);
        Remove(later => later > update);
        Thin();
        if (update == 0 && most > 1) Take(0);
    }

    /// <summary>Whether the run has come to the place of the next checkpoint.</summary>
    /// <param name="progress">The part of the run that is done, 0 to 1.</param>
    public bool IsDue(double progress)
    {
        if (MarkAt(progress) is var now && now <= mark) return false;
        mark = now;
        return true;
    }

    /// <summary>Whether a run that has come to its end, wherever that is, lacks its last checkpoint.</summary>
    public bool IsLastDue(int update) => most > 0 && !Kept().Contains(update);

    /// <summary>Saves the model as it is after an update.</summary>
    /// <exception cref="InputException">A file cannot be written or removed.</exception>
    public void Take(int update)
    {
        var place = FolderChange.PlaceToWrite(folder);
        RunFolder.Make(place);
        ModelFolder.WriteWeights(place, model, ModelFolder.Checkpoint(update, ModelFolder.KeptPattern));
        Thin();
    }

    // A single checkpoint is the last one.
    private int MarkAt(double progress) => (int)(progress * (most - 1) + 1e-9);

    /// <summary>
    /// Removes checkpoints that are too many, since the run got other limits, each time one between the two neighbours
    /// that are nearest to each other. The first and the last stay.
    /// </summary>
    private void Thin()
    {
        var kept = Kept();
        while (kept.Count > most)
        {
            var least = most < 2 ? 0 : Enumerable.Range(1, kept.Count - 2).MinBy(i => kept[i + 1] - kept[i - 1]);
            var extra = kept[least];
            Remove(update => update == extra);
            kept.RemoveAt(least);
        }
    }

    private List<int> Kept() =>
        [
            .. Directory.Exists(FolderChange.PlaceToWrite(folder))
                ? ModelFolder.Checkpoints(FolderChange.PlaceToWrite(folder)) : [],
        ];

    private void Remove(Predicate<int> isLeftover) => RunFiles.Remove(
        FolderChange.PlaceToWrite(folder), ModelFolder.KeptPattern,
        path => ModelFolder.UpdateOf(Path.GetFileName(path), ModelFolder.KeptPattern) is { } update
            && isLeftover(update));
}
