using System.Numerics.Tensors;
using Engine.Kernels;
using Engine.Models;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// A model that gives each line of text a label: a network, with tokenizer and vocabulary of the lines, and the labels.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine.Text;
/// using Engine.Training;
///
/// var corpus = ParallelCorpus.Of([("a good film", "+"), ("a bad film", "-")]);
/// var configuration = new TrainingConfiguration { DModel = 16, DFf = 16, Heads = 2, Layers = 1 };
/// var model = ClassificationModel.Create(configuration, corpus);       // random weights; a Trainer trains them
/// var likely = model.Probabilities(["a good day"])[0];                 // the likeliest label first
/// Console.WriteLine(Math.Round(likely.Sum(label => label.Value), 4));  // prints: 1
/// ]]></code>
/// </example>
public sealed class ClassificationModel : TextModel
{
    // The id of the first label; the special tokens come before it.
    private const int FirstLabel = Vocabulary.End + 1;

    // Lines that are labelled together: enough rows for a fast matrix product.
    private const int LinesAtOnce = 64;

    private ClassificationModel(TrainingConfiguration configuration, TextEncoder source, Vocabulary labels)
        : base(configuration, source)
    {
        Labels = labels;
        ModelTensors.RequirePossible(configuration, SourceTokens, TargetTokens);
        Network = Architectures.Classifier(configuration, source.Vocabulary.Count, TargetTokens);
    }

    /// <summary>The labels, after the special tokens.</summary>
    public Vocabulary Labels { get; }

    /// <summary>The network that labels.</summary>
    public override Classifier<float> Network { get; }

    /// <inheritdoc/>
    public override int TargetTokens => Labels.Count - FirstLabel;

    /// <summary>A model with random weights, whose vocabulary and labels come from a corpus.</summary>
    /// <param name="configuration">The model's architecture and sizes.</param>
    /// <param name="corpus">The text to learn the vocabulary and the labels from.</param>
    /// <param name="progress">Is told how much is done.</param>
    /// <exception cref="InputException">
    /// The corpus has a single label, or more labels than half its lines.
    /// </exception>
    public static ClassificationModel Create(
        TrainingConfiguration configuration, IParallelText corpus, IProgress<WorkProgress>? progress = null)
    {
        configuration = configuration with { Task = "classify" };
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
                "if the target lines are translations, leave "
                + $"{OptionTable.InMessages(nameof(configuration.Task))} classify out.");
        return new ClassificationModel(
            configuration with { SourceTokenizer = tokenizer },
            TextEncoders.Learn(configuration, tokenizer, lines, progress), labels);
    }

    /// <summary>Reads a model folder.</summary>
    /// <param name="folder">A folder that <see cref="TextModel.Save"/> wrote.</param>
    /// <param name="training">
    /// How the model shall be trained from now on: a configuration of the same model; null to leave it as it is.
    /// </param>
    /// <param name="needsWeights">Whether the weights must be there. A run may be resumed before it has saved a model:
    /// its state has the weights.</param>
    /// <exception cref="InputException">
    /// The folder holds no model that labels, or a file in it is damaged or does not fit the others.
    /// </exception>
    public static ClassificationModel Load(
        string folder, TrainingConfiguration? training = null, bool needsWeights = true)
    {
        var configuration = ModelFolder.ReadConfiguration(folder, "classify", training, needsWeights);
        var source = TextEncoders.LoadSource(configuration, folder);
        var labels = Vocabulary.Load(ModelFolder.PathOf(folder, ModelFolder.Labels));
        ModelFolder.RequireWeightsOf(folder, configuration, source.Vocabulary.Count, labels.Count - FirstLabel);
        var model = new ClassificationModel(configuration, source, labels);
        ModelFolder.ReadWeights(folder, model, needsWeights);
        return model;
    }

    internal override IEnumerable<(string Name, IReadOnlyList<string> Text)> FingerprintTexts =>
    [
        ("Source", Fingerprint.TokensOf(Source.Vocabulary)), ("Labels", Names),
        ("SourceTraits", Fingerprint.TraitsOf(Source)),
    ];

    internal override void SaveText(string folder)
    {
        TextEncoders.SaveSource(folder, Source);
        Labels.Save(Path.Combine(folder, ModelFolder.Labels));
    }

    /// <inheritdoc/>
    public override SentencePair Encode(string source, string target, RandomStream? bpeDropout = null) =>
        new(Encode(Source, source, bpeDropout), [IdOf(target)]);

    /// <inheritdoc/>
    public override void RequireLearnable(
        SentencePair pair, IParallelText text, int index, string source, string target) =>
        RequireLearnable(pair.Source, source, text, index, isTarget: false);

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
    public override bool IsRight(string answer, string reference) => answer == LabelOf(reference);

    /// <summary>The label that a target line holds, in the form in which the model gives labels.</summary>
    /// <param name="line">A line of a target text.</param>
    public static string LabelOf(string line) => LineText.Of(line.Trim());

    /// <summary>Labels lines; an empty line has an empty label.</summary>
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
        Score(new(lines, name, first), team, progress, (line, logits) => labels[line] = LikeliestLabel(logits));
        return labels;
    }

    /// <summary>The probabilities of the labels of lines; an empty line has none.</summary>
    /// <param name="lines">Lines of text.</param>
    /// <param name="team">Threads that share the work; the probabilities do not depend on them.</param>
    /// <param name="name">What messages call the text that the lines come from.</param>
    /// <param name="first">The number of the first line in that text, for messages.</param>
    /// <param name="progress">Is told how much is labelled.</param>
    /// <returns>For each line each label with its probability, the likeliest first.</returns>
    /// <exception cref="InputException">A line has too many tokens.</exception>
    public IReadOnlyList<IReadOnlyList<KeyValuePair<string, double>>> Probabilities(
        IReadOnlyList<string> lines, ThreadTeam? team = null, string name = "line", int first = 1,
        IProgress<WorkProgress>? progress = null)
    {
        var found = new KeyValuePair<string, double>[lines.Count][];
        Array.Fill(found, []);
        Score(new(lines, name, first), team, progress, (line, logits) =>
        {
            var probabilities = new float[logits.Length];
            SoftmaxKernel.Forward(logits, probabilities, logits.Length);
            var order = logits.ToArray(); // as labels without probabilities: two probabilities may round to one number
            found[line] =
            [
                .. Enumerable.Range(0, probabilities.Length).OrderByDescending(label => order[label])
                    .Select(label => KeyValuePair.Create(LabelOf(label), (double)probabilities[label])),
            ];
        });
        return found;
    }

    /// <summary>Computes the logits of lines, and gives each line's to an action.</summary>
    private void Score(
        SourceLines text, ThreadTeam? team, IProgress<WorkProgress>? progress,
        Action<int, ReadOnlySpan<float>> score) =>
        InBatches(text, _ => LinesAtOnce, team, progress, "labelling", (batch, sources) =>
        {
            using var tape = new Tape<float>(Mode.Inference);
            var layout = SequenceLayout.Packed(Array.ConvertAll(sources, source => source.Length));
            var logits = Network.Logits(tape, [.. sources.SelectMany(source => source)], layout); // [lines, labels]
            if (!TensorPrimitives.IsFiniteAll<float>(logits.Data))
                throw new NotFiniteNumberException(
                    "logits of the labels are NaN or infinite; the weights are so large that sums overflow. Train "
                    + "again with a lower learning rate.");
            for (var i = 0; i < sources.Length; i++)
                score(batch[i], logits.Data.Slice(i * TargetTokens, TargetTokens));
        });

    private string LikeliestLabel(ReadOnlySpan<float> logits)
    {
        var likeliest = 0;
        for (var label = 1; label < logits.Length; label++)
        {
            if (logits[label] > logits[likeliest]) likeliest = label;
        }
        return LabelOf(likeliest);
    }

    /// <summary>The number of a label, from 0: its column of the logits.</summary>
    /// <exception cref="InputException">The model does not know the label.</exception>
    internal int LabelIndexOf(string label) => IdOf(label) - FirstLabel;

    /// <summary>The label of a column of the logits.</summary>
    internal string LabelOf(int index) => LineText.Of(Labels.TokenOf(FirstLabel + index));

    private int IdOf(string label)
    {
        var id = Labels.IdOf(label.Trim());
        return id >= FirstLabel
            ? id
            : throw new InputException($"the label {FileProblem.Quote(label.Trim())} does not occur in the training " +
                $"text, whose labels are {string.Join(", ", Names.Take(10))}{(TargetTokens > 10 ? ", ..." : "")}.");
    }

    /// <summary>The labels.</summary>
    public IReadOnlyList<string> Names => Fingerprint.TokensOf(Labels, FirstLabel);
}
