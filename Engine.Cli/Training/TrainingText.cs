using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The text of a training run: what to learn from, what to validate on, and what to test with.</summary>
/// <param name="Name">The name of the run: its two languages, or its corpus.</param>
/// <param name="Train">The pairs to learn from.</param>
/// <param name="Valid">The pairs to validate on.</param>
/// <param name="Test">The test split beside the training files, if there is one.</param>
/// <param name="Files">The files that were read, each with what it is read as.</param>
/// <param name="Account">Lines that tell the user which pairs were read from which files.</param>
internal sealed record TrainingText(
    string Name, IParallelText Train, ParallelCorpus Valid, ParallelCorpus? Test,
    IReadOnlyList<(string Use, string Path)> Files, IReadOnlyList<string> Account)
{
    private const int MostHeldOut = 500;
    private const int HeldOutOf = 20;

    private const int MostWaits = 300;

    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(100);
    private static readonly string Toy = Path.Combine("data", "zh-en");

    /// <summary>Reads the files that the options name, or the toy corpus of the task.</summary>
    /// <exception cref="InputException">A file is not what it must be, or the option for the other side is missing.
    /// </exception>
    public static TrainingText Read(
        TrainOptions options, TrainingConfiguration configuration, ProgressLine progress)
    {
        var seed = configuration.Seed;
        RequireBoth(options, "source", options.Source, "target", options.Target);
        RequireBoth(options, "valid-source", options.ValidSource, "valid-target", options.ValidTarget);
        if (options.Source is null && options.ValidSource is not null)
            throw new InputException(options.Blame(
                "--valid-source goes with --source and --target; name the training text too"));

        if (options.Source is null && configuration.Task == "classify") return Opinions();
        var folder = options.Source is null ? FindToy() : null;
        if (options.Source is null && folder is null)
        {
            if (options.DryRun) return ToyToWrite(progress);
            folder = WriteToy(progress);
        }
        var source = options.Source ?? Path.Combine(folder!, "train.zh");
        var target = options.Target ?? Path.Combine(folder!, "train.en");
        var files = new List<(string, string)>();
        var account = new List<string>();
        TText Load<TText>(
            string use, string sourcePath, string targetPath,
            Func<string, string, IProgress<WorkProgress>, Action<string>, TText> read)
            where TText : IParallelText
        {
            var corpus = read(sourcePath, targetPath, progress, progress.Say);
            files.AddRange(use switch
            {
                "train" => [(EarlierText.Source, sourcePath), (EarlierText.Target, targetPath)],
                "valid" => [(EarlierText.ValidSource, sourcePath), (EarlierText.ValidTarget, targetPath)],
                _ => [($"{use}-source", sourcePath), ($"{use}-target", targetPath)],
            });
            var skipped = corpus.SkippedPairs == 0
                ? ""
                : $" ({Printable.Count(corpus.SkippedPairs)} with a blank side left out)";
            account.Add($"{use,-6}{Printable.Count(corpus.Count)} pairs{skipped}: {sourcePath}, {targetPath}");
            return corpus;
        }

        InputFile.RequireOnce(new[] { source, target, options.ValidSource, options.ValidTarget }.OfType<string>());
        IParallelText train = configuration.Window > 0
            ? Load("train", source, target, StreamedCorpus.Read)
            : Load("train", source, target, ParallelCorpus.Read);
        ParallelCorpus valid;
        if (Path.GetFullPath(source) == Path.GetFullPath(target))
            account.Add("train source and target are the same file, so that the model learns to copy");
        var validFiles = options.ValidSource is { } given
            ? (given, options.ValidTarget!) : TextBeside.Find(source, target, ["valid", "val", "dev"]);
        if (validFiles is var (vs, vt))
        {
            valid = Load("valid", vs, vt, ParallelCorpus.Read);
        }
        else if (train is not ParallelCorpus all)
        {
            throw new InputException(options.Blame(
                "--window reads the text in parts, so that no pairs can be set aside for validation; name "
                + "--valid-source and --valid-target, or put valid.* beside train.*"));
        }
        else if (train.Count == 1)
        {
            valid = all;
            account.Add("valid the only pair, which is also the training text: its loss says nothing about other text");
        }
        else
        {
            (train, valid) = all.HoldOut(Math.Clamp(train.Count / HeldOutOf, 1, MostHeldOut), seed);
            account.Add($"valid {Printable.Count(valid.Count)} of these, drawn by the seed and held out of training");
        }
        var testFiles = TextBeside.Find(source, target, ["test"]) ?? TextBeside.FindOnly(source, target, "test_");
        var test = testFiles is var (ts, tt) ? Load("test", ts, tt, ParallelCorpus.Read) : null;
        return new TrainingText(NameOf(source, target, folder), train, valid, test, files, account);
    }

    /// <summary>A line with the pairs that the limits dropped; none without limits.</summary>
    public static IEnumerable<string> AccountOf(TrainingPairs pairs, TrainingConfiguration c)
    {
        (PairLimit Limit, string Option, double Value)[] limits =
        [
            (PairLimit.Source, "--max-source-length", c.MaxSourceLength),
            (PairLimit.Target, "--max-target-length", c.MaxTargetLength), (PairLimit.Ratio, "--max-ratio", c.MaxRatio),
        ];
        var set = limits.Where(limit => limit.Value > 0).Select(limit => FormattableString.Invariant(
            $"{limit.Option} {limit.Value} drops {Printable.Count(pairs.Dropped(limit.Limit))}")).ToArray();
        return set.Length == 0 ? [] : [$"train {string.Join(", ", set)}: {Printable.Count(pairs.Count)} pairs left"];
    }

    /// <summary>Lines with the words that the model does not know; none where it knows all.</summary>
    public IEnumerable<string> UnknownIn(TrainingPairs pairs, TextModel model)
    {
        var source = new UnknownWords(model.Source);
        foreach (var line in Valid.Source) source.Add(line);
        var target = model is TranslationModel translator ? new UnknownWords(translator.Target) : null;
        if (target is not null)
        {
            foreach (var line in Valid.Target) target.Add(line);
        }
        return new[]
        {
            Line("training source", pairs.UnknownSource), Line("training target", pairs.UnknownTarget),
            Line("validation source", source), Line("validation target", target),
        }.OfType<string>();

        static string? Line(string text, UnknownWords? words) => words is null ? null : UnknownReport.Line(text, words);
    }

    /// <summary>The toy corpus with labels, which is generated in a moment.</summary>
    private static TrainingText Opinions()
    {
        var toy = ToyCorpus.Generate(ToyTasks.Create("sentiment"), ToyCorpus.DefaultPairs, ToyCorpus.DefaultSeed);
        return new TrainingText(
            "sentiment", ParallelCorpus.Of(toy.Train), ParallelCorpus.Of(toy.Valid), ParallelCorpus.Of(toy.Test), [],
            ["text  toy opinions, as 'engine corpus --task sentiment' writes them"]);
    }

    /// <summary>The toy translation corpus, which a run would write first; nothing is written.</summary>
    private static TrainingText ToyToWrite(ProgressLine progress)
    {
        var toy = GenerateToy(progress);
        return new TrainingText(
            Path.GetFileName(Toy), ParallelCorpus.Of(toy.Train), ParallelCorpus.Of(toy.Valid),
            ParallelCorpus.Of(toy.Test), [], [$"text  the toy corpus, which a run writes to {Toy} first"]);
    }

    private static ToyCorpus GenerateToy(ProgressLine progress) => ToyCorpus.Generate(
        ToyTasks.Create(ToyTasks.DefaultName), ToyCorpus.DefaultPairs, ToyCorpus.DefaultSeed, progress);

    private static string WriteToy(ProgressLine progress)
    {
        progress.Say($"{Toy} is neither here nor in a folder above; training writes the toy corpus there first");
        var toy = GenerateToy(progress);
        for (var waits = 0; FindToy() is null; waits++)
        {
            using var claim = ClaimToy(isLast: waits == MostWaits);
            if (claim is null) Thread.Sleep(Wait);
            else if (FindToy() is null) toy.Save(Toy);
        }
        return Toy;
    }

    /// <summary>Claims the folder of the toy corpus; null while another run that has just begun here writes it.
    /// </summary>
    private static RunClaim? ClaimToy(bool isLast)
    {
        try
        {
            return RunClaim.Take(Toy);
        }
        catch (InputException) when (!isLast && RunClaim.HasTrace(Toy))
        {
            return null;
        }
    }

    private static void RequireBoth(
        TrainOptions options, string first, string? one, string second, string? other)
    {
        if (one is null != other is null)
        {
            var (given, missing) = one is null ? (second, first) : (first, second);
            throw new InputException(options.Blame(
                $"--{given} is given without --{missing}; name the files of both languages"));
        }
    }

    private static string NameOf(string source, string target, string? toyFolder)
    {
        source = TextBeside.WithoutGz(source);
        var languages = new[] { source, TextBeside.WithoutGz(target) }
            .Select(path => Path.GetExtension(path).TrimStart('.')).ToArray();
        return toyFolder is not null ? Path.GetFileName(toyFolder)
            : languages[0] == languages[1] || languages.Contains("") ? Path.GetFileNameWithoutExtension(source)
            : string.Join('-', languages);
    }

    /// <summary>The folder of the toy corpus: in the current folder or above it, or above the program's; null if there
    /// is none.</summary>
    private static string? FindToy()
    {
        foreach (var start in (string[])[Environment.CurrentDirectory, AppContext.BaseDirectory])
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                var found = Path.Combine(folder.FullName, Toy);
                if (File.Exists(Path.Combine(found, "train.zh"))) return Printable.Path(found);
            }
        }
        return null;
    }
}
