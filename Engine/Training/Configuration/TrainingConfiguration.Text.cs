using Engine.Text;

namespace Engine.Training;

// How text becomes tokens.
public sealed partial record TrainingConfiguration
{
    /// <summary>Stands for the tokenizers of both sides where an option is read by one of them.</summary>
    internal const string Tokenizer = "Tokenizer";

    /// <summary>The tokenizer of the source lines; <c>auto</c> chooses by the script of the text.</summary>
    [Help(OptionGroup.Text, "--tokenizer sets both sides"), OfModel]
    [OneOf("auto", AndNamesOf = typeof(Tokenizers))]
    public string SourceTokenizer { get; init; } = "auto";

    /// <summary>The tokenizer of the target lines; <c>auto</c> chooses by the script of the text.</summary>
    [Help(OptionGroup.Text, "auto decides by the script"), OfModel]
    [OneOf("auto", AndNamesOf = typeof(Tokenizers))]
    public string TargetTokenizer { get; init; } = "auto";

    /// <summary>The most tokens of a vocabulary, the four special tokens included.</summary>
    [Help(OptionGroup.Text), OfModel(IsShownByFiles = true)]
    [Range(AtLeast = 5, AtMost = 10_000_000, Remark = "four tokens are special")]
    [ReadBy(Tokenizer, "auto", "word", "char", Instead = nameof(BpeMerges))]
    public int VocabSize { get; init; } = 10_000;

    /// <summary>The most merges that are learned: of each side, or of both together if they share a table.</summary>
    [Help(OptionGroup.Text), OfModel(IsShownByFiles = true)]
    [Range(AtLeast = 0, AtMost = 10_000_000)]
    [ReadBy(Tokenizer, "bpe")]
    public int BpeMerges { get; init; } = 10_000;

    /// <summary>
    /// The probability that a merge is skipped; pairs are tokenized again for each epoch (Provilkov et al. 2020).
    /// </summary>
    [Help(OptionGroup.Text)]
    [Range(AtLeast = 0, Below = 1)]
    [ReadBy(Tokenizer, "bpe")]
    public double BpeDropout { get; init; }

    /// <summary>
    /// Whether merges keep punctuation apart from words (<c>split</c>), or only spaces separate words (<c>keep</c>),
    /// which suits text whose punctuation is already separate.
    /// </summary>
    [Help(OptionGroup.Text), OfModel(IsShownByFiles = true)]
    [OneOf("split", "keep")]
    [ReadBy(Tokenizer, "bpe")]
    public string Punctuation { get; init; } = "split";

    /// <summary>Whether both sides are lower-cased before they are tokenized, in training and in use.</summary>
    [Help(OptionGroup.Text), OfModel(IsShownByFiles = true)]
    public bool Lowercase { get; init; }

    /// <summary>
    /// Whether both sides are normalized to Unicode's form NFKC before they are tokenized, in training and in use.
    /// </summary>
    [Help(OptionGroup.Text, "before tokenizing"), OfModel(IsShownByFiles = true)]
    public bool Nfkc { get; init; }
}
