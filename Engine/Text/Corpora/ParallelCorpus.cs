using Engine.Storage;

namespace Engine.Text;

/// <summary>Sentences and their translations as lines, held in memory.</summary>
/// <example>
/// <code><![CDATA[
/// using Engine.Text;
///
/// var corpus = ParallelCorpus.Of([("ein Hund", "a dog"), ("eine Katze", "a cat"), ("ein Haus", "a house")]);
/// var (train, valid) = corpus.HoldOut(1, seed: 1);                     // ParallelCorpus.Read reads two files
/// Console.WriteLine($"{train.Count} {valid.Count}");                   // prints: 2 1
/// ]]></code>
/// </example>
public sealed class ParallelCorpus : IParallelText
{
    private readonly (string Source, string Target)? paths;
    private readonly int[] places; // of each pair, its index among the lines of the files or in the whole corpus

    private ParallelCorpus(
        List<string> source, List<string> target, int skippedPairs, (string Source, string Target)? paths, int[] places)
    {
        Source = source;
        Target = target;
        SkippedPairs = skippedPairs;
        (this.paths, this.places) = (paths, places);
    }

    /// <summary>The sentences.</summary>
    public IReadOnlyList<string> Source { get; }

    /// <summary>The translations, in the order of the sentences.</summary>
    public IReadOnlyList<string> Target { get; }

    /// <summary>The index of each pair's line in the files; in a corpus without files, of the pair.</summary>
    public IReadOnlyList<int> Lines => places;

    /// <inheritdoc/>
    public int Count => Source.Count;

    /// <inheritdoc/>
    public int SkippedPairs { get; }

    /// <inheritdoc/>
    public string Hash => field ??= TextHash.Of(Pairs);

    /// <inheritdoc/>
    public IEnumerable<(string Source, string Target)> Pairs => Source.Zip(Target);

    /// <summary>A corpus of the given pairs.</summary>
    public static ParallelCorpus Of(IReadOnlyList<(string Source, string Target)> pairs) =>
        new(
            [.. pairs.Select(pair => pair.Source)], [.. pairs.Select(pair => pair.Target)], 0, null,
            [.. Enumerable.Range(0, pairs.Count)]);

    /// <inheritdoc/>
    public string PlaceOf(int pair, bool isTarget) => paths is var (source, target)
        ? $"{(isTarget ? target : source)}:{places[pair] + 1}" : $"pair {places[pair] + 1}";

    /// <summary>Reads two files whose n-th lines translate each other.</summary>
    /// <param name="sourcePath">The sentences.</param>
    /// <param name="targetPath">The translations.</param>
    /// <param name="progress">Is told how much is read.</param>
    /// <param name="remark">Is told what is left out or read in an unusual way, as by <see cref="TextLines"/>.</param>
    /// <exception cref="InputException"> A file is missing, is a folder, or is not UTF-8; the files differ in their
    /// number of lines; or all pairs are blank.
    /// </exception>
    public static ParallelCorpus Read(
        string sourcePath, string targetPath, IProgress<WorkProgress>? progress = null, Action<string>? remark = null)
    {
        InputFile.RequireOnce([sourcePath, targetPath]);
        return Of(
            TextLines.Read(sourcePath, progress, remark), TextLines.Read(targetPath, progress, remark),
            (sourcePath, targetPath));
    }

    /// <summary>A corpus of the lines of two files, without the pairs of which one side is blank.</summary>
    /// <param name="source">The sentences.</param>
    /// <param name="target">The translations.</param>
    /// <param name="paths">The files, for messages.</param>
    /// <exception cref="InputException">The files differ in their number of lines, or all pairs are blank.</exception>
    public static ParallelCorpus Of(
        IReadOnlyList<string> source, IReadOnlyList<string> target, (string Source, string Target) paths)
    {
        var kept = Enumerable.Range(0, Math.Min(source.Count, target.Count))
            .Where(i => !IsBlank(source[i], target[i]))
            .ToList();
        RequireSameLength(
            (paths.Source, source.Count, source.LastOrDefault("")),
            (paths.Target, target.Count, target.LastOrDefault("")));
        RequirePairs(paths.Source, paths.Target, kept.Count);
        return new ParallelCorpus(
            kept.ConvertAll(i => source[i]), kept.ConvertAll(i => target[i]), source.Count - kept.Count,
            paths, [.. kept]);
    }

    /// <summary>
    /// Splits the corpus at random into pairs to train on and pairs to validate on. Both parts keep the order of the
    /// files.
    /// </summary>
    /// <param name="count">The number of pairs to validate on.</param>
    /// <param name="seed">The seed of the random choice.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of the parts would be empty.</exception>
    public (ParallelCorpus Train, ParallelCorpus Valid) HoldOut(int count, long seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(count, Count);
        int[] order = [.. Enumerable.Range(0, Count)];
        new RandomStream(seed).Shuffle(order.AsSpan());
        return (Select(order[count..]), Select(order[..count]));
    }

    /// <summary>Whether a pair is left out because one side is blank.</summary>
    internal static bool IsBlank(string source, string target) =>
        string.IsNullOrWhiteSpace(source) || string.IsNullOrWhiteSpace(target);

    /// <summary>Refuses files that differ in their number of lines.</summary>
    /// <param name="source">The sentences: path, number of lines, last line.</param>
    /// <param name="target">The translations: path, number of lines, last line.</param>
    internal static void RequireSameLength(
        (string Path, int Lines, string Last) source, (string Path, int Lines, string Last) target)
    {
        if (source.Lines == target.Lines) return;
        var shorter = source.Lines < target.Lines ? source : target;
        throw new InputException(
            $"{source.Path} has {source.Lines} lines but {target.Path} has {target.Lines}; line n of one must "
            + "translate line n of the other, so give both files the same number of lines"
            + (shorter.Lines == 0 ? "" : $"; {shorter.Path} ends with {FileProblem.Quote(shorter.Last)}"));
    }

    /// <summary>Refuses files of blank pairs alone.</summary>
    internal static void RequirePairs(string sourcePath, string targetPath, int pairs)
    {
        if (pairs == 0)
        {
            throw new InputException(
                $"{sourcePath} and {targetPath} hold no pair of sentences; write at least one line into each");
        }
    }

    private ParallelCorpus Select(int[] pairs)
    {
        Array.Sort(pairs);
        return new ParallelCorpus(
            [.. pairs.Select(i => Source[i])], [.. pairs.Select(i => Target[i])], 0, paths,
            Array.ConvertAll(pairs, i => places[i]));
    }
}
