using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// Several models that translate together: in each step, the probability of each token is the mean of the
/// probabilities that the models give it (the mean of probabilities, not of their logarithms, as in fairseq). The
/// models have one target vocabulary. Their source tokenizers and architectures may differ.
/// </summary>
public sealed class TranslationEnsemble
{
    private readonly TranslationModel[] others;

    /// <summary>An ensemble of models; a single model translates as it does alone.</summary>
    /// <param name="models">The models, at least one.</param>
    /// <param name="names">What messages call the models; null for "model 1", "model 2", ...</param>
    /// <exception cref="InputException">The target vocabularies differ; the message names the first difference.
    /// </exception>
    public TranslationEnsemble(IReadOnlyList<TranslationModel> models, IReadOnlyList<string>? names = null)
    {
        ArgumentOutOfRangeException.ThrowIfZero(models.Count);
        string NameOf(int i) => names?[i] ?? FormattableString.Invariant($"model {i + 1}");
        for (var i = 1; i < models.Count; i++)
            RequireSame(models[0].Target.Vocabulary, NameOf(0), models[i].Target.Vocabulary, NameOf(i));
        (First, others) = (models[0], [.. models.Skip(1)]);
    }

    /// <summary>
    /// The first model. Its tokenizers read prefixes and write text; alignments come from its attention.
    /// </summary>
    public TranslationModel First { get; }

    /// <summary>The number of models.</summary>
    public int Count => 1 + others.Length;

    /// <summary>Translates lines with any decoder, as <see cref="TranslationModel"/> does.</summary>
    /// <param name="lines">Source lines.</param>
    /// <param name="options">How to translate.</param>
    /// <param name="team">Threads that share the work; the translations do not depend on them.</param>
    /// <param name="name">What messages call the text that the lines come from.</param>
    /// <param name="first">
    /// The number of the first line in that text, for messages; the samples of a line depend on its number too.
    /// </param>
    /// <param name="progress">Is told how much is translated.</param>
    /// <returns>
    /// The translations of each line: a beam's with the best first, samples in the order in which they were drawn.
    /// </returns>
    /// <exception cref="InputException">A line has too many tokens, the models' scores for it are no numbers, or
    /// <see cref="Require"/> throws.</exception>
    public IReadOnlyList<IReadOnlyList<Translation>> Translate(
        IReadOnlyList<string> lines, TranslationOptions options, ThreadTeam? team = null, string name = "line",
        int first = 1, IProgress<WorkProgress>? progress = null)
    {
        Require(options);
        return First.Translate(lines, options, others, team, name, first, progress);
    }

    /// <summary>Refuses options that the models cannot translate with.</summary>
    /// <exception cref="InputException">
    /// <see cref="TranslationModel.Require(TranslationOptions)"/> throws for a model; or several models are
    /// given with a penalty of repetition, which acts on logits, and a mean of probabilities has none.
    /// </exception>
    public void Require(TranslationOptions options)
    {
        First.Require(options);
        foreach (var model in others) model.Require(options with { ReplaceUnknown = false });
        if (others.Length > 0 && options.Decoder.RepetitionPenalty != 1)
            throw new InputException(
                "DecodingOptions.RepetitionPenalty acts on the logits of one model, and several models have a mean of "
                + "probabilities; leave it out, or give one model. DecodingOptions.NoRepeatNgram works with several.");
    }

    private static void RequireSame(Vocabulary first, string firstName, Vocabulary other, string otherName)
    {
        var count = Math.Min(first.Count, other.Count);
        var id = 0;
        while (id < count && first.TokenOf(id) == other.TokenOf(id)) id++;
        if (id == first.Count && id == other.Count) return;
        var difference = id < count
            ? FormattableString.Invariant($"token {id} is {FileProblem.Quote(first.TokenOf(id))} in {firstName} and ")
              + $"{FileProblem.Quote(other.TokenOf(id))} in {otherName}"
            : FormattableString.Invariant($"{firstName} has {first.Count:N0} tokens and {otherName} {other.Count:N0}");
        throw new InputException(
            $"{otherName}: its target vocabulary is not that of {firstName}: {difference}; models translate together "
            + "only if they were trained with the same target text and tokenizer.");
    }
}
