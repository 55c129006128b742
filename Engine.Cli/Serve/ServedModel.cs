using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>A model folder that was read: the model, and the checkpoints that requests ask for.</summary>
internal sealed class ServedModel
{
    // Each checkpoint in memory is a whole model.
    private const int MostCheckpoints = 2;

    private readonly LinkedList<(long Update, TextModel Model)> checkpoints = [];
    private readonly Lock loading = new();

    private ServedModel(string folder, FileStamp stamp, TextModel model) =>
        (Folder, Stamp, Model, Samples) = (folder, stamp, model, SampleSentences.Of(folder, model));

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The stamp that the weights had when they were read.</summary>
    public FileStamp Stamp { get; }

    /// <summary>The model.</summary>
    public TextModel Model { get; }

    /// <summary>Sentences to try.</summary>
    public IReadOnlyList<string> Samples { get; }

    /// <summary>Reads a model folder.</summary>
    /// <exception cref="InputException">The folder holds no model, or a file in it is damaged.</exception>
    public static ServedModel Load(string folder)
    {
        // Taken first: a file that is replaced during the reading shall be read again.
        var stamp = StampOf(folder);
        return new ServedModel(folder, stamp, ModelFolder.Load(folder));
    }

    /// <summary>The stamp of a folder's weights as they are now.</summary>
    public static FileStamp StampOf(string folder) => FileStamp.Of(ModelFolder.PathOf(folder, ModelFolder.Weights));

    /// <summary>The updates of which the folder has checkpoints, in order.</summary>
    public IReadOnlyList<int> Updates => ModelFolder.Checkpoints(Folder);

    /// <summary>The model as it was after an update; the model itself for null.</summary>
    /// <exception cref="InputException">The folder has no such checkpoint, or the checkpoint is damaged.</exception>
    public TextModel At(long? update)
    {
        if (update is not { } number) return Model;
        lock (loading)
        {
            var node = checkpoints.First;
            while (node is not null && node.Value.Update != number) node = node.Next;
            var found = node?.Value.Model;
            if (node is not null) checkpoints.Remove(node);
            else found = LoadCheckpoint(number);
            checkpoints.AddFirst((number, found!));
            if (checkpoints.Count > MostCheckpoints) checkpoints.RemoveLast();
            return found!;
        }
    }

    private TextModel LoadCheckpoint(long update)
    {
        var model = ModelFolder.Load(Folder);
        model.LoadCheckpoint(Folder, (int)Math.Clamp(update, int.MinValue, int.MaxValue));
        return model;
    }
}
