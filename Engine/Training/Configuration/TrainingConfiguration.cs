using Engine.Models;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// All options of a training run. A preset, a JSON file and command-line options override one another, in that order;
/// the result is saved with the model as <c>config.json</c>.
/// </summary>
/// <remarks>
/// The properties are the rows of <see cref="OptionTable"/>: each gives an option its default, its help, its range, and
/// what reads it. No other place repeats this.
/// </remarks>
/// <example>
/// <code><![CDATA[
/// using Engine.Training;
///
/// var configuration = TrainingConfiguration.Preset("tiny") with { Dropout = 0.1, Updates = 500 };
/// configuration.Validate();                                            // throws what training cannot work with
/// Console.WriteLine(new TrainingConfiguration { DModel = 32 });    // prints: TrainingConfiguration { DModel = 32 }
/// ]]></code>
/// </example>
public sealed partial record TrainingConfiguration
{
    /// <summary>The kind of network.</summary>
    [Help(OptionGroup.Task), OfModel]
    [OneOf(AndNamesOf = typeof(Architectures))]
    public string Architecture { get; init; } = "transformer";

    /// <summary>What the target lines are: translations, or one label each.</summary>
    [Help(OptionGroup.Task, "classify: target lines are labels"), OfModel(IsShownByFiles = true)]
    [OneOf("translate", "classify")]
    public string Task { get; init; } = "translate";

    /// <summary>The names of the presets.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["toy", "tiny", "base"];

    /// <summary>The configuration of a preset.</summary>
    /// <exception cref="InputException">There is no such preset.</exception>
    public static TrainingConfiguration Preset(string name) => name switch
    {
        "toy" => new TrainingConfiguration(),
        // The Transformer-Tiny of Wu et al. 2021 (arXiv 2105.14462), made for corpora of about ten thousand pairs, as
        // their code trains it with fairseq, which by default drops neither attention weights nor features within
        // feed-forward networks. Each of their two GPUs takes a batch of 4,096 tokens, of pairs of one length; 60
        // updates are an epoch of their 29,000 pairs. The paper ends a run after ten epochs without a lower loss. This
        // preset does not: from one validation to the next the loss moves by more than a thousand updates gain, so that
        // one lucky model would decide when a run ends.
        "tiny" => new TrainingConfiguration
        {
            DModel = 128, DFf = 256, Heads = 4, Layers = 4, Dropout = 0.3, AttentionDropout = 0,
            ActivationDropout = 0, Sharing = EmbeddingSharing.All, SourceTokenizer = "bpe",
            TargetTokenizer = "bpe", LearningRate = 0.005, Warmup = 2000, Epsilon = 1e-8, ClipNorm = 0,
            BatchTokens = 4096, Accumulate = 2, Epochs = 0, Updates = 8000, ValidEvery = 60, ValidSentences = 0,
            Average = 10, KeepCheckpoints = 0,
        },
        // The base model of Vaswani et al. 2017.
        "base" => new TrainingConfiguration
        {
            DModel = 512, DFf = 2048, Heads = 8, Layers = 6, Dropout = 0.1, LearningRate = 0.0007, Warmup = 4000,
            BatchTokens = 4096, Epochs = 0, Updates = 100_000, KeepCheckpoints = 0,
        },
        _ => throw new InputException(
            $"{OptionTable.InMessages(nameof(Preset))} {FileProblem.Quote(name)} is not known; the presets are "
            + $"{string.Join(", ", Presets)}."),
    };

    /// <summary>
    /// The values that differ from the defaults: <c>TrainingConfiguration { DModel = 64, Epochs = 3 }</c>.
    /// </summary>
    public override string ToString()
    {
        var changed = OptionTable.All.Where(option => !option.IsDefaultIn(this))
            .Select(option => $"{option.Property} = {option.TextIn(this)}").DefaultIfEmpty("all defaults");
        return $"{nameof(TrainingConfiguration)} {{ {string.Join(", ", changed)} }}";
    }

    /// <summary>With the tokenizers of another configuration, where a tokenizer is still to be chosen.</summary>
    internal TrainingConfiguration WithTokenizersOf(TrainingConfiguration other) =>
        this with { SourceTokenizer = other.SourceTokenizer, TargetTokenizer = other.TargetTokenizer };

    /// <summary>The value that decides whether another option is read; of the tokenizers, one for each side.</summary>
    /// <param name="property">A name that <see cref="ReadByAttribute.Chooser"/> gives.</param>
    public IReadOnlyList<string> Chosen(string property) =>
        property != Tokenizer ? [OptionTable.Of(property).TextIn(this)]
        : Task == "classify" ? [SourceTokenizer] : [SourceTokenizer, TargetTokenizer]; // labels are not tokenized
}
