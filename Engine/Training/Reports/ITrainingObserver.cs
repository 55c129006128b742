using Engine.Text;

namespace Engine.Training;

/// <summary>Sees what happens in training, and how far its long steps are: a console, a log, a test.</summary>
public interface ITrainingObserver : IProgress<WorkProgress>
{
    /// <summary>Training begins.</summary>
    void Started(TrainingPlan plan);

    /// <summary>An update was made.</summary>
    void Updated(UpdateReport report);

    /// <summary>The model was tried on held-out pairs.</summary>
    void Validated(ValidationReport report);

    // Only who shows it to a person while it happens has a use for it.
    void IProgress<WorkProgress>.Report(WorkProgress value)
    {
    }
}

/// <summary>What a run is about to do.</summary>
/// <param name="Model">The model with its configuration.</param>
/// <param name="TrainPairs">Pairs to learn from.</param>
/// <param name="ValidPairs">Pairs to validate on.</param>
/// <param name="Threads">Threads that work.</param>
/// <param name="Folder">Where the model is saved.</param>
public sealed record TrainingPlan(TextModel Model, int TrainPairs, int ValidPairs, int Threads, string Folder)
{
    /// <summary>How BLEU cuts the lines of the validation text; null where there is no BLEU.</summary>
    public string? BleuTokenizer { get; init; }

    /// <summary>How many of the first validation sentences BLEU is of.</summary>
    public int BleuSentences { get; init; }
}

/// <summary>How an update went.</summary>
/// <param name="Update">Its number, from 1.</param>
/// <param name="Epoch">The number of the pass over the pairs, from 1.</param>
/// <param name="Loss">The mean loss of a target token, label smoothing and penalties included.</param>
/// <param name="GradientNorm">The norm of the gradients before clipping.</param>
/// <param name="LearningRate">The learning rate of this update.</param>
/// <param name="TokensPerSecond">Target tokens per second of training, lately.</param>
/// <param name="Elapsed">Since training began.</param>
/// <param name="Progress">How much of the run is done, 0 to 1.</param>
public sealed record UpdateReport(
    int Update, int Epoch, double Loss, double GradientNorm, double LearningRate, double TokensPerSecond,
    TimeSpan Elapsed, double Progress)
{
    /// <summary>The norms of the gradients of each layer, where they are monitored.</summary>
    public IReadOnlyList<LayerGradient> LayerGradients { get; init; } = [];
}

/// <summary>How the model does on held-out pairs.</summary>
/// <param name="Update">After which update.</param>
/// <param name="Loss">The mean loss of a target token.</param>
/// <param name="IsBest">Whether no earlier one was as good; the model was saved then.</param>
/// <param name="Elapsed">Since training began.</param>
/// <param name="Samples">A few held-out sentences as they are translated now.</param>
public sealed record ValidationReport(
    int Update, ValidationLoss Loss, bool IsBest, TimeSpan Elapsed, IReadOnlyList<TranslationSample> Samples)
{
    /// <summary>e to the plain loss: between how many tokens the model hesitates.</summary>
    public double Perplexity => Math.Exp(Loss.Plain);

    /// <summary>BLEU of the held-out pairs, 0 to 100, where they were translated.</summary>
    public double? Bleu { get; init; }

    /// <summary>Of how many checkpoints the model is the average; 0 if it is that of the update.</summary>
    public int Averaged { get; init; }

    /// <summary>The norms of the gradients of each layer in the last update, where they are monitored.</summary>
    public IReadOnlyList<LayerGradient> LayerGradients { get; init; } = [];
}

/// <summary>A sentence, what it should be, and what the model makes of it.</summary>
/// <param name="Source">The source line.</param>
/// <param name="Reference">The translation that the corpus has.</param>
/// <param name="Translation">The translation, or the label, that the model gives.</param>
public sealed record TranslationSample(string Source, string Reference, string Translation);
