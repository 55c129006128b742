using Engine.Text;

namespace Engine.Training;

/// <summary>How a model does on held-out pairs.</summary>
/// <param name="Loss">The mean loss of a target token.</param>
/// <param name="Bleu">BLEU of the sentences that were translated, 0 to 100; null for labels.</param>
/// <param name="Samples">A few sentences as they are translated.</param>
internal sealed record ValidationResult(ValidationLoss Loss, double? Bleu, IReadOnlyList<TranslationSample> Samples);

/// <summary>Tries a model on held-out pairs: their loss, and BLEU of what it makes of them, greedily.</summary>
internal sealed class Validation
{
    private const int SampleCount = 3;

    // A tape holds what a batch computes until its end: gigabytes for as many tokens as an update takes.
    private const int BatchTokens = 512;

    private readonly ITrainable model;
    private readonly ParallelCorpus corpus;
    private readonly ThreadTeam team;
    private readonly Batch[] batches;
    private readonly string[] sources, references;

    /// <summary>Tries <paramref name="model"/> on the pairs of <paramref name="corpus"/>.</summary>
    public Validation(
        ITrainable model, ParallelCorpus corpus, IReadOnlyList<SentencePair> pairs, ThreadTeam team)
    {
        (this.model, this.corpus, this.team) = (model, corpus, team);
        var c = model.Configuration;
        // The batches are a constant of the run, and each is one tape: the sum's order does not depend on the threads.
        batches = [.. Batching.InOrder(pairs, BatchTokens)];
        var asked = c.ValidSentences > 0 ? Math.Min(c.ValidSentences, corpus.Count) : corpus.Count;
        references = [.. corpus.Target.Take(asked)];
        BleuTokenizer = model.BleuTokenizer(references);
        // Labels have no BLEU: there is nothing to answer but the samples.
        sources = [.. corpus.Source.Take(BleuTokenizer is null ? Math.Min(SampleCount, asked) : asked)];
    }

    /// <summary>What the pairs hash to.</summary>
    public string Hash => TextHash.Of(corpus);

    /// <summary>How lines are cut for BLEU; null where there is none.</summary>
    public string? BleuTokenizer { get; }

    /// <summary>How many sentences are translated for BLEU.</summary>
    public int Sentences => BleuTokenizer is null ? 0 : sources.Length;

    /// <summary>Tries the model as it is now.</summary>
    /// <param name="progress">Is told how far that is.</param>
    public ValidationResult Run(IProgress<StepProgress> progress)
    {
        progress = progress.Within("validation");
        var answers = model.Answer(sources, team, progress);
        var bleu = BleuTokenizer is null
            ? (double?)null
            : Bleu.Of(answers, references, BleuTokenizer, model.Configuration.Lowercase).Score;
        var shown = Enumerable.Range(0, Math.Min(SampleCount, sources.Length));
        return new ValidationResult(
            Loss(progress), bleu,
            [.. shown.Select(i => new TranslationSample(corpus.Source[i], corpus.Target[i], answers[i]))]);
    }

    /// <summary>The mean loss of a target token.</summary>
    public ValidationLoss Loss(IProgress<StepProgress>? progress = null)
    {
        var losses = new ValidationLoss[batches.Length];
        var tokens = batches.Sum(batch => (long)batch.TargetTokens);
        using var tally = new StepTally(progress, "measuring the loss", tokens);
        team.Run(batches.Length, i =>
        {
            using var tape = new Tape<float>(Mode.Inference);
            losses[i] = model.ValidationLoss(tape, batches[i]);
            tally.Add(batches[i].TargetTokens);
        });
        return new(losses.Sum(loss => loss.Plain) / tokens, losses.Sum(loss => loss.Smoothed) / tokens);
    }
}
