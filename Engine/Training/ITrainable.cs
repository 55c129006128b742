using Engine.Kernels;
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

    /// <summary>Numbers the pairs of a corpus, with the configuration's BPE-dropout if it is given a stream.</summary>
    /// <param name="corpus">The pairs.</param>
    /// <param name="cuts">Which merges are passed over; another stream for another epoch.</param>
    /// <exception cref="InputException">A line is not one that the model can learn from.</exception>
    IReadOnlyList<SentencePair> Encode(ParallelCorpus corpus, RandomStream? cuts = null);

    /// <summary>
    /// The losses of a batch, by <paramref name="divisor"/>. Over shards whose divisor is the whole batch's
    /// <see cref="Batch.TargetTokens"/> they add up to the mean loss.
    /// </summary>
    /// <param name="tape">The step.</param>
    /// <param name="batch">Pairs as <see cref="Encode"/> numbers them.</param>
    /// <param name="labelSmoothing">How much of each target's probability is spread over all.</param>
    /// <param name="divisor">What the summed losses are divided by.</param>
    Tensor<float> SummedLoss(Tape<float> tape, Batch batch, double labelSmoothing, double divisor);

    /// <summary>Answers lines.</summary>
    /// <returns>An answer for each, in order.</returns>
    IReadOnlyList<string> Answer(IReadOnlyList<string> lines, ThreadTeam team);

    /// <summary>Whether an answer says what the reference says.</summary>
    bool IsRight(string answer, string reference);

    /// <summary>How lines are cut for BLEU of the answers to a text; null where it says nothing, as of labels.</summary>
    /// <param name="references">The answers that the text has.</param>
    string? BleuTokenizer(IReadOnlyList<string> references);

    /// <summary>Writes the model folder.</summary>
    /// <exception cref="InputException">A file cannot be written.</exception>
    void Save(string folder);

    /// <summary>Puts the saved weights of a folder back, after training went on from them.</summary>
    void Reload(string folder);
}
