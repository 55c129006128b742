using Engine.Text;

namespace Engine.Training;

/// <summary>Receives the events of training and the progress of its long phases: a console, a log, a test.</summary>
public interface ITrainingObserver : IProgress<WorkProgress>
{
    /// <summary>Training begins.</summary>
    void Started(TrainingPlan plan);

    /// <summary>
    /// From now on the run's folder holds this run, and nothing of an earlier one: right after <see cref="Started"/>,
    /// or, where the folder holds an earlier run, once the first model is saved.
    /// </summary>
    void FolderTaken()
    {
    }

    /// <summary>An update has been made.</summary>
    void Updated(UpdateReport report);

    /// <summary>The model has been validated.</summary>
    void Validated(ValidationReport report);

    // Only an observer that shows progress to a person needs this.
    void IProgress<WorkProgress>.Report(WorkProgress value)
    {
    }
}

/// <summary>The plan of a run.</summary>
/// <param name="Model">The model with its configuration.</param>
/// <param name="TrainPairs">The number of training pairs.</param>
/// <param name="ValidPairs">The number of validation pairs.</param>
/// <param name="Threads">The number of threads.</param>
/// <param name="Folder">The folder of the model.</param>
public sealed record TrainingPlan(TextModel Model, int TrainPairs, int ValidPairs, int Threads, string Folder)
{
    /// <summary>The number of processes that train together.</summary>
    public int Ranks { get; init; } = 1;

    /// <summary>The tokenizer by which BLEU splits the validation text; null where there is no BLEU.</summary>
    public string? BleuTokenizer { get; init; }

    /// <summary>The number of validation sentences for BLEU, counted from the first.</summary>
    public int BleuSentences { get; init; }

    /// <summary>What is unusual about the learning rate's schedule, in one line; null if nothing is.</summary>
    public string? ScheduleNote { get; init; }

    /// <summary>The updates that were made before, by the run that this run continues; null for a new run.</summary>
    public int? ResumedAt { get; init; }

    /// <summary>Whether this processor rounds sums of products otherwise than the processor on which the run began: the
    /// run's numbers will then differ in their last bits from the numbers of an uninterrupted run.</summary>
    public bool HasOtherSums { get; init; }
}

/// <summary>The result of an update.</summary>
/// <param name="Update">The number of the update, from 1.</param>
/// <param name="Epoch">The number of the pass over the pairs, from 1.</param>
/// <param name="Loss">The mean loss of a target token, label smoothing and penalties included.</param>
/// <param name="GradientNorm">The norm of the gradients before clipping.</param>
/// <param name="LearningRate">The learning rate of this update.</param>
/// <param name="TokensPerSecond">Target tokens per second in the last updates.</param>
/// <param name="Elapsed">The time since training began.</param>
/// <param name="Progress">The part of the run that is done, 0 to 1.</param>
public sealed record UpdateReport(
    int Update, int Epoch, double Loss, double GradientNorm, double LearningRate, double TokensPerSecond,
    TimeSpan Elapsed, double Progress)
{
    /// <summary>The gradient norm of each layer, if the run monitors them.</summary>
    public IReadOnlyList<LayerGradient> LayerGradients { get; init; } = [];
}

/// <summary>The result of a validation.</summary>
/// <param name="Update">The number of the last update.</param>
/// <param name="Loss">The mean loss of a target token.</param>
/// <param name="IsBest">Whether the model is better than all before; then it has been saved.</param>
/// <param name="Elapsed">The time since training began.</param>
/// <param name="Samples">A few validation sentences with their present translations.</param>
public sealed record ValidationReport(
    int Update, ValidationLoss Loss, bool IsBest, TimeSpan Elapsed, IReadOnlyList<TranslationSample> Samples)
{
    /// <summary>exp(plain loss): a choice among this number of equally likely tokens is equally uncertain.</summary>
    public double Perplexity => Math.Exp(Loss.Plain);

    /// <summary>BLEU of the validation sentences, 0 to 100; null where none were translated.</summary>
    public double? Bleu { get; init; }

    /// <summary>The share of the validation labels that are right, in percent; null for a model that translates.
    /// </summary>
    public double? Accuracy { get; init; }

    /// <summary>The number of checkpoints that the model averages; 0 for the model of the update.</summary>
    public int Averaged { get; init; }

    /// <summary>The gradient norm of each layer in the last update, if the run monitors them.</summary>
    public IReadOnlyList<LayerGradient> LayerGradients { get; init; } = [];
}

/// <summary>A sentence with its reference and the answer of the model.</summary>
/// <param name="Source">The source line.</param>
/// <param name="Reference">The translation, or the label, in the corpus.</param>
/// <param name="Translation">The translation, or the label, by the model.</param>
public sealed record TranslationSample(string Source, string Reference, string Translation);
