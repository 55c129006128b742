using System.Diagnostics;
using Engine.Kernels;
using Engine.Optimizers;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>How a run ended.</summary>
/// <param name="Updates">How many updates were made.</param>
/// <param name="BestLoss">The lowest validation loss, that of the model which was kept.</param>
/// <param name="Elapsed">How long it took.</param>
/// <param name="WasCancelled">Whether it was stopped before its limit.</param>
public sealed record TrainingOutcome(int Updates, double BestLoss, TimeSpan Elapsed, bool WasCancelled);

/// <summary>
/// Trains a model on pairs, sentences with their translations or labels: passes over the pairs in batches of similar
/// length, validates every so often, and keeps the model with the lowest validation loss in its folder.
/// </summary>
public sealed class TranslationTrainer
{
    private const int SampleCount = 3;

    private readonly ITrainable model;
    private readonly TrainingConfiguration configuration;
    private readonly ParallelCorpus valid;
    private readonly TrainingPairs trainPairs;
    private readonly IReadOnlyList<SentencePair> validPairs;
    private readonly string folder;
    private readonly ThreadTeam team;
    private readonly ITrainingObserver observer;
    private readonly ISchedule schedule;
    private readonly Optimizer<float> optimizer;
    private readonly TranslationStep step;
    private readonly RandomStream random;
    private readonly GradientMonitor? monitor;
    private readonly Stopwatch clock = new();
    private double bestLoss = double.PositiveInfinity;
    private int updates, validatedAt;
    private IReadOnlyList<LayerGradient> layerGradients = [];

    /// <summary>Prepares a run over all pairs that the model's configuration lets through.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="train">The text to learn from.</param>
    /// <param name="valid">Held-out pairs.</param>
    /// <param name="folder">Where the model is saved.</param>
    /// <param name="team">The threads that work.</param>
    /// <param name="observer">Sees what happens.</param>
    public TranslationTrainer(
        ITrainable model, IParallelText train, ParallelCorpus valid, string folder, ThreadTeam team,
        ITrainingObserver observer)
        : this(model, new TrainingPairs(model, train), valid, folder, team, observer)
    {
    }

    /// <summary>Prepares a run.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="train">The pairs to learn from.</param>
    /// <param name="valid">Held-out pairs.</param>
    /// <param name="folder">Where the model is saved.</param>
    /// <param name="team">The threads that work.</param>
    /// <param name="observer">Sees what happens.</param>
    public TranslationTrainer(
        ITrainable model, TrainingPairs train, ParallelCorpus valid, string folder, ThreadTeam team,
        ITrainingObserver observer)
    {
        (this.model, this.valid, this.folder, this.team, this.observer) = (model, valid, folder, team, observer);
        configuration = model.Configuration;
        (trainPairs, validPairs) = (train, model.Encode(valid));
        var c = configuration;
        optimizer = OptimizerChoice.Create(model.Network.Parameters, c);
        random = new RandomStream(c.Seed).Fork(1);
        schedule = ScheduleChoice.Create(c, () => Batches(epoch: 1).Count());
        var clipNorm = c.ClipNorm > 0 ? c.ClipNorm : double.PositiveInfinity;
        step = new TranslationStep(
            model.Network, model.SummedLoss, optimizer, c.LabelSmoothing, clipNorm, random.Fork(0), team)
        {
            ClipValue = c.ClipValue,
            Penalty = c.L1 > 0 || c.L2 > 0 ? new WeightPenalty(model.Network.Parameters, c.L1, c.L2) : null,
        };
    }

    /// <summary>Whether the norms of each layer's gradients are reported.</summary>
    public bool MonitorsGradients
    {
        get => monitor is not null;
        init => monitor = value ? new GradientMonitor(model.Network) : null;
    }

    /// <summary>
    /// Whether the first NaN or infinity ends the run with the name of the operation that made it; it costs time.
    /// </summary>
    public bool DetectsAnomalies
    {
        get => step.DetectsAnomalies;
        init => step.DetectsAnomalies = value;
    }

    /// <summary>
    /// Trains until the first limit is reached or <paramref name="cancel"/> asks to stop, then puts the best model's
    /// weights back.
    /// </summary>
    /// <exception cref="InputException">The loss is no longer a number, or the model cannot be saved.</exception>
    public TrainingOutcome Run(CancellationToken cancel)
    {
        observer.Started(new TrainingPlan(model, trainPairs.Count, validPairs.Count, team.Threads, folder));
        clock.Start();
        var speed = new SpeedMeter();
        for (var epoch = 1; !IsDone(epoch, cancel); epoch++)
        {
            var seen = 0;
            foreach (var batch in Batches(epoch))
            {
                if (IsDone(epoch, cancel)) break;
                Update(batch, epoch, (double)seen / trainPairs.Count, speed);
                seen += batch.Size;
                if (updates % configuration.ValidEvery == 0) Validate();
            }
        }
        if (validatedAt != updates || updates == 0) Validate();
        clock.Stop();
        model.Reload(folder);
        return new TrainingOutcome(updates, bestLoss, clock.Elapsed, cancel.IsCancellationRequested);
    }

    /// <summary>The mean negative log-likelihood of a target token.</summary>
    public double ValidationLoss()
    {
        // The batches are a constant of the run, and each is one tape: the sum's order does not depend on the threads.
        var batches = Batching.InOrder(validPairs, Math.Max(configuration.BatchTokens, 512)).ToArray();
        var losses = new double[batches.Length];
        team.Run(batches.Length, i =>
        {
            using var tape = new Tape<float>(Mode.Inference);
            losses[i] = model.SummedLoss(tape, batches[i], 0, 1).Item();
        });
        return losses.Sum() / batches.Sum(batch => batch.TargetTokens);
    }

    private IEnumerable<Batch> Batches(int epoch) => trainPairs.Epoch(random.Fork(epoch), random.Fork(-epoch));

    private void Update(Batch batch, int epoch, double ofEpoch, SpeedMeter speed)
    {
        optimizer.LearningRate = schedule.At(updates + 1);
        var result = Take(batch);
        updates++;
        if (!double.IsFinite(result.Loss) || !double.IsFinite(result.GradientNorm))
            throw new InputException($"update {updates}: the loss or its gradient is no longer a number; " +
                $"lower --learning-rate (now {configuration.LearningRate}) or lengthen --warmup; " +
                $"--anomaly names the operation where it begins. {Kept()}");
        speed.Add(batch.TargetTokens, clock.Elapsed);
        observer.Updated(new UpdateReport(
            updates, epoch, result.Loss, result.GradientNorm, optimizer.LearningRate, speed.PerSecond, clock.Elapsed,
            Progress(epoch - 1 + ofEpoch))
        {
            LayerGradients = layerGradients = monitor?.Norms(step.Gradients) ?? [],
        });
    }

    private StepResult Take(Batch batch)
    {
        try
        {
            return step.Run(batch);
        }
        catch (AnomalyException anomaly)
        {
            throw new InputException($"update {updates + 1}: {anomaly.Message} {Kept()}", anomaly);
        }
    }

    private string Kept() =>
        double.IsFinite(bestLoss) ? $"The best model so far is in {folder}." : "No model was saved.";

    private void Validate()
    {
        validatedAt = updates;
        var loss = ValidationLoss();
        schedule.Observe(loss);
        var isBest = loss < bestLoss || !double.IsFinite(bestLoss);
        if (isBest)
        {
            bestLoss = loss;
            model.Save(folder);
        }
        var shown = Enumerable.Range(0, Math.Min(SampleCount, valid.Count)).ToArray();
        var translations = model.Answer([.. shown.Select(i => valid.Source[i])], team);
        observer.Validated(new ValidationReport(
            updates, loss, isBest, clock.Elapsed,
            [.. shown.Select(i => new TranslationSample(valid.Source[i], valid.Target[i], translations[i]))])
        {
            LayerGradients = layerGradients,
        });
    }

    private bool IsDone(int epoch, CancellationToken cancel) =>
        cancel.IsCancellationRequested
        || (configuration.Updates > 0 && updates >= configuration.Updates)
        || (configuration.Epochs > 0 && epoch > configuration.Epochs)
        || (configuration.Minutes > 0 && clock.Elapsed.TotalMinutes >= configuration.Minutes);

    private double Progress(double epochs)
    {
        var progress = 0.0;
        if (configuration.Updates > 0) progress = Math.Max(progress, (double)updates / configuration.Updates);
        if (configuration.Epochs > 0) progress = Math.Max(progress, epochs / configuration.Epochs);
        if (configuration.Minutes > 0)
            progress = Math.Max(progress, clock.Elapsed.TotalMinutes / configuration.Minutes);
        return Math.Min(progress, 1);
    }
}
