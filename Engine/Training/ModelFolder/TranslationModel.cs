using System.Security.Cryptography;
using System.Text.Json;
using Engine.Models;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// A translator: the network with the tokenizers and vocabularies of both sides. On disk it is a folder:
/// <c>model.safetensors</c>, <c>config.json</c>, <c>source_vocab.json</c> and <c>target_vocab.json</c>; with bpe also
/// <c>source_merges.txt</c> and <c>target_merges.txt</c>, or <c>vocab.json</c> and <c>merges.txt</c> for both sides.
/// </summary>
public sealed partial class TranslationModel : TextModel
{
    internal const string ConfigurationName = "config.json", WeightsName = "model.safetensors";

    private const string FingerprintKey = "fingerprint";

    /// <summary>A model with random weights.</summary>
    /// <param name="configuration">Its architecture and sizes.</param>
    /// <param name="source">Encodes source lines.</param>
    /// <param name="target">Encodes target lines.</param>
    /// <exception cref="InputException">A value of the configuration is out of its range.</exception>
    public TranslationModel(TrainingConfiguration configuration, TextEncoder source, TextEncoder target)
        : base(configuration, source)
    {
        configuration.Validate();
        Target = target;
        Network = Architectures.Translator(configuration, source.Vocabulary.Count, target.Vocabulary.Count);
    }

    /// <summary>Encodes target lines.</summary>
    public TextEncoder Target { get; }

    /// <summary>The network that translates.</summary>
    public override TranslationNetwork<float> Network { get; }

    /// <inheritdoc/>
    public override int TargetTokens => Target.Vocabulary.Count;

    /// <summary>A model with random weights, whose vocabularies are those of a corpus.</summary>
    /// <param name="configuration">What to make.</param>
    /// <param name="corpus">The text to learn the vocabularies from.</param>
    /// <param name="progress">Is told how far that is.</param>
    public static TranslationModel Create(
        TrainingConfiguration configuration, IParallelText corpus, IProgress<WorkProgress>? progress = null)
    {
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
    /// <param name="folder">Where <see cref="Save"/> wrote it.</param>
    /// <param name="training">How it shall be trained from now on, if not as it was: a configuration of the same
    /// model.</param>
    /// <exception cref="InputException">It is not one, or a file in it is damaged or does not fit the
    /// others.</exception>
    public static TranslationModel Load(string folder, TrainingConfiguration? training = null)
    {
        if (!Directory.Exists(folder))
            throw new InputException($"{folder}: there is no such folder; " +
                "a model is a folder that 'engine train' wrote.");
        Require(ConfigurationName);
        var configuration = ConfigurationFile.Load(
            Path.Combine(folder, ConfigurationName), new TrainingConfiguration());
        if (configuration.Task != "translate")
            throw new InputException($"{folder}: this model was trained to {configuration.Task}, not to translate; " +
                $"use 'engine {configuration.Task}'.");
        foreach (var name in TextEncoders.FilesOf(configuration).Prepend(WeightsName)) Require(name);
        if (training is not null) configuration = training.CutLike(configuration);
        configuration.Validate();
        var (source, target) = TextEncoders.Load(configuration, folder);
        var model = new TranslationModel(configuration, source, target);
        var weights = Path.Combine(folder, WeightsName);
        SafeTensors.Load(weights, model.Network);
        model.CheckFingerprint(weights);
        return model;

        void Require(string name)
        {
            if (!File.Exists(Path.Combine(folder, name)))
                throw new InputException($"{folder}: not a model folder, {name} is missing; " +
                    "name a folder that 'engine train' wrote.");
        }
    }

    /// <inheritdoc/>
    public override void Save(string folder)
    {
        RunFolder.Make(folder);
        TextEncoders.Save(Configuration, folder, Source, Target);
        ConfigurationFile.Save(Path.Combine(folder, ConfigurationName), Configuration);
        SafeTensors.Save(
            Path.Combine(folder, WeightsName), Network,
            new Dictionary<string, string> { [FingerprintKey] = Fingerprint() });
    }

    /// <summary>
    /// What the weights mean something with: a save that ends half-way leaves new vocabularies beside old weights,
    /// whose shapes may well be the same.
    /// </summary>
    private string Fingerprint()
    {
        var c = Configuration;
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new
        {
            c.Architecture, c.SourceTokenizer, c.TargetTokenizer, c.DModel, c.DFf, c.Heads, c.Layers, c.NormFirst,
            Normalization = c.Normalization.ToString(), c.NormGroups,
            Activation = c.Activation.ToString(), Sharing = c.Sharing.ToString(), Positions = c.Positions.ToString(),
            Source = Tokens(Source.Vocabulary), Target = Tokens(Target.Vocabulary),
            SourceTraits = TextEncoders.Traits(Source), TargetTraits = TextEncoders.Traits(Target),
        }, TextEncoders.Fingerprints)));

        static IEnumerable<string> Tokens(Vocabulary vocabulary) =>
            Enumerable.Range(0, vocabulary.Count).Select(vocabulary.TokenOf);
    }

    // Weights from elsewhere have none, and their shapes must do.
    private void CheckFingerprint(string weights)
    {
        using var file = SafeTensorsFile.Open(weights);
        if (file.Metadata.TryGetValue(FingerprintKey, out var saved) && saved != Fingerprint())
        {
            throw new InputException(
                $"{weights}: was not saved with the {ConfigurationName}, "
                + $"{string.Join(" and ", TextEncoders.FilesOf(Configuration))} beside it, "
                + "perhaps because a save was interrupted; restore the files that belong together, or train again.");
        }
    }

    /// <inheritdoc/>
    public override void Reload(string folder) => SafeTensors.Load(Path.Combine(folder, WeightsName), Network);

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
        answer == reference || answer == Target.RoundTrip(reference);

    /// <summary>How many positions the network knows.</summary>
    private int KnownPositions => Architectures.KnownPositions(Configuration);

    private static string Choose(string tokenizer, IEnumerable<string> lines) =>
        tokenizer == "auto" ? Tokenizers.Guess(lines) : tokenizer;
}
