using System.Security.Cryptography;
using System.Text.Json;
using Engine.Models;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// Gives lines of text a label each: the network with its tokenizer, its vocabulary and its labels. On disk it is a
/// folder: <c>model.safetensors</c>, <c>config.json</c>, <c>source_vocab.json</c> (with bpe
/// also <c>source_merges.txt</c>) and <c>labels.json</c>.
/// </summary>
public sealed class ClassificationModel : TextModel
{
    private const string ConfigurationName = "config.json", WeightsName = "model.safetensors",
        LabelsName = "labels.json", FingerprintKey = "fingerprint";

    // The label's number is its token's without the special ones.
    private const int FirstLabel = Vocabulary.End + 1;

    // Lines that are read side by side; enough rows to keep the products busy.
    private const int LinesAtOnce = 64;

    // Attention takes memory with the square of a line's length: 4,096 tokens take 64 MB a head.
    private const int LongestLine = 4096;

    private ClassificationModel(TrainingConfiguration configuration, TextEncoder source, Vocabulary labels)
        : base(configuration, source)
    {
        Labels = labels;
        Network = Architectures.Classifier(configuration, source.Vocabulary.Count, TargetTokens);
    }

    /// <summary>The labels, after the special tokens.</summary>
    public Vocabulary Labels { get; }

    /// <summary>The network that labels.</summary>
    public override Classifier<float> Network { get; }

    /// <inheritdoc/>
    public override int TargetTokens => Labels.Count - FirstLabel;

    /// <summary>A model with random weights, whose vocabulary and labels are those of a corpus.</summary>
    /// <param name="configuration">What to make.</param>
    /// <param name="corpus">The text to learn the vocabulary and the labels from.</param>
    /// <param name="progress">Is told how far that is.</param>
    /// <exception cref="InputException">The corpus has one label, or hardly two lines for a label.</exception>
    public static ClassificationModel Create(
        TrainingConfiguration configuration, IParallelText corpus, IProgress<WorkProgress>? progress = null)
    {
        configuration.Validate();
        var pairs = corpus.Pairs.Counting(progress, "counting words", corpus.Count);
        var lines = pairs.Select(pair => pair.Source);
        var tokenizer = configuration.SourceTokenizer == "auto"
            ? Tokenizers.Guess(lines) : configuration.SourceTokenizer;
        var labels = Vocabulary.Build(pairs.Select(pair => (string[])[pair.Target.Trim()]));
        var count = labels.Count - FirstLabel;
        if (count < 2)
            throw new InputException(
                $"all lines have the label {FileProblem.Quote(corpus.Pairs.First().Target.Trim())}, so that there is " +
                "nothing to learn; give text with two labels or more.");
        if (count > 2 && count > corpus.Count / 2)
            throw new InputException($"{count} different labels for {corpus.Count} lines are too many to learn; " +
                "if the target lines are translations, leave --task classify out.");
        return new ClassificationModel(
            configuration with { SourceTokenizer = tokenizer },
            TextEncoders.Learn(configuration, tokenizer, lines, progress), labels);
    }

    /// <summary>Reads a model folder.</summary>
    /// <param name="folder">Where <see cref="Save"/> wrote it.</param>
    /// <param name="training">How it shall be trained from now on, if not as it was: a configuration of the same
    /// model.</param>
    /// <exception cref="InputException">It is not one, or a file in it is damaged or does not fit the
    /// others.</exception>
    public static ClassificationModel Load(string folder, TrainingConfiguration? training = null)
    {
        var file = Path.Combine(folder, ConfigurationName);
        if (!File.Exists(file))
            throw new InputException($"{folder}: not a model folder, {ConfigurationName} is missing; name a folder " +
                "that 'engine train --task classify' wrote.");
        var configuration = ConfigurationFile.Load(file, new TrainingConfiguration());
        if (configuration.Task != "classify")
            throw new InputException($"{folder}: this model was trained to {configuration.Task}, not to classify; " +
                $"use 'engine {configuration.Task}'.");
        if (training is not null) configuration = training.CutLike(configuration);
        configuration.Validate();
        var model = new ClassificationModel(
            configuration,
            TextEncoders.LoadSource(configuration, folder),
            Vocabulary.Load(Path.Combine(folder, LabelsName)));
        var weights = Path.Combine(folder, WeightsName);
        SafeTensors.Load(weights, model.Network);
        using var saved = SafeTensorsFile.Open(weights);
        if (saved.Metadata.TryGetValue(FingerprintKey, out var fingerprint) && fingerprint != model.Fingerprint())
            throw new InputException($"{weights}: was not saved with the " +
                $"{string.Join(", ", TextEncoders.FilesOf(configuration))} and {LabelsName} beside it, " +
                "perhaps because a save was interrupted; restore the files that belong together, or train again.");
        return model;
    }

    /// <inheritdoc/>
    public override void Save(string folder)
    {
        RunFolder.Make(folder);
        TextEncoders.SaveSource(folder, Source);
        Labels.Save(Path.Combine(folder, LabelsName));
        ConfigurationFile.Save(Path.Combine(folder, ConfigurationName), Configuration);
        SafeTensors.Save(
            Path.Combine(folder, WeightsName), Network,
            new Dictionary<string, string> { [FingerprintKey] = Fingerprint() });
    }

    /// <inheritdoc/>
    public override void Reload(string folder) => SafeTensors.Load(Path.Combine(folder, WeightsName), Network);

    /// <inheritdoc/>
    public override SentencePair Encode(string source, string target, RandomStream? bpeDropout = null) =>
        new(Encode(source, bpeDropout), [IdOf(target)]);

    /// <inheritdoc/>
    public override void RequireLearnable(SentencePair pair, string source, string target) =>
        Require(pair.Source, source, "the line");

    /// <inheritdoc/>
    public override Tensor<float> Loss(Tape<float> tape, Batch batch, double divisor)
    {
        var (alpha, smoothing) = (Configuration.RDrop, Configuration.LabelSmoothing);
        if (alpha == 0)
        {
            var loss = CrossEntropies(Forward(tape, batch), LabelsOf(batch), smoothing);
            return Op.Scale(loss, 1 / Lines(batch, divisor));
        }
        var twice = batch.Twice();
        var logits = Forward(tape, twice); // [2 lines, labels]
        var first = Op.Slice(logits, 0, 0, batch.Size); // [lines, labels]
        var second = Op.Slice(logits, 0, batch.Size, batch.Size); // [lines, labels]
        var divergence = Op.SymmetricKl(first, second, Reduction.Sum);
        return Op.Scale(
            CrossEntropies(logits, LabelsOf(twice), smoothing) + Op.Scale(divergence, alpha),
            1 / Lines(twice, 2 * divisor));
    }

    /// <inheritdoc/>
    public override ValidationLoss EvaluateLoss(Tape<float> tape, Batch batch)
    {
        var (logits, labels) = (Forward(tape, batch), LabelsOf(batch));
        return ValidationLoss.Of(
            Configuration.LabelSmoothing,
            smoothing => Op.Scale(CrossEntropies(logits, labels, smoothing), 1 / Lines(batch, 1)));
    }

    /// <summary>The forward pass.</summary>
    /// <returns>The logits of each line's labels, [lines, labels].</returns>
    internal Tensor<float> Forward(Tape<float> tape, Batch batch) =>
        Network.Logits(tape, batch.Source, batch.SourceLayout);

    /// <summary>[lines]: the number of each line's label, from 0.</summary>
    internal static int[] LabelsOf(Batch batch)
    {
        var labels = new int[batch.Size];
        for (var i = 0; i < labels.Length; i++)
            labels[i] = batch.TargetOutput[batch.TargetLayout.Start(i)] - FirstLabel;
        return labels;
    }

    private static Tensor<float> CrossEntropies(Tensor<float> logits, int[] labels, double labelSmoothing) =>
        Op.CrossEntropy(logits, labels, labelSmoothing: labelSmoothing, reduction: Reduction.Sum);

    // A batch has two target tokens a line, the label and the end, but the loss is the mean loss of a line: the divisor
    // in target tokens becomes one in lines.
    private static double Lines(Batch batch, double divisor) => divisor * batch.Size / batch.TargetTokens;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Answer(
        IReadOnlyList<string> lines, ThreadTeam team, IProgress<WorkProgress>? progress = null) =>
        Classify(lines, team, progress: progress);

    /// <inheritdoc/>
    public override string? BleuTokenizer(IReadOnlyList<string> references) => null;

    /// <inheritdoc/>
    public override bool IsRight(string answer, string reference) => answer == reference.Trim();

    /// <summary>Labels lines; an empty line gives an empty one.</summary>
    /// <param name="lines">Lines of text.</param>
    /// <param name="team">Threads that share the work; the labels do not depend on them.</param>
    /// <param name="name">What messages call the text that the lines come from.</param>
    /// <param name="first">The number of the first line in that text, for messages.</param>
    /// <param name="progress">Is told how much is labelled.</param>
    /// <returns>The likeliest label of each line, in order.</returns>
    /// <exception cref="InputException">A line has too many tokens.</exception>
    public IReadOnlyList<string> Classify(
        IReadOnlyList<string> lines, ThreadTeam? team = null, string name = "line", int first = 1,
        IProgress<WorkProgress>? progress = null)
    {
        var labels = new string[lines.Count];
        Array.Fill(labels, "");
        var encoded = lines.Select((line, i) => Encode(line, $"{name}:{first + i}: the line")).ToArray();
        var batches = Enumerable.Range(0, lines.Count).Where(i => encoded[i].Length > 0)
            .OrderBy(i => encoded[i].Length).Chunk(LinesAtOnce).ToArray();
        using var counter = new ProgressCounter(progress, "labelling", encoded.Sum(line => (long)line.Length));
        if (team is not null) team.Run(batches.Length, Label);
        else
        {
            for (var i = 0; i < batches.Length; i++) Label(i);
        }
        return labels;

        void Label(int batch)
        {
            int[][] tokens = [.. batches[batch].Select(i => (int[])[.. encoded[i], Vocabulary.End])];
            using var tape = new Tape<float>(Mode.Inference);
            var logits = Network.Logits(
                tape, [.. tokens.SelectMany(line => line)],
                SequenceLayout.Packed([.. tokens.Select(line => line.Length)])); // [lines, labels]
            for (var i = 0; i < tokens.Length; i++)
            {
                var row = logits.Data.Slice(i * TargetTokens, TargetTokens);
                var best = 0;
                for (var label = 1; label < row.Length; label++)
                {
                    if (row[label] > row[best]) best = label;
                }
                labels[batches[batch][i]] = Labels.TokenOf(FirstLabel + best);
            }
            counter.Add(batches[batch].Sum(i => encoded[i].Length));
        }
    }

    private int Longest => Math.Min(LongestLine, Architectures.KnownPositions(Configuration) - 1); // the end follows

    // Merges that BPE-dropout leaves out make a line longer. A line that gets too long is encoded without BPE-dropout.
    private int[] Encode(string line, RandomStream? bpeDropout) =>
        bpeDropout is not null && Source.Encode(line, Configuration.BpeDropout, bpeDropout) is var ids && Fits(ids)
            ? ids
            : Source.Encode(line);

    private bool Fits(int[] tokens) => tokens.Length <= Longest;

    private int[] Encode(string line, string which)
    {
        var tokens = Source.Encode(line);
        Require(tokens, line, which);
        return tokens;
    }

    private void Require(int[] tokens, string line, string which)
    {
        if (Fits(tokens)) return;
        throw new InputException(FormattableString.Invariant(
            $"{which} that begins {FileProblem.Quote(line)} has {tokens.Length:N0} tokens; ") +
            FormattableString.Invariant($"a line may have at most {Longest:N0}. Split it."));
    }

    private int IdOf(string label)
    {
        var id = Labels.IdOf(label.Trim());
        return id >= FirstLabel
            ? id
            : throw new InputException($"the label {FileProblem.Quote(label.Trim())} does not occur in the training " +
                $"text, whose labels are {string.Join(", ", Names.Take(10))}{(TargetTokens > 10 ? ", ..." : "")}.");
    }

    private IEnumerable<string> Names => Enumerable.Range(FirstLabel, TargetTokens).Select(Labels.TokenOf);

    // A save that ends half-way leaves a new vocabulary beside old weights, whose shapes may well be the same.
    private string Fingerprint()
    {
        var c = Configuration;
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new
        {
            c.Architecture, c.SourceTokenizer, c.DModel, c.DFf, c.Heads, c.Layers, c.NormFirst, c.NormGroups,
            Positions = $"{c.Positions}", Activation = $"{c.Activation}", Normalization = $"{c.Normalization}",
            Pooling = $"{c.Pooling}",
            Source = Enumerable.Range(0, SourceTokens).Select(Source.Vocabulary.TokenOf), Labels = Names,
            SourceTraits = TextEncoders.Traits(Source),
        }, TextEncoders.Fingerprints)));
    }
}
