using Engine.Layers;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// A model that <see cref="TranslationTrainer"/> can train: one that answers a line of text with another, be it a
/// translation or a label.
/// </summary>
public interface ITrainable
{
    /// <summary>What it was made from.</summary>
    TrainingConfiguration Configuration { get; }

    /// <summary>What has the parameters.</summary>
    Module<float> Network { get; }

    /// <summary>Tokens of the source vocabulary.</summary>
    int SourceTokens { get; }

    /// <summary>Tokens of the target vocabulary, or labels.</summary>
    int TargetTokens { get; }

    /// <summary>Numbers the pairs of a corpus.</summary>
    /// <exception cref="InputException">A line is not one that the model can learn from.</exception>
    IReadOnlyList<SentencePair> Encode(ParallelCorpus corpus);

    /// <summary>Numbers a pair, of whatever length.</summary>
    /// <param name="source">The source line.</param>
    /// <param name="target">The target line.</param>
    /// <param name="cuts">Which merges BPE-dropout passes over; null for none.</param>
    SentencePair Number(string source, string target, RandomStream? cuts = null);

    /// <summary>Refuses a pair that is too long for the network.</summary>
    /// <param name="pair">What <see cref="Number"/> made of the lines.</param>
    /// <param name="source">The source line, for the message.</param>
    /// <param name="target">The target line, for the message.</param>
    /// <exception cref="InputException">It is.</exception>
    void RequireLearnable(SentencePair pair, string source, string target);

    /// <summary>
    /// The losses of a batch, by <paramref name="divisor"/>. Over shards whose divisor is the whole batch's
    /// <see cref="Batch.TargetTokens"/> they add up to the mean loss.
    /// </summary>
    /// <param name="tape">The step.</param>
    /// <param name="batch">Pairs as <see cref="Encode"/> numbers them.</param>
    /// <param name="labelSmoothing">How much of each target's probability is spread over all.</param>
    /// <param name="divisor">What the summed losses are divided by.</param>
    Tensor<float> SummedLoss(Tape<float> tape, Batch batch, double labelSmoothing, double divisor);

    /// <summary>The losses of a batch, summed, as validation reports them.</summary>
    /// <param name="tape">An inference's.</param>
    /// <param name="batch">Pairs as <see cref="Encode"/> numbers them.</param>
    ValidationLoss ValidationLoss(Tape<float> tape, Batch batch);

    /// <summary>
    /// The losses of a batch whose second half repeats the first, and how far what is said of the halves is from
    /// agreeing, by <paramref name="divisor"/>: what R-Drop sums.
    /// </summary>
    /// <param name="tape">The step.</param>
    /// <param name="twice">What <see cref="Batch.Twice"/> gave.</param>
    /// <param name="alpha">How much agreement counts.</param>
    /// <param name="labelSmoothing">How much of each target's probability is spread over all.</param>
    /// <param name="divisor">As for <see cref="SummedLoss"/>.</param>
    Tensor<float> RDropLoss(Tape<float> tape, Batch twice, double alpha, double labelSmoothing, double divisor);

    /// <summary>Answers lines.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="team">Threads that share the work.</param>
    /// <param name="progress">Is told how much is answered.</param>
    /// <returns>An answer for each, in order.</returns>
    IReadOnlyList<string> Answer(
        IReadOnlyList<string> lines, ThreadTeam team, IProgress<StepProgress>? progress = null);

    /// <summary>Whether an answer says what the reference says.</summary>
    bool IsRight(string answer, string reference);

    /// <summary>How lines are cut for BLEU of the answers to a text; null where that says nothing.</summary>
    /// <param name="references">The answers that the text has.</param>
    string? BleuTokenizer(IReadOnlyList<string> references);

    /// <summary>Writes the model folder.</summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    void Save(string folder);

    /// <summary>Puts the saved weights of a folder back, after training went on from them.</summary>
    void Reload(string folder);
}
