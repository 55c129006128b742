using System.Globalization;
using Engine.Layers;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// The last checkpoints of a run, as files <c>checkpoint-N.safetensors</c> of update N in its folder, and their mean,
/// which often translates better than any of them (Vaswani et al. 2017, section 6.1).
/// </summary>
internal sealed class CheckpointWindow(string folder, Module<float> network, int size)
{
    private readonly Queue<int> updates = [];

    /// <summary>How many checkpoints there are.</summary>
    public int Count => updates.Count;

    /// <summary>After which updates they were taken, the oldest first.</summary>
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
    /// Saves the network as it is after an update, in place of the oldest if there are enough. That one's file stays
    /// until <see cref="Trim"/>: a run that is taken up again may go back to before.
    /// </summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Take(int update)
    {
        if (updates.Contains(update)) return;
        RunFolder.Make(folder);
        SafeTensors.Save(PathOf(update), network);
        updates.Enqueue(update);
        if (updates.Count > size) updates.Dequeue();
    }

    /// <summary>Removes the files of other checkpoints, also those that another run left.</summary>
    /// <exception cref="InputException">A file cannot be removed.</exception>
    public void Trim()
    {
        var kept = updates.Select(PathOf).ToHashSet(StringComparer.Ordinal);
        RunFiles.Remove(
            folder, $"{RunFiles.CheckpointPrefix}*{RunFiles.CheckpointSuffix}", path => !kept.Contains(path));
    }

    /// <summary>Puts the mean of all checkpoints into the network.</summary>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public void Average()
    {
        var (parameters, statistics) = (network.NamedParameters, network.NamedBuffers);
        var sums = parameters.Select(named => new double[named.Value.Count])
            .Concat(statistics.Select(named => new double[named.Value.Value.Count])).ToArray();
        foreach (var update in updates)
        {
            SafeTensors.Load(PathOf(update), network);
            for (var p = 0; p < sums.Length; p++)
            {
                var values = p < parameters.Count
                    ? parameters[p].Value.Value.Span : statistics[p - parameters.Count].Value.Value.Span;
                for (var i = 0; i < sums[p].Length; i++) sums[p][i] += values[i];
            }
        }
        for (var p = 0; p < sums.Length; p++)
        {
            // A count, such as BatchNorm's of batches, stays that of the last checkpoint.
            if (p >= parameters.Count && statistics[p - parameters.Count].Value.IsCount) continue;
            var values = p < parameters.Count
                ? parameters[p].Value.Update() : statistics[p - parameters.Count].Value.Update();
            for (var i = 0; i < values.Length; i++) values[i] = (float)(sums[p][i] / updates.Count);
        }
    }

    private string PathOf(int update) => Path.Combine(
        folder,
        string.Create(
            CultureInfo.InvariantCulture, $"{RunFiles.CheckpointPrefix}{update}{RunFiles.CheckpointSuffix}"));
}
