using System.Globalization;
using Engine.Storage;

namespace Engine.Text;

/// <summary>The pairs of a toy task, split into a training, a validation and a test set.</summary>
/// <remarks>
/// No source occurs twice, and no target unless it is a label. Training therefore sees no pair of the validation and
/// test sets. Training does see every token of these sets, at least <see cref="TimesSeen"/> times.
/// </remarks>
public sealed class ToyCorpus
{
    /// <summary>How often a token of the validation or test set at least occurs in the training set.</summary>
    public const int TimesSeen = 5;

    /// <summary>The number of pairs and the seed of the corpus in <c>data/zh-en</c>.</summary>
    public const int DefaultPairs = 20_000;

    /// <inheritdoc cref="DefaultPairs"/>
    public const long DefaultSeed = 1;

    // All pairs are in memory, some 300 bytes each.
    private const int MostPairs = 10_000_000;

    private readonly IToyTask task;

    private ToyCorpus(IToyTask task) => this.task = task;

    /// <summary>The training set: nine tenths of the pairs.</summary>
    public required IReadOnlyList<(string Source, string Target)> Train { get; init; }

    /// <summary>The validation set: a twentieth of the pairs.</summary>
    public required IReadOnlyList<(string Source, string Target)> Valid { get; init; }

    /// <summary>The test set: a twentieth of the pairs.</summary>
    public required IReadOnlyList<(string Source, string Target)> Test { get; init; }

    /// <summary>
    /// The names and lines of the files: a file of sources and a file of targets for each of train, valid and test.
    /// </summary>
    public IEnumerable<(string Name, IEnumerable<string> Lines)> Files =>
        new[] { ("train", Train), ("valid", Valid), ("test", Test) }.SelectMany(split => new[]
        {
            ($"{split.Item1}.{task.SourceLanguage}", split.Item2.Select(pair => pair.Source)),
            ($"{split.Item1}.{task.TargetLanguage}", split.Item2.Select(pair => pair.Target)),
        });

    /// <summary>Writes the files, all or none of them.</summary>
    /// <param name="folder">The folder of the files; it is created if it is missing.</param>
    /// <param name="overwrite">Whether files with other content may be replaced.</param>
    /// <returns>The path and the number of lines of each file.</returns>
    /// <exception cref="InputException">
    /// A file with other content exists, or the folder cannot be written.
    /// </exception>
    public IReadOnlyList<(string Path, int Lines)> Save(string folder, bool overwrite = false)
    {
        var files = Files.Select(file => (Path: Path.Combine(folder, file.Name), Lines: file.Lines.ToList())).ToList();
        var other = files.FirstOrDefault(file =>
            File.Exists(file.Path) && !Holds(file.Path, file.Lines));
        if (other.Path is not null && !overwrite)
        {
            throw new InputException(
                $"{other.Path}: exists with other content; choose another "
                + "ToyCorpus.Save(folder) or add ToyCorpus.Save(overwrite)");
        }

        RunFolder.Make(folder);
        // A training file of one corpus beside one of another would be read as translations of each other.
        FileSet.Replace([.. files.Select(file => (file.Path, TextLines.Writer(file.Lines)))]);
        return files.ConvertAll(file => (file.Path, file.Lines.Count));
    }

    /// <summary>Whether a file has the lines; a pipe is not opened, since to open it waits for its writer.</summary>
    private static bool Holds(string path, List<string> lines)
    {
        try
        {
            return new FileInfo(path).Length > 0 && TextLines.Stream(path).SequenceEqual(lines);
        }
        catch (InputException)
        {
            return false; // other content, which is no text
        }
    }

    /// <summary>Draws <paramref name="count"/> pairs; the same seed gives the same corpus.</summary>
    /// <param name="task">The task that gives the pairs.</param>
    /// <param name="count">The number of pairs of all three sets together.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    /// <param name="progress">Receives the progress of drawing, counting and splitting.</param>
    /// <exception cref="InputException">
    /// The task has fewer than <paramref name="count"/> pairs, or <paramref name="count"/> pairs are too few to split,
    /// or are more than ten million.
    /// </exception>
    public static ToyCorpus Generate(
        IToyTask task, int count, long seed, IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (count < 20)
            throw new InputException(
                $"ToyCorpus.Generate(count) {count} is too few to split in three; ask for 20 or more");
        if (count > MostPairs)
            throw new InputException(FormattableString.Invariant(
                $"ToyCorpus.Generate(count) {count} is more than a toy task is for; ask for {MostPairs} at most"));
        var pairs = Distinct(task, count, new RandomStream(seed), progress);
        var source = Tokenizers.Kind(task.SourceTokenizer).Tokenizer!;
        var target = Tokenizers.Kind(task.TargetTokenizer).Tokenizer!;
        string[] Tokens((string Source, string Target) pair) =>
        [
            .. source.Tokenize(pair.Source).Select(token => "source " + token),
            .. target.Tokenize(pair.Target).Select(token => "target " + token),
        ];

        var inTraining = pairs.Counting(progress, "counting tokens", count)
            .SelectMany(Tokens).CountBy(token => token).ToDictionary();
        // Whether training still sees each token of a pair often enough without the pair.
        bool CanLeaveTraining((string Source, string Target) pair) =>
            Tokens(pair).CountBy(token => token).All(token => inTraining[token.Key] - token.Value >= TimesSeen);
        var part = count / 20;
        var test = new List<(string, string)>();
        var valid = new List<(string, string)>();
        var train = new List<(string, string)>();
        foreach (var (index, pair) in pairs.Index().Counting(progress, "splitting pairs", count))
        {
            var isHeldOut = index < task.HeldOut.Count;
            if (isHeldOut || ((test.Count < part || valid.Count < part) && CanLeaveTraining(pair)))
            {
                foreach (var token in Tokens(pair))
                    inTraining[token]--;
                (test.Count < part ? test : valid).Add(pair);
            }
            else
            {
                train.Add(pair);
            }
        }

        if (test.Count < part || valid.Count < part)
        {
            throw new InputException(
                $"ToyCorpus.Generate(count) {count} is too few for task {task.Name}: training would not see each "
                + "word; ask for more");
        }

        return new ToyCorpus(task) { Train = train, Valid = valid, Test = test };
    }

    private static List<(string Source, string Target)> Distinct(
        IToyTask task, int count, RandomStream random, IProgress<WorkProgress>? progress)
    {
        const int Patience = 10_000;
        using var counter = new ProgressCounter(progress, "drawing pairs", count);
        var sources = new HashSet<string>(StringComparer.Ordinal);
        var targets = new HashSet<string>(StringComparer.Ordinal);
        var pairs = new List<(string, string)>(count);
        var repeated = 0; // pairs since the last new pair
        foreach (var (source, target) in task.HeldOut.Concat(task.Generate(random)))
        {
            if (++repeated > Patience)
                break;
            if (sources.Contains(source) || (targets.Contains(target) && !task.HasLabels))
                continue;
            repeated = 0;
            sources.Add(source);
            targets.Add(target);
            pairs.Add((source, target));
            counter.At(pairs.Count);
            if (pairs.Count == count)
                return pairs;
        }

        throw new InputException(string.Create(CultureInfo.InvariantCulture,
            $"ToyCorpus.Generate(count) {count} is more than task {task.Name} has (about {pairs.Count}); ask "
            + $"for fewer"));
    }
}
