using Engine.Models;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// What a run costs by a fixed model, in place of a clock: the same text and configuration always have the same cost,
/// so that a rule may depend on the cost and its results repeat.
/// </summary>
/// <remarks>
/// A token takes 16 microseconds, and 22 picoseconds for each parameter that it is multiplied by. A pair counts with
/// the mean of its two sides, since a token passes through one of them. Both numbers were fitted to the speeds of
/// <c>toy</c> and <c>tiny</c> on two cores with AVX-512 that nothing else used (README.md and Engine.Bench/README.md):
/// the model says about 3,100 updates a minute for <c>toy</c> on data/zh-en, where 3,080 were measured, and 73
/// microseconds for a token of <c>tiny</c>, where 71 were measured. Of <c>base</c>, to which nothing was fitted, the
/// model says 1,070 microseconds instead of 1,306. Recurrent and convolutional networks were not measured.
/// </remarks>
public sealed class TrainingCost
{
    /// <summary>Where the model's numbers were measured.</summary>
    public const string Machine = "two cores with AVX-512 that nothing else uses";

    private const double SecondsPerToken = 16e-6, SecondsPerProduct = 22e-12;

    private readonly TrainingConfiguration configuration;
    private readonly TextSize text;

    /// <summary>The cost of training a network on a text.</summary>
    /// <param name="configuration">The sizes, the batches and the limits.</param>
    /// <param name="text">How much text there is.</param>
    /// <param name="source">The number of tokens of the source vocabulary.</param>
    /// <param name="target">The number of tokens of the target vocabulary, or of labels.</param>
    public TrainingCost(TrainingConfiguration configuration, TextSize text, int source, int target)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(text);
        (this.configuration, this.text) = (configuration, text);
        var c = configuration;
        var tensors = ModelTensors.Of(c, source, target);
        var isLabelling = c.Task == "classify";
        // Rows of a table are looked up, not multiplied, unless the table is also the output projection.
        var lookedUp = isLabelling || c.Sharing != EmbeddingSharing.All ? (double)source * c.DModel : 0;
        var multiplied = tensors.Sum(tensor => tensor.Copies * tensor.Elements) - lookedUp;
        var tokens = isLabelling ? text.SourceTokens : (text.SourceTokens + text.TargetTokens) / 2.0;
        var passes = c.RDrop > 0 ? 2 : 1;
        var windows = c.Window > 0 ? Math.Ceiling((double)text.Pairs / c.Window) : 1; // a batch is of one window
        var batches = windows * Math.Ceiling(text.LongerTokens / windows / c.BatchTokens);
        UpdatesPerEpoch = Math.Ceiling(batches / c.Accumulate);
        SecondsPerUpdate =
            passes * tokens * (SecondsPerToken + (SecondsPerProduct * multiplied)) / UpdatesPerEpoch;
    }

    /// <summary>Updates of a pass over the text, about.</summary>
    public double UpdatesPerEpoch { get; }

    /// <summary>Seconds of an update, validations left out.</summary>
    public double SecondsPerUpdate { get; }

    /// <summary>The updates of the whole run, by the limit that ends it first; infinite without a limit.</summary>
    public double Updates
    {
        get
        {
            var c = configuration;
            var updates = c.Updates > 0 ? c.Updates : double.PositiveInfinity;
            if (c.Epochs > 0) updates = Math.Min(updates, c.Epochs * UpdatesPerEpoch);
            if (c.Minutes > 0) updates = Math.Min(updates, Math.Ceiling(c.Minutes * 60 / SecondsPerUpdate));
            return updates;
        }
    }

    /// <summary>What a user should know of the learning rate before the run: that its warm-up takes the whole run. Null
    /// if there is nothing to say. How many updates epochs and minutes give is estimated.</summary>
    public string? ScheduleNote => ScheduleChoice.Note(
        configuration, (int)Math.Min(Updates, int.MaxValue), isEstimate: Updates != configuration.Updates);

    /// <summary>The cost with the vocabularies that a text will have, as far as they can be told before any tokenizer
    /// has learned from the text.</summary>
    internal static TrainingCost Before(TrainingConfiguration c, TextSize text)
    {
        var source = VocabularyOf(c, c.SourceTokenizer, text.SourceWords);
        if (c.Task == "classify") return new TrainingCost(c, text, source, text.TargetWords);
        var target = VocabularyOf(c, c.TargetTokenizer, text.TargetWords);
        if (c.Sharing == EmbeddingSharing.All)
            source = target = VocabularyOf(c, c.TargetTokenizer, text.SourceWords + text.TargetWords);
        return new TrainingCost(c, text, source, target);
    }

    // Byte-pair encoding has the 256 bytes, and about two merges for each different word until its merges are used up.
    private static int VocabularyOf(TrainingConfiguration c, string tokenizer, int words) =>
        tokenizer == "bpe" ? 256 + Math.Min(c.BpeMerges, 2 * words) : Math.Min(c.VocabSize, words + Vocabulary.End + 1);
}
