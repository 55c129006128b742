using System.Diagnostics;
using Engine.Optimizers;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// Trains a model on pairs, sentences with their translations or labels: passes over the pairs in batches of similar
/// length, validates every so often, and keeps the best model in its folder.
/// </summary>
public sealed class TranslationTrainer
{
    private readonly ITrainable model;
    private readonly TrainingConfiguration configuration;
    private readonly TrainingPairs trainPairs;
    private readonly int validPairs;
    private readonly string folder;
    private readonly ThreadTeam team;
    private readonly ITrainingObserver observer;
    private readonly ISchedule schedule;
    private readonly Optimizer<float> optimizer;
    private readonly TranslationStep step;
    private readonly RandomStream random;
    private readonly GradientMonitor? monitor;
    private readonly Stopwatch clock = new();
    private readonly TrainingLimits limits;
    private readonly Validation validation;
    private readonly BestModel best;
    private readonly WeightAverage? ema;
    private readonly CheckpointWindow? window;
    private readonly TrainingState state;
    private TrainingPosition place = new();
    private int updates, validatedAt;
    private TimeSpan before; // of the runs that this one goes on from
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
        (this.model, this.folder, this.team, this.observer) = (model, folder, team, observer);
        configuration = model.Configuration;
        (trainPairs, validPairs) = (train, valid.Count);
        var c = configuration;
        validation = new Validation(model, valid, model.Encode(valid), team);
        (limits, best) = (new TrainingLimits(c), new BestModel(c));
        ema = c.Ema > 0 ? new WeightAverage(model.Network, c.Ema) : null;
        window = c.Average > 1 ? new CheckpointWindow(folder, model.Network, c.Average) : null;
        optimizer = OptimizerChoice.Create(model.Network.Parameters, c);
        state = new TrainingState(model.Network, optimizer, ema);
        random = new RandomStream(c.Seed).Fork(1);
        schedule = ScheduleChoice.Create(c, () => Batches(epoch: 1).Chunk(c.Accumulate).Count());
        TranslationStep.BatchLoss loss = c.RDrop > 0 ? new RDrop(model, c.RDrop).SummedLoss : model.SummedLoss;
        var clipNorm = c.ClipNorm > 0 ? c.ClipNorm : double.PositiveInfinity;
        step = new TranslationStep(
            model.Network, loss, optimizer, c.LabelSmoothing, clipNorm, random.Fork(0), team)
        {
            ClipValue = c.ClipValue,
            Passes = c.RDrop > 0 ? 2 : 1,
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
        window?.Trim();
        observer.Started(new TrainingPlan(model, trainPairs.Count, validPairs, team.Threads, folder)
        {
            BleuTokenizer = validation.BleuTokenizer, BleuSentences = validation.Sentences,
        });
        clock.Start();
        var speed = new SpeedMeter();
        while (!IsDone(cancel) && RunEpoch(speed, cancel))
            place = place with { Epoch = place.Epoch + 1, Batches = 0, Pairs = 0 };
        // What follows is for the model that is kept; a run that goes on from here does so as if it had not been.
        if (updates > 0) SaveState(isLast: true);
        if (validatedAt != updates || updates == 0) Validate();
        var wasStoppedEarly = best.IsOver; // the average is one more validation, but ends nothing
        if (window?.Count > 1) ValidateAverage(window);
        clock.Stop();
        model.Reload(folder);
        return new TrainingOutcome(updates, best.Loss.Plain, Elapsed, cancel.IsCancellationRequested)
        {
            BestBleu = best.Bleu, WasStoppedEarly = wasStoppedEarly,
        };
    }

    /// <summary>
    /// Goes on from where a run into the same folder was when it last saved its state: it will end with the same bits
    /// as if it had not been interrupted.
    /// </summary>
    /// <exception cref="InputException">There is no state, it is another model's, or the text has changed.</exception>
    public void Resume()
    {
        place = state.Load(folder, () => model.Save(folder));
        if (place.Data != DataHash)
            throw new InputException($"{folder}: the training or validation text is not that of the run; name the " +
                "same --source, --target and --valid-..., unchanged, or begin anew with --overwrite.");
        (updates, validatedAt, step.Updates) = (place.Updates, place.ValidatedAt, place.Updates);
        before = TimeSpan.FromSeconds(place.Seconds);
        best.Restore(place.BestLoss, place.BestBleu, place.Waited);
        if (schedule is ReduceOnPlateauSchedule plateau)
            plateau.State = (place.PlateauBest, place.PlateauWaited, place.PlateauReductions);
        if (window is not null) window.Updates = place.Checkpoints;
    }

    /// <summary>The mean loss of a target token of the held-out pairs.</summary>
    public ValidationLoss ValidationLoss() => validation.Loss();

    private TimeSpan Elapsed => before + clock.Elapsed;

    private string DataHash => field ??= $"{trainPairs.Hash}-{validation.Hash}";

    /// <summary>What is left of an epoch; whether it came to its end.</summary>
    private bool RunEpoch(SpeedMeter speed, CancellationToken cancel)
    {
        var rest = Batches(place.Epoch).Telling(observer, "finding the place", place.Batches).Skip(place.Batches);
        foreach (var batches in rest.Chunk(configuration.Accumulate))
        {
            if (IsDone(cancel)) return false;
            Update(batches, speed);
            place = place with
            {
                Batches = place.Batches + batches.Length, Pairs = place.Pairs + batches.Sum(batch => batch.Size),
            };
            if (updates % configuration.ValidEvery == 0)
            {
                Validate();
                SaveState(isLast: false);
            }
            else if (IsCheckpoint())
            {
                WithAverage(() => window?.Take(updates));
            }
        }
        return true;
    }

    private void SaveState(bool isLast)
    {
        var plateau = (schedule as ReduceOnPlateauSchedule)?.State ?? (double.PositiveInfinity, 0, 0);
        state.Save(
            folder,
            place with
            {
                Updates = updates, ValidatedAt = validatedAt, Steps = optimizer.Steps, Seconds = Elapsed.TotalSeconds,
                BestLoss = best.Loss, BestBleu = best.Bleu, Waited = best.Waited,
                PlateauBest = plateau.Best, PlateauWaited = plateau.Waited, PlateauReductions = plateau.Reductions,
                Checkpoints = window?.Updates ?? [], Data = DataHash,
            },
            keepsBest: isLast && double.IsFinite(best.Loss.Smoothed));
        window?.Trim();
    }

    private IEnumerable<Batch> Batches(int epoch) =>
        trainPairs.Epoch(random.Fork(epoch), random.Fork(-epoch), observer);

    private void Update(IReadOnlyList<Batch> batches, SpeedMeter speed)
    {
        optimizer.LearningRate = schedule.At(updates + 1);
        var result = Take(batches);
        updates++;
        if (!double.IsFinite(result.Loss) || !double.IsFinite(result.GradientNorm))
            throw new InputException($"update {updates}: the loss or its gradient is no longer a number; " +
                $"lower --learning-rate (now {configuration.LearningRate}) or lengthen --warmup; " +
                $"--anomaly names the operation where it begins. {Kept()}");
        ema?.Add(updates);
        speed.Add(batches.Sum(batch => batch.TargetTokens), Elapsed);
        observer.Updated(new UpdateReport(
            updates, place.Epoch, result.Loss, result.GradientNorm, optimizer.LearningRate, speed.PerSecond, Elapsed,
            limits.Progress(updates, place.Epoch - 1 + ((double)place.Pairs / trainPairs.Count), Elapsed))
        {
            LayerGradients = layerGradients = monitor?.Norms(step.Gradients) ?? [],
        });
    }

    private StepResult Take(IReadOnlyList<Batch> batches)
    {
        try
        {
            return step.Run(batches);
        }
        catch (AnomalyException anomaly)
        {
            throw new InputException($"update {updates + 1}: {anomaly.Message} {Kept()}", anomaly);
        }
    }

    private string Kept() =>
        double.IsFinite(best.Loss.Smoothed) ? $"The best model so far is in {folder}." : "No model was saved.";

    private void Validate()
    {
        validatedAt = updates;
        WithAverage(() =>
        {
            var result = validation.Run(observer);
            schedule.Observe(result.Loss.Smoothed);
            Keep(result, averaged: 0);
            if (configuration.CheckpointEvery == 0 || IsCheckpoint()) window?.Take(updates);
        });
    }

    /// <summary>Tries the average of the last checkpoints; it is kept if it is better than the best model.</summary>
    private void ValidateAverage(CheckpointWindow checkpoints)
    {
        checkpoints.Average();
        Keep(validation.Run(observer), checkpoints.Count);
    }

    private void Keep(ValidationResult result, int averaged)
    {
        var isBest = best.Observe(result);
        if (isBest) model.Save(folder);
        observer.Validated(new ValidationReport(updates, result.Loss, isBest, Elapsed, result.Samples)
        {
            Bleu = result.Bleu, Averaged = averaged, LayerGradients = layerGradients,
        });
    }

    /// <summary>Does something with the moving average in place of the weights, where there is one.</summary>
    private void WithAverage(Action action)
    {
        ema?.Exchange();
        action();
        ema?.Exchange();
    }

    private bool IsCheckpoint() =>
        configuration.CheckpointEvery > 0 && updates > 0 && updates % configuration.CheckpointEvery == 0;

    private bool IsDone(CancellationToken cancel) =>
        cancel.IsCancellationRequested || best.IsOver || limits.AreReached(updates, place.Epoch, Elapsed);
}
