using Engine.Layers;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// The last checkpoints of a run: files <c>checkpoint-N.safetensors</c> in the run's folder, N being the update. The
/// mean of their weights often translates better than any of them (Vaswani et al. 2017, section 6.1).
/// </summary>
/// <param name="folder">The run's folder.</param>
/// <param name="network">The network that is saved and averaged.</param>
/// <param name="size">The most checkpoints.</param>
/// <param name="writes">Whether this process writes the files; another process may have written them.</param>
internal sealed class CheckpointWindow(string folder, Module<float> network, int size, bool writes = true)
{
    private readonly Queue<int> updates = [];

    /// <summary>The number of checkpoints.</summary>
    public int Count => updates.Count;

    /// <summary>The updates after which the checkpoints were taken, the oldest first.</summary>
    public IReadOnlyList<int> Updates
    {
        get => [.. updates];
        set
        {
            updates.Clear();
            foreach (var update in value) updates.Enqueue(update);
        }
    }

    /// <summary>
    /// Saves the network as it is after an update. If there are then too many checkpoints, the oldest one leaves the
    /// window. Its file stays until <see cref="Trim"/>: a run that is resumed may begin from a state that still has it.
    /// </summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Take(int update)
    {
        if (updates.Contains(update)) return;
        if (writes)
        {
            var place = FolderChange.PlaceToWrite(folder);
            RunFolder.Make(place);
            SafeTensors.Save(Path.Combine(place, ModelFolder.Checkpoint(update, ModelFolder.AveragedPattern)), network);
        }
        updates.Enqueue(update);
        if (updates.Count > size) updates.Dequeue();
    }

    /// <summary>Removes the files of checkpoints outside the window, also the files of an earlier run.</summary>
    /// <exception cref="InputException">A file cannot be removed.</exception>
    public void Trim()
    {
        if (!writes) return;
        RunFiles.Remove(
            FolderChange.PlaceToWrite(folder), ModelFolder.AveragedPattern,
            path => ModelFolder.UpdateOf(Path.GetFileName(path), ModelFolder.AveragedPattern) is { } update
                && !updates.Contains(update));
    }

    /// <summary>Puts the mean of all checkpoints into the network.</summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public void Average()
    {
        var (parameters, buffers) = (network.NamedParameters, network.NamedBuffers);
        var sums = parameters.Select(named => new double[named.Value.Count])
            .Concat(buffers.Select(named => new double[named.Value.Value.Count])).ToArray();
        foreach (var update in updates)
        {
            SafeTensors.Load(
                ModelFolder.PathOf(folder, ModelFolder.Checkpoint(update, ModelFolder.AveragedPattern)), network);
            for (var p = 0; p < sums.Length; p++)
            {
                var values = p < parameters.Count
                    ? parameters[p].Value.Value.Span : buffers[p - parameters.Count].Value.Value.Span;
                for (var i = 0; i < sums[p].Length; i++) sums[p][i] += values[i];
            }
        }
        for (var p = 0; p < sums.Length; p++)
        {
            // A count, such as BatchNorm's count of batches, stays as it is in the last checkpoint.
            if (p >= parameters.Count && buffers[p - parameters.Count].Value.IsCount) continue;
            var values = p < parameters.Count
                ? parameters[p].Value.Update() : buffers[p - parameters.Count].Value.Update();
            for (var i = 0; i < values.Length; i++) values[i] = (float)(sums[p][i] / updates.Count);
        }
    }
}
