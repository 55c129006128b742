using Engine.Models;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>A model that translates: a network, with tokenizer and vocabulary of both sides.</summary>
/// <example>
/// <code><![CDATA[
/// using Engine.Text;
/// using Engine.Training;
///
/// var corpus = ParallelCorpus.Of([("ein Hund", "a dog"), ("eine Katze", "a cat")]);
/// var configuration = new TrainingConfiguration { DModel = 16, DFf = 16, Heads = 2, Layers = 1 };
/// var folder = Directory.CreateTempSubdirectory().FullName;
/// TranslationModel.Create(configuration, corpus).Save(folder);         // random weights; a Trainer trains them
/// var model = TranslationModel.Load(folder);                           // or a folder of "engine train"
/// Console.WriteLine(model.Translate(["ein Hund", "eine Katze"]).Count);    // prints: 2
/// Directory.Delete(folder, recursive: true);
/// ]]></code>
/// </example>
public sealed partial class TranslationModel : TextModel
{
    /// <summary>A model with random weights.</summary>
    /// <param name="configuration">Its architecture and sizes.</param>
    /// <param name="source">Encodes source lines.</param>
    /// <param name="target">Encodes target lines.</param>
    /// <exception cref="InputException">A value of the configuration is out of its range.</exception>
    public TranslationModel(TrainingConfiguration configuration, TextEncoder source, TextEncoder target)
        : base(configuration, source)
    {
        Target = target;
        ModelTensors.RequirePossible(configuration, SourceTokens, TargetTokens);
        Network = Architectures.Translator(configuration, source.Vocabulary.Count, target.Vocabulary.Count);
    }

    /// <summary>Encodes target lines.</summary>
    public TextEncoder Target { get; }

    /// <summary>The network that translates.</summary>
    public override TranslationNetwork<float> Network { get; }

    /// <inheritdoc/>
    public override int TargetTokens => Target.Vocabulary.Count;

    /// <summary>A model with random weights, whose vocabularies come from a corpus.</summary>
    /// <param name="configuration">The model's architecture and sizes.</param>
    /// <param name="corpus">The text to learn the vocabularies from.</param>
    /// <param name="progress">Is told how much is done.</param>
    public static TranslationModel Create(
        TrainingConfiguration configuration, IParallelText corpus, IProgress<WorkProgress>? progress = null)
    {
        configuration = configuration with { Task = "translate" };
        configuration.Validate();
        var pairs = corpus.Pairs.Counting(progress, "choosing a tokenizer", corpus.Count);
        var (sources, targets) = (pairs.Select(pair => pair.Source), pairs.Select(pair => pair.Target));
        configuration = configuration with
        {
            SourceTokenizer = Choose(configuration.SourceTokenizer, sources),
            TargetTokenizer = Choose(configuration.TargetTokenizer, targets),
        };
        var (source, target) = TextEncoders.Learn(configuration, corpus, progress);
        return new TranslationModel(configuration, source, target);
    }

    /// <summary>Reads a model folder.</summary>
    /// <param name="folder">A folder that <see cref="TextModel.Save"/> wrote.</param>
    /// <param name="training">
    /// How the model shall be trained from now on: a configuration of the same model; null to leave it as it is.
    /// </param>
    /// <param name="needsWeights">Whether the weights must be there. A run may be resumed before it has saved a model:
    /// its state has the weights.</param>
    /// <exception cref="InputException">
    /// The folder holds no model that translates, or a file in it is damaged or does not fit the others.
    /// </exception>
    public static TranslationModel Load(
        string folder, TrainingConfiguration? training = null, bool needsWeights = true)
    {
        var configuration = ModelFolder.ReadConfiguration(folder, "translate", training, needsWeights);
        var (source, target) = TextEncoders.Load(configuration, folder);
        ModelFolder.RequireWeightsOf(folder, configuration, source.Vocabulary.Count, target.Vocabulary.Count);
        var model = new TranslationModel(configuration, source, target);
        ModelFolder.ReadWeights(folder, model, needsWeights);
        return model;
    }

    internal override IEnumerable<(string Name, IReadOnlyList<string> Text)> FingerprintTexts =>
    [
        ("Source", Fingerprint.TokensOf(Source.Vocabulary)), ("Target", Fingerprint.TokensOf(Target.Vocabulary)),
        ("SourceTraits", Fingerprint.TraitsOf(Source)), ("TargetTraits", Fingerprint.TraitsOf(Target)),
    ];

    internal override void SaveText(string folder) =>
        TextEncoders.Save(Configuration, folder, Source, Target);

    /// <inheritdoc/>
    public override SentencePair Encode(string source, string target, RandomStream? bpeDropout = null) =>
        new(Encode(Source, source, bpeDropout?.Fork(0)), Encode(Target, target, bpeDropout?.Fork(1)));

    /// <inheritdoc/>
    public override void RequireLearnable(
        SentencePair pair, IParallelText text, int index, string source, string target)
    {
        RequireLearnable(pair.Source, source, text, index, isTarget: false);
        RequireLearnable(pair.Target, target, text, index, isTarget: true);
    }

    /// <inheritdoc/>
    public override Tensor<float> Loss(Tape<float> tape, Batch batch, double divisor)
    {
        var (alpha, smoothing) = (Configuration.RDrop, Configuration.LabelSmoothing);
        return alpha == 0
            ? Network.Loss(Forward(tape, batch), batch.TargetOutput, smoothing, divisor)
            : Network.RDropLoss(Forward(tape, batch.Twice()), batch.TargetOutput, alpha, smoothing, 2 * divisor);
    }

    /// <inheritdoc/>
    public override ValidationLoss EvaluateLoss(Tape<float> tape, Batch batch)
    {
        var rows = Forward(tape, batch); // [target rows, dModel]
        return ValidationLoss.Of(
            Configuration.LabelSmoothing, smoothing => Network.Loss(rows, batch.TargetOutput, smoothing));
    }

    /// <summary>The forward pass: encoder and decoder.</summary>
    /// <returns>The decoder's output in each target row, [target rows, dModel].</returns>
    internal Tensor<float> Forward(Tape<float> tape, Batch batch)
    {
        var memory = Network.Encode(tape, batch.Source, batch.SourceLayout); // [source rows, dModel]
        return Network.Decode(
            tape, batch.TargetInput, batch.TargetLayout, memory, batch.SourceLayout); // [target rows, dModel]
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Answer(
        IReadOnlyList<string> lines, ThreadTeam team, IProgress<WorkProgress>? progress = null) =>
        [.. Translate(lines, new TranslationOptions(), team, progress: progress).Select(found => found[0].Text)];

    /// <inheritdoc/>
    public override string BleuTokenizer(IReadOnlyList<string> references) =>
        BleuTokenization.Of(references, Target.RoundTrip);

    /// <inheritdoc/>
    /// <remarks>
    /// Spaces may differ as the tokenizer changes them: of a reference "a dog ." the model can write "a dog." alone.
    /// </remarks>
    public override bool IsRight(string answer, string reference) =>
        answer == reference || answer == LineText.Of(Target.RoundTrip(reference));

    private static string Choose(string tokenizer, IEnumerable<string> lines) =>
        tokenizer == "auto" ? Tokenizers.Guess(lines) : tokenizer;
}
