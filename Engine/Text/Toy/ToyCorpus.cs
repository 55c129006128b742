using System.Globalization;
using Engine.Storage;

namespace Engine.Text;

/// <summary>A toy task's pairs, split to train, validate and test.</summary>
/// <remarks>
/// No source and (labels aside) no target occurs twice, so nothing that is held out was seen in training; every token
/// that is held out was seen, at least <see cref="TimesSeen"/> times.
/// </remarks>
public sealed class ToyCorpus
{
    /// <summary>How often training holds a token at least that validation or test holds.</summary>
    public const int TimesSeen = 5;

    /// <summary>The number of pairs and the seed of the corpus in <c>data/zh-en</c>.</summary>
    public const int DefaultPairs = 20_000;

    /// <inheritdoc cref="DefaultPairs"/>
    public const long DefaultSeed = 1;

    private readonly IToyTask task;

    private ToyCorpus(IToyTask task) => this.task = task;

    /// <summary>What is trained on: nine tenths.</summary>
    public required IReadOnlyList<(string Source, string Target)> Train { get; init; }

    /// <summary>What training is watched by: a twentieth.</summary>
    public required IReadOnlyList<(string Source, string Target)> Valid { get; init; }

    /// <summary>What is measured at the end: a twentieth.</summary>
    public required IReadOnlyList<(string Source, string Target)> Test { get; init; }

    /// <summary>The files' names and lines: train, valid and test, each with a source and a target.</summary>
    public IEnumerable<(string Name, IEnumerable<string> Lines)> Files =>
        new[] { ("train", Train), ("valid", Valid), ("test", Test) }.SelectMany(split => new[]
        {
            ($"{split.Item1}.{task.SourceLanguage}", split.Item2.Select(pair => pair.Source)),
            ($"{split.Item1}.{task.TargetLanguage}", split.Item2.Select(pair => pair.Target)),
        });

    /// <summary>Writes the files, each whole or not at all; one that holds the same already is left as it is.</summary>
    /// <param name="folder">Where; it is made if it is missing.</param>
    /// <param name="overwrite">Whether a file of other content may be replaced.</param>
    /// <returns>Each file's path and its number of lines.</returns>
    /// <exception cref="InputException">
    /// A file of other content is in the way, or the folder cannot be written.
    /// </exception>
    public IReadOnlyList<(string Path, int Lines)> Save(string folder, bool overwrite = false)
    {
        var files = Files.Select(file => (Path: Path.Combine(folder, file.Name), Lines: file.Lines.ToList())).ToList();
        var other = files.FirstOrDefault(file =>
            File.Exists(file.Path) && !TextLines.Read(file.Path).SequenceEqual(file.Lines));
        if (other.Path is not null && !overwrite)
        {
            throw new InputException(
                $"{other.Path}: already holds something else; choose another --out or add --overwrite");
        }

        RunFolder.Make(folder);
        foreach (var (path, lines) in files)
            TextLines.WriteAtomically(path, lines);
        return files.ConvertAll(file => (file.Path, file.Lines.Count));
    }

    /// <summary>Draws <paramref name="count"/> pairs; the same seed gives the same corpus.</summary>
    /// <param name="task">What they show.</param>
    /// <param name="count">How many, of all splits together.</param>
    /// <param name="seed">Chooses them.</param>
    /// <param name="progress">Is told how far drawing and splitting them is.</param>
    /// <exception cref="InputException">The task has not so many pairs, or so few do not allow a split.</exception>
    public static ToyCorpus Generate(
        IToyTask task, int count, long seed, IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (count < 20)
            throw new InputException($"--pairs {count} is too few to split in three; ask for 20 or more");
        var pairs = Distinct(task, count, new RandomStream(seed), progress);
        var source = Tokenizers.Kind(task.SourceTokenizer).Tokenizer!;
        var target = Tokenizers.Kind(task.TargetTokenizer).Tokenizer!;
        string[] Tokens((string Source, string Target) pair) =>
        [
            .. source.Tokenize(pair.Source).Select(token => "source " + token),
            .. target.Tokenize(pair.Target).Select(token => "target " + token),
        ];

        var left = pairs.Counting(progress, "counting tokens", count)
            .SelectMany(Tokens).CountBy(token => token).ToDictionary();
        bool Spare((string Source, string Target) pair) =>
            Tokens(pair).CountBy(token => token).All(token => left[token.Key] - token.Value >= TimesSeen);
        var part = count / 20;
        var test = new List<(string, string)>();
        var valid = new List<(string, string)>();
        var train = new List<(string, string)>();
        foreach (var (index, pair) in pairs.Index().Counting(progress, "splitting pairs", count))
        {
            var held = index < task.Held.Count;
            if (held || ((test.Count < part || valid.Count < part) && Spare(pair)))
            {
                foreach (var token in Tokens(pair))
                    left[token]--;
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
                $"--pairs {count} is too few for task {task.Name}: training would not see each word; ask for more");
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
        var since = 0; // the last new pair
        foreach (var (source, target) in task.Held.Concat(task.Generate(random)))
        {
            if (++since > Patience)
                break;
            if (sources.Contains(source) || (targets.Contains(target) && !task.HasLabels))
                continue;
            since = 0;
            sources.Add(source);
            targets.Add(target);
            pairs.Add((source, target));
            counter.At(pairs.Count);
            if (pairs.Count == count)
                return pairs;
        }

        throw new InputException(string.Create(CultureInfo.InvariantCulture,
            $"--pairs {count} is more than task {task.Name} has (about {pairs.Count}); ask for fewer"));
    }
}
