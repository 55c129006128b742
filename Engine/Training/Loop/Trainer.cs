using System.Diagnostics;
using Engine.Optimizers;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// Trains a model on pairs of lines: passes over the pairs in batches of similar length, validates the model from time
/// to time, and keeps the best model in a folder.
/// </summary>
public sealed partial class Trainer
{
    private readonly TextModel model;
    private readonly TrainingConfiguration configuration;
    private readonly TrainingPairs trainPairs;
    private readonly int validPairs;
    private readonly string folder;
    private readonly ThreadTeam team;
    private readonly ITrainingObserver observer;
    private readonly IRankGroup? ranks;
    private readonly RandomStream random;
    private readonly Optimizer<float> optimizer;
    private readonly ISchedule schedule;
    private readonly int length; // of the run in updates, 0 if not known
    private readonly TrainingStep step;
    private readonly Validation validation;
    private readonly TrainingLimits limits;
    private readonly BestModel best;
    private readonly WeightAverage? movingAverage;
    private readonly CheckpointWindow? checkpoints;
    private readonly KeptCheckpoints kept;
    private readonly TrainingState state;
    private readonly GradientMonitor? monitor;
    private readonly Stopwatch clock = new();
    private TrainingPosition position = new();
    private int updates, validatedAt;
    private int? resumedAt, savedAt; // updates of the state that was read or written last
    private bool hasOtherSums;
    private bool isTaken; // whether the folder holds this run
    private TimeSpan timeBefore; // of the interrupted runs that this run goes on from
    private IReadOnlyList<LayerGradient> layerGradients = [];

    /// <summary>Prepares a run over all pairs of a text that the model's configuration lets through.</summary>
    /// <inheritdoc
    /// cref="Trainer(TextModel, TrainingPairs, ParallelCorpus, string, ThreadTeam, ITrainingObserver, IRankGroup)"/>
    public Trainer(
        TextModel model, IParallelText train, ParallelCorpus valid, string folder, ThreadTeam team,
        ITrainingObserver observer)
        : this(model, new TrainingPairs(model, train), valid, folder, team, observer)
    {
    }

    /// <summary>Prepares a run.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="train">The pairs to learn from.</param>
    /// <param name="valid">The pairs to validate on.</param>
    /// <param name="folder">Where the best model is saved.</param>
    /// <param name="team">The threads that compute.</param>
    /// <param name="observer">Sees what happens.</param>
    /// <param name="ranks">The processes that train together; null for one process.</param>
    /// <exception cref="InputException">The configuration does not let several processes share an update.</exception>
    public Trainer(
        TextModel model, TrainingPairs train, ParallelCorpus valid, string folder, ThreadTeam team,
        ITrainingObserver observer, IRankGroup? ranks = null)
    {
        (this.model, trainPairs, validPairs) = (model, train, valid.Count);
        (this.folder, this.team, this.observer) = (folder, team, observer);
        this.ranks = ranks is { Count: > 1 } ? ranks : null; // one rank alone is one process
        configuration = model.Configuration;
        var (c, network) = (configuration, model.Network);
        if (this.ranks is not null) RequireShareable(network.Parameters.Sum(parameter => (long)parameter.Count));
        random = new RandomStream(c.Seed).Fork(1);
        optimizer = OptimizerChoice.Create(network.Parameters, c);
        length = ScheduleChoice.Length(c, () => Batches(epoch: 1).Chunk(c.Accumulate).Count());
        schedule = ScheduleChoice.Create(c, length);
        step = new TrainingStep(model, optimizer, random.Fork(0), team, c.Accumulators, this.ranks)
        {
            ClipNorm = c.ClipNorm > 0 ? c.ClipNorm : double.PositiveInfinity,
            ClipValue = c.ClipValue,
            Penalty = c.L1 > 0 || c.L2 > 0 ? new WeightPenalty(network.Parameters, c.L1, c.L2) : null,
        };
        validation = new Validation(model, valid, model.Encode(valid), team);
        (limits, best) = (new TrainingLimits(c), new BestModel(c));
        movingAverage = c.Ema > 0 ? new WeightAverage(network, c.Ema) : null;
        checkpoints = c.Average > 1 ? new CheckpointWindow(folder, network, c.Average, this.ranks.IsWriter()) : null;
        kept = new KeptCheckpoints(folder, model);
        state = new TrainingState(network, optimizer, schedule, movingAverage);
    }

    /// <summary>Whether the norms of each layer's gradients are reported.</summary>
    public bool MonitorsGradients
    {
        get => monitor is not null;
        init => monitor = value ? new GradientMonitor(model.Network) : null;
    }

    /// <summary>
    /// Whether the first NaN or infinity ends the run with the name of the operation that made it; looking costs time.
    /// </summary>
    public bool DetectsAnomalies
    {
        get => step.DetectsAnomalies;
        init => step.DetectsAnomalies = value;
    }

    /// <summary>
    /// Trains until the first limit is reached or <paramref name="cancel"/> asks to stop. Then the model, of rank 0 at
    /// least, has the best weights of the run. If the folder has an earlier run, that run stays whole until this run
    /// saves its first model.
    /// </summary>
    /// <exception cref="DivergenceException">A number of the run is NaN or infinite.</exception>
    /// <exception cref="InputException">The model cannot be saved.</exception>
    public TrainingOutcome Run(CancellationToken cancel)
    {
        try
        {
            Begin();
            return RunToEnd(cancel);
        }
        catch when (!isTaken)
        {
            LeaveEarlierRun();
            throw;
        }
    }

    private TrainingOutcome RunToEnd(CancellationToken cancel)
    {
        clock.Start();
        var speed = new SpeedMeter();
        while (!IsDone(cancel) && RunEpoch(speed, cancel))
            position = position with { Epoch = position.Epoch + 1, Batches = 0, Pairs = 0 };
        var isCancelled = ranks.Decide(cancel.IsCancellationRequested);
        var wasStopped = isCancelled && !IsDone(CancellationToken.None);
        var isToValidate = validatedAt != updates || updates == 0;
        // A loss that is no number must not cost the state before. Who stops the run, though, may not wait so long.
        var result = isToValidate && !isCancelled ? Measure() : null;
        if (!wasStopped && kept.IsLastDue(updates)) KeepCheckpoint();
        // The state is saved before the end's own validation and average take effect: a run that is resumed from it
        // goes on as if it had not ended here.
        if (updates > 0) SaveState(isLast: true);
        if (isToValidate) Validate(result ?? Measure());
        TakeFolder();
        var wasStoppedEarly = best.IsOver; // asked before the average, whose validation ends no run
        // From here on rank 0 is alone: the files that it averages may lie on its own disk.
        if (checkpoints?.Count > 1 && ranks.IsWriter()) ValidateAverage(checkpoints);
        clock.Stop();
        if (ranks.IsWriter()) model.Reload(folder);
        return new TrainingOutcome(updates, best.Loss.Plain, Elapsed, wasStopped)
        {
            BestBleu = best.Bleu, BestAccuracy = best.Accuracy, BestUpdate = best.Update,
            BestAveraged = best.Averaged, WasStoppedEarly = wasStoppedEarly,
        };
    }

    /// <summary>Trains on the batches of the epoch that are left; whether the epoch came to its end.</summary>
    private bool RunEpoch(SpeedMeter speed, CancellationToken cancel)
    {
        var batchesLeft = Batches(position.Epoch);
        if (position.Batches > 0) // the run was resumed within an epoch
            batchesLeft = batchesLeft.Counting(observer, "passing over earlier batches", position.Batches)
                .Skip(position.Batches);
        foreach (var batches in batchesLeft.Chunk(configuration.Accumulate))
        {
            if (IsDone(cancel)) return false;
            Update(batches, speed);
            position = position with
            {
                Batches = position.Batches + batches.Length,
                Pairs = position.Pairs + batches.Sum(batch => batch.Size),
            };
            if (kept.IsDue(Progress())) KeepCheckpoint();
            if (updates % configuration.ValidEvery == 0)
            {
                Validate(Measure());
                SaveState(isLast: false);
                TakeFolder();
            }
            else if (IsCheckpoint())
            {
                WithMovingAverage(() => checkpoints?.Take(updates));
            }
        }
        return true;
    }

    /// <summary>The batches of an epoch, from 1. The epoch's number keys their order and its BPE-dropout.</summary>
    private IEnumerable<Batch> Batches(int epoch) =>
        trainPairs.Epoch(random.Fork(epoch), random.Fork(-epoch), observer);

    private void Update(IReadOnlyList<Batch> batches, SpeedMeter speed)
    {
        optimizer.LearningRate = schedule.At(updates + 1);
        var result = RunStep(batches);
        updates++;
        if (!double.IsFinite(result.Loss) || !double.IsFinite(result.GradientNorm))
            throw Diverged("the loss or its gradient is");
        movingAverage?.Add(updates);
        speed.Add(batches.Sum(batch => batch.TargetTokens), Elapsed);
        observer.Updated(new UpdateReport(
            updates, position.Epoch, result.Loss, result.GradientNorm, optimizer.LearningRate, speed.PerSecond,
            Elapsed, Progress())
        {
            LayerGradients = layerGradients = monitor?.Norms(step.Gradients) ?? [],
        });
    }

    private StepResult RunStep(IReadOnlyList<Batch> batches)
    {
        try
        {
            return step.Run(batches);
        }
        catch (AnomalyException anomaly)
        {
            throw new DivergenceException($"update {updates + 1}: {anomaly.Message} {WhatIsSaved()}", anomaly);
        }
    }

    /// <summary>Validates the model as it is, the moving average if there is one, and changes nothing.</summary>
    private ValidationResult Measure()
    {
        RequireFinite();
        ValidationResult? result = null;
        WithMovingAverage(() => result = validation.Run(observer));
        if (result!.IsFinite) return result;
        observer.Validated(Report(result, isBest: false, averaged: 0));
        throw Diverged(result.Loss.IsFinite ? "the validation's BLEU is" : "the validation loss is");
    }

    private void Validate(ValidationResult result)
    {
        validatedAt = updates;
        WithMovingAverage(() =>
        {
            schedule.Observe(result.Loss.Smoothed);
            KeepIfBest(result, averaged: 0);
            if (configuration.CheckpointEvery == 0 || IsCheckpoint()) checkpoints?.Take(updates);
        });
    }

    /// <summary>Validates the average of the last checkpoints, and keeps it if it is the best model.</summary>
    private void ValidateAverage(CheckpointWindow lastCheckpoints)
    {
        lastCheckpoints.Average();
        KeepIfBest(validation.Run(observer), lastCheckpoints.Count);
    }

    private void KeepIfBest(ValidationResult result, int averaged)
    {
        var isBest = best.Observe(result, updates, averaged);
        if (isBest && ranks.IsWriter()) model.Save(FolderChange.PlaceToWrite(folder));
        observer.Validated(Report(result, isBest, averaged));
    }

    private ValidationReport Report(ValidationResult result, bool isBest, int averaged) =>
        new(updates, result.Loss, isBest, Elapsed, result.Samples)
        {
            Bleu = result.Bleu, Accuracy = result.Accuracy, Averaged = averaged, LayerGradients = layerGradients,
        };

    /// <summary>Runs an action while the network has the moving average, if there is one, as its weights.</summary>
    private void WithMovingAverage(Action action)
    {
        movingAverage?.Exchange();
        action();
        movingAverage?.Exchange();
    }

    private bool IsCheckpoint() =>
        configuration.CheckpointEvery > 0 && updates > 0 && updates % configuration.CheckpointEvery == 0;

    private bool IsDone(CancellationToken cancel) => ranks.Decide(
        cancel.IsCancellationRequested || best.IsOver || limits.AreReached(updates, position.Epoch, Elapsed));

    private double Progress() => limits.Progress(
        updates, position.Epoch - 1 + ((double)position.Pairs / trainPairs.Count), Elapsed);

    private TimeSpan Elapsed => timeBefore + clock.Elapsed;
}
