using System.Security.Cryptography;
using System.Text.Json;
using Engine.Decoding;
using Engine.Kernels;
using Engine.Layers;
using Engine.Models;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// A translator: the network with the tokenizers and vocabularies of both sides. On disk it is a folder:
/// <c>model.safetensors</c>, <c>config.json</c>, <c>source_vocab.json</c> and <c>target_vocab.json</c>.
/// </summary>
public sealed partial class TranslationModel : ITrainable
{
    private const string ConfigurationName = "config.json", WeightsName = "model.safetensors",
        SourceName = "source_vocab.json", TargetName = "target_vocab.json", FingerprintKey = "fingerprint";

    // Sentences, and hypotheses of them, that are decoded side by side: enough rows to keep the products busy.
    private const int DecodingBatch = 64, DecodingRows = 256;

    private TranslationModel(TrainingConfiguration configuration, TextEncoder source, TextEncoder target)
    {
        (Configuration, Source, Target) = (configuration, source, target);
        Network = Architectures.Translator(configuration, source.Vocabulary.Count, target.Vocabulary.Count);
    }

    /// <summary>What it was made from; the tokenizers are those that were chosen.</summary>
    public TrainingConfiguration Configuration { get; }

    /// <summary>Cuts and numbers source lines.</summary>
    public TextEncoder Source { get; }

    /// <summary>Cuts and numbers target lines.</summary>
    public TextEncoder Target { get; }

    /// <summary>The network.</summary>
    public TranslationNetwork<float> Network { get; }

    /// <summary>A model with random weights, whose vocabularies are those of a corpus.</summary>
    public static TranslationModel Create(TrainingConfiguration configuration, IParallelText corpus)
    {
        configuration.Validate();
        var (sources, targets) = (corpus.Pairs.Select(pair => pair.Source), corpus.Pairs.Select(pair => pair.Target));
        configuration = configuration with
        {
            SourceTokenizer = Choose(configuration.SourceTokenizer, sources),
            TargetTokenizer = Choose(configuration.TargetTokenizer, targets),
        };
        var source = Tokenizers.Create(configuration.SourceTokenizer);
        var target = Tokenizers.Create(configuration.TargetTokenizer);
        var (sourceTokens, targetTokens) = (sources.Select(source.Split), targets.Select(target.Split));
        if (configuration.Sharing == EmbeddingSharing.All)
        {
            var joint = Vocabulary.Build(sourceTokens.Concat(targetTokens), configuration.VocabSize);
            return new TranslationModel(configuration, new TextEncoder(source, joint), new TextEncoder(target, joint));
        }
        return new TranslationModel(
            configuration,
            new TextEncoder(source, Vocabulary.Build(sourceTokens, configuration.VocabSize)),
            new TextEncoder(target, Vocabulary.Build(targetTokens, configuration.VocabSize)));
    }

    /// <summary>Reads a model folder.</summary>
    /// <exception cref="InputException">It is not one, or a file in it is damaged or does not fit the
    /// others.</exception>
    public static TranslationModel Load(string folder)
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
        foreach (var name in (string[])[WeightsName, SourceName, TargetName]) Require(name);
        configuration.Validate();
        var model = new TranslationModel(
            configuration,
            new TextEncoder(
                Tokenizers.Create(configuration.SourceTokenizer), Vocabulary.Load(Path.Combine(folder, SourceName))),
            new TextEncoder(
                Tokenizers.Create(configuration.TargetTokenizer), Vocabulary.Load(Path.Combine(folder, TargetName))));
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

    /// <summary>Writes the model folder; each file is replaced only once it is written whole.</summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public void Save(string folder)
    {
        RunFolder.Make(folder);
        Source.Vocabulary.Save(Path.Combine(folder, SourceName));
        Target.Vocabulary.Save(Path.Combine(folder, TargetName));
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
        })));

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
                $"{weights}: was not saved with the {ConfigurationName}, {SourceName} and {TargetName} beside it, "
                + "perhaps because a save was interrupted; restore the files that belong together, or train again.");
        }
    }

    void ITrainable.Reload(string folder) => SafeTensors.Load(Path.Combine(folder, WeightsName), Network);

    Module<float> ITrainable.Network => Network;

    int ITrainable.SourceTokens => Source.Vocabulary.Count;

    int ITrainable.TargetTokens => Target.Vocabulary.Count;

    Tensor<float> ITrainable.SummedLoss(Tape<float> tape, Batch batch, double labelSmoothing, double divisor) =>
        TranslationStep.SummedLoss(Network, tape, batch, labelSmoothing, divisor);

    IReadOnlyList<string> ITrainable.Answer(IReadOnlyList<string> lines, ThreadTeam team) => Translate(lines, team);

    // The same text, where the reference is spaced as the tokenizer spaces: a tokenised corpus writes "a dog ."
    bool ITrainable.IsRight(string answer, string reference) =>
        answer == reference || answer == Target.Tokenizer.Join(Target.Tokenizer.Split(reference));

    /// <summary>Translates lines, greedily; an empty line gives an empty one.</summary>
    /// <param name="lines">Source lines.</param>
    /// <param name="team">Threads that share the work; the translations do not depend on them.</param>
    /// <param name="name">What messages call the text that the lines come from.</param>
    /// <param name="first">The number of the first line in that text, for messages.</param>
    /// <returns>A translation for each line, in order.</returns>
    /// <exception cref="InputException">A line has too many tokens.</exception>
    public IReadOnlyList<string> Translate(
        IReadOnlyList<string> lines, ThreadTeam? team = null, string name = "line", int first = 1)
    {
        var translations = new string[lines.Count];
        Array.Fill(translations, "");
        InBatches(lines, DecodingBatch, team, name, first, (batch, sources) =>
        {
            var tokens = Greedy.Decode(Network, sources, MaximumLength);
            for (var i = 0; i < tokens.Length; i++) translations[batch[i]] = Target.Decode(tokens[i]);
        });
        return translations;
    }

    /// <summary>Translates lines by beam search; an empty line has one translation, empty, with a score of 0.</summary>
    /// <param name="lines">Source lines.</param>
    /// <param name="beam">How to search.</param>
    /// <param name="team">Threads that share the work; the translations do not depend on them.</param>
    /// <param name="name">What messages call the text that the lines come from.</param>
    /// <param name="first">The number of the first line in that text, for messages.</param>
    /// <returns>The translations of each line, the best first.</returns>
    /// <exception cref="InputException">A line has too many tokens.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option of the beam is outside of its range.</exception>
    public IReadOnlyList<IReadOnlyList<Translation>> Search(
        IReadOnlyList<string> lines, BeamOptions beam, ThreadTeam? team = null, string name = "line", int first = 1)
    {
        var translations = new Translation[lines.Count][];
        Array.Fill(translations, [new Translation("", 0)]);
        // A wide beam has its rows in few sentences.
        var size = Math.Clamp(DecodingRows / Math.Max(beam.Width, 1), 1, DecodingBatch);
        InBatches(lines, size, team, name, first, (batch, sources) =>
        {
            var found = Beam.Decode(Network, sources, MaximumLength, beam);
            for (var i = 0; i < found.Length; i++)
                translations[batch[i]] = [.. found[i].Select(best => new Translation(
                    Target.Decode([.. best.Tokens]), best.Score))];
        });
        return translations;
    }

    /// <summary>Decodes the lines that are not empty, so many at a time.</summary>
    private void InBatches(
        IReadOnlyList<string> lines, int size, ThreadTeam? team, string name, int first, Action<int[], int[][]> decode)
    {
        var encoded = lines.Select((line, i) => Encode(Source, line, $"{name}:{first + i}: the line")).ToArray();
        // Sentences of like length end together, so that few steps run for the sake of one long one.
        var order = Enumerable.Range(0, lines.Count).Where(i => encoded[i].Length > 0)
            .OrderBy(i => encoded[i].Length).ToArray();
        var batches = order.Chunk(size).ToArray();
        if (team is null)
        {
            for (var i = 0; i < batches.Length; i++) Decode(i);
        }
        else
        {
            team.Run(batches.Length, Decode);
        }

        void Decode(int i) =>
            decode(batches[i], [.. batches[i].Select(line => (int[])[.. encoded[line], Vocabulary.End])]);
    }

    // Twice the source and some: a word may be many characters, and no translation of use is longer.
    private int MaximumLength(int sourceLength) => Math.Min(
        KnownPositions,
        (sourceLength
            * (Configuration.TargetTokenizer == "char" && Configuration.SourceTokenizer != "char" ? 12 : 2)) + 10);

    /// <summary>How many positions the network knows.</summary>
    private int KnownPositions => Architectures.KnownPositions(Configuration);

    private static string Choose(string tokenizer, IEnumerable<string> lines) =>
        tokenizer == "auto" ? Tokenizers.Guess(lines) : tokenizer;
}
