using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// Two files whose n-th lines translate each other, for text that does not fit memory: each enumeration of the pairs
/// reads the files again, and holds two lines at a time.
/// </summary>
public sealed class StreamedCorpus : IParallelText
{
    private readonly string sourcePath, targetPath;

    private StreamedCorpus(string sourcePath, string targetPath) =>
        (this.sourcePath, this.targetPath) = (sourcePath, targetPath);

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public int SkippedPairs { get; private set; }

    /// <inheritdoc/>
    public string Hash { get; private set; } = "";

    /// <inheritdoc/>
    /// <exception cref="InputException">
    /// The enumeration throws it: a file cannot be read any more, or has changed.
    /// </exception>
    public IEnumerable<(string Source, string Target)> Pairs
    {
        get
        {
            var count = 0;
            using var hash = new TextHash();
            foreach (var (source, target) in Lines())
            {
                if (source is null || target is null) break;
                if (ParallelCorpus.IsBlank(source, target)) continue;
                count++;
                hash.Add(source, target);
                yield return (source, target);
            }
            if (count != Count || hash.Finish() != Hash)
            {
                var how = count == Count ? "have other text than before" : $"had {Count} pairs and now have {count}";
                throw new InputException(
                    $"{sourcePath} and {targetPath} {how}; leave the files alone while a run reads them");
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>Reads the files up to the line.</remarks>
    public string PlaceOf(int pair, bool isTarget)
    {
        var kept = -1;
        foreach (var (i, (source, target)) in Lines().Index())
        {
            if (source is null || target is null) break;
            if (!ParallelCorpus.IsBlank(source, target) && ++kept == pair)
                return $"{(isTarget ? targetPath : sourcePath)}:{i + 1}";
        }
        return isTarget ? targetPath : sourcePath; // the files have changed
    }

    /// <summary>Reads both files once, to count their pairs and to see that every line is text.</summary>
    /// <param name="sourcePath">The sentences.</param>
    /// <param name="targetPath">The translations.</param>
    /// <param name="progress">Is told how much is read.</param>
    /// <param name="remark">Is told what is left out or read in an unusual way, as by <see cref="TextLines"/>.</param>
    /// <exception cref="InputException">As <see cref="ParallelCorpus.Read"/>.</exception>
    public static StreamedCorpus Read(
        string sourcePath, string targetPath, IProgress<WorkProgress>? progress = null, Action<string>? remark = null)
    {
        foreach (var path in (string[])[sourcePath, targetPath])
        {
            if (InputFile.MayBePipe(path))
                throw new InputException(
                    $"{path}: is empty or a pipe, which can be read only once, but StreamedCorpus.Read reads the text "
                    + "again in each epoch; write the text to a file");
        }
        var corpus = new StreamedCorpus(sourcePath, targetPath);
        int sources = 0, targets = 0;
        string lastSource = "", lastTarget = "";
        using var hash = new TextHash();
        foreach (var (source, target) in corpus.Lines(progress, remark))
        {
            if (source is not null) (sources, lastSource) = (sources + 1, source);
            if (target is not null) (targets, lastTarget) = (targets + 1, target);
            if (source is null || target is null) continue;
            if (ParallelCorpus.IsBlank(source, target))
            {
                corpus.SkippedPairs++;
                continue;
            }
            corpus.Count++;
            hash.Add(source, target);
        }
        corpus.Hash = hash.Finish();
        ParallelCorpus.RequireSameLength((sourcePath, sources, lastSource), (targetPath, targets, lastTarget));
        ParallelCorpus.RequirePairs(sourcePath, targetPath, corpus.Count);
        return corpus;
    }

    /// <summary>
    /// The lines of both files in pairs; null for a file that has ended. Progress is that of the first file.
    /// </summary>
    private IEnumerable<(string? Source, string? Target)> Lines(
        IProgress<WorkProgress>? progress = null, Action<string>? remark = null)
    {
        using var sources = TextLines.Stream(sourcePath, progress, remark).GetEnumerator();
        using var targets = TextLines.Stream(targetPath, remark: remark).GetEnumerator();
        while (true)
        {
            var source = sources.MoveNext() ? sources.Current : null;
            var target = targets.MoveNext() ? targets.Current : null;
            if (source is null && target is null) yield break;
            yield return (source, target);
        }
    }
}
