using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>How well a model does on the validation pairs.</summary>
/// <param name="Loss">The mean loss of a target token.</param>
/// <param name="Bleu">BLEU of the translated sentences, 0 to 100; null for a classifier.</param>
/// <param name="Samples">A few sentences with the model's answers.</param>
internal sealed record ValidationResult(ValidationLoss Loss, double? Bleu, IReadOnlyList<TranslationSample> Samples)
{
    /// <summary>The share of the labels that are right, in percent; null for a model that translates.</summary>
    public double? Accuracy { get; init; }

    /// <summary>How good the answers are, 0 to 100: BLEU or accuracy.</summary>
    public double? Score => Bleu ?? Accuracy;

    /// <summary>Whether the losses, and BLEU if there is one, are finite numbers.</summary>
    public bool IsFinite => Loss.IsFinite && double.IsFinite(Bleu ?? 0);
}

/// <summary>
/// Validates a model on pairs that it does not learn from: the loss of the pairs, and BLEU of greedy translations or
/// the accuracy of labels.
/// </summary>
internal sealed class Validation
{
    private const int SampleCount = 3;

    // A tape holds all activations of a batch until the tape ends; batches as large as training's batches would take
    // gigabytes.
    private const int BatchTokens = 512;

    private readonly TextModel model;
    private readonly ParallelCorpus corpus;
    private readonly ThreadTeam team;
    private readonly Batch[] batches;
    private readonly string[] sources, references;

    /// <summary>Prepares the validation of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="corpus">The validation pairs as lines.</param>
    /// <param name="pairs">The same pairs as ids.</param>
    /// <param name="team">The threads that compute.</param>
    public Validation(TextModel model, ParallelCorpus corpus, IReadOnlyList<SentencePair> pairs, ThreadTeam team)
    {
        (this.model, this.corpus, this.team) = (model, corpus, team);
        if (corpus.Count == 0)
            throw new ArgumentException("Validation: there are no pairs; give at least one.", nameof(corpus));
        // The batches do not depend on the threads, and so neither does the sum of their losses.
        batches = [.. Batching.InOrder(pairs, BatchTokens)];
        var c = model.Configuration;
        var answered = c.Task == "translate" && c.ValidSentences > 0
            ? Math.Min(c.ValidSentences, corpus.Count) : corpus.Count;
        references = [.. corpus.Target.Take(answered)];
        BleuTokenizer = model.BleuTokenizer(references);
        sources = [.. corpus.Source.Take(answered)];
    }

    /// <summary>The hash of the validation pairs.</summary>
    public string Hash => corpus.Hash;

    /// <summary>How BLEU tokenizes lines; null for a classifier.</summary>
    public string? BleuTokenizer { get; }

    /// <summary>How many sentences are translated for BLEU.</summary>
    public int Sentences => BleuTokenizer is null ? 0 : sources.Length;

    /// <summary>Validates the model as it is now.</summary>
    /// <param name="progress">Is told how much is done.</param>
    public ValidationResult Run(IProgress<WorkProgress> progress)
    {
        progress = progress.Within("validation");
        var answers = Answers(progress);
        var bleu = BleuTokenizer is null
            ? (double?)null
            : Bleu.Of(answers, references, BleuTokenizer, model.Configuration.Lowercase).Score;
        var samples = answers.Take(SampleCount).Select((answer, i) =>
            new TranslationSample(corpus.Source[i], corpus.Target[i], answer));
        return new ValidationResult(Loss(progress), bleu, [.. samples])
        {
            Accuracy = BleuTokenizer is null
                ? 100.0 * answers.Zip(references).Count(pair => model.IsRight(pair.First, pair.Second)) / answers.Count
                : null,
        };
    }

    // A model that diverges has a loss that says so, and empty answers.
    private IReadOnlyList<string> Answers(IProgress<WorkProgress> progress)
    {
        try
        {
            return model.Answer(sources, team, progress);
        }
        catch (InputException failure) when (failure.InnerException is NotFiniteNumberException)
        {
            return [.. sources.Select(_ => "")];
        }
    }

    /// <summary>The mean loss of a target token.</summary>
    /// <param name="progress">Is told how many of the target tokens are done.</param>
    public ValidationLoss Loss(IProgress<WorkProgress>? progress = null)
    {
        var losses = new ValidationLoss[batches.Length];
        var targetTokens = batches.Sum(batch => (long)batch.TargetTokens);
        using var counter = new ProgressCounter(progress, "measuring the loss", targetTokens);
        team.Run(batches.Length, i =>
        {
            using var tape = new Tape<float>(Mode.Inference);
            losses[i] = model.EvaluateLoss(tape, batches[i]);
            counter.Add(batches[i].TargetTokens);
        });
        return new(losses.Sum(loss => loss.Plain) / targetTokens, losses.Sum(loss => loss.Smoothed) / targetTokens);
    }
}
