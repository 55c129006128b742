using System.Diagnostics;
using Engine.Optimizers;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// Trains a model on pairs of lines: passes over the pairs in batches of similar length, validates the model from time
/// to time, and keeps the best model in a folder.
/// </summary>
public sealed class Trainer
{
    private readonly TextModel model;
    private readonly TrainingConfiguration configuration;
    private readonly TrainingPairs trainPairs;
    private readonly int validPairs;
    private readonly string folder;
    private readonly ThreadTeam team;
    private readonly ITrainingObserver observer;
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
    private readonly TrainingState state;
    private readonly GradientMonitor? monitor;
    private readonly Stopwatch clock = new();
    private TrainingPosition position = new();
    private int updates, validatedAt;
    private TimeSpan timeBefore; // of the interrupted runs that this run goes on from
    private IReadOnlyList<LayerGradient> layerGradients = [];

    /// <summary>Prepares a run over all pairs of a text that the model's configuration lets through.</summary>
    /// <inheritdoc cref="Trainer(TextModel, TrainingPairs, ParallelCorpus, string, ThreadTeam, ITrainingObserver)"/>
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
    public Trainer(
        TextModel model, TrainingPairs train, ParallelCorpus valid, string folder, ThreadTeam team,
        ITrainingObserver observer)
    {
        (this.model, trainPairs, validPairs) = (model, train, valid.Count);
        (this.folder, this.team, this.observer) = (folder, team, observer);
        configuration = model.Configuration;
        var (c, network) = (configuration, model.Network);
        random = new RandomStream(c.Seed).Fork(1);
        optimizer = OptimizerChoice.Create(network.Parameters, c);
        length = ScheduleChoice.Length(c, () => Batches(epoch: 1).Chunk(c.Accumulate).Count());
        schedule = ScheduleChoice.Create(c, length);
        step = new TrainingStep(model, optimizer, random.Fork(0), team)
        {
            ClipNorm = c.ClipNorm > 0 ? c.ClipNorm : double.PositiveInfinity,
            ClipValue = c.ClipValue,
            Penalty = c.L1 > 0 || c.L2 > 0 ? new WeightPenalty(network.Parameters, c.L1, c.L2) : null,
        };
        validation = new Validation(model, valid, model.Encode(valid), team);
        (limits, best) = (new TrainingLimits(c), new BestModel(c));
        movingAverage = c.Ema > 0 ? new WeightAverage(network, c.Ema) : null;
        checkpoints = c.Average > 1 ? new CheckpointWindow(folder, network, c.Average) : null;
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
    /// Trains until the first limit is reached or <paramref name="cancel"/> asks to stop. Then the model has the best
    /// weights of the run.
    /// </summary>
    /// <exception cref="InputException">The loss is no longer a number, or the model cannot be saved.</exception>
    public TrainingOutcome Run(CancellationToken cancel)
    {
        checkpoints?.Trim();
        observer.Started(new TrainingPlan(model, trainPairs.Count, validPairs, team.Threads, folder)
        {
            BleuTokenizer = validation.BleuTokenizer, BleuSentences = validation.Sentences,
            ScheduleNote = ScheduleChoice.Note(configuration, length),
        });
        clock.Start();
        var speed = new SpeedMeter();
        while (!IsDone(cancel) && RunEpoch(speed, cancel))
            position = position with { Epoch = position.Epoch + 1, Batches = 0, Pairs = 0 };
        // The state is saved before the end's own validation and average: a run that is resumed from it goes on as if
        // it had not ended here.
        if (updates > 0) SaveState(isLast: true);
        if (validatedAt != updates || updates == 0) Validate();
        var wasStoppedEarly = best.IsOver; // asked before the average, whose validation ends no run
        if (checkpoints?.Count > 1) ValidateAverage(checkpoints);
        clock.Stop();
        model.Reload(folder);
        return new TrainingOutcome(updates, best.Loss.Plain, Elapsed, cancel.IsCancellationRequested)
        {
            BestBleu = best.Bleu, WasStoppedEarly = wasStoppedEarly,
        };
    }

    /// <summary>
    /// Goes on from the last saved state of a run into the same folder. The run then ends with the same bits as a run
    /// that was not interrupted.
    /// </summary>
    /// <exception cref="InputException">There is no state, it is another model's, or the text has changed.</exception>
    public void Resume()
    {
        position = state.Load(folder, RequireThisRun, () => model.Save(folder));
        (updates, validatedAt, step.Updates) = (position.Updates, position.ValidatedAt, position.Updates);
        timeBefore = TimeSpan.FromSeconds(position.Seconds);
        best.Restore(position.BestLoss, position.BestBleu, position.Waited);
        if (checkpoints is not null) checkpoints.Updates = position.Checkpoints;
    }

    private void RequireThisRun(TrainingPosition saved)
    {
        if (saved.Data != DataHash)
            throw new InputException($"{folder}: the training or validation text is not that of the run; name the " +
                "same --source, --target and --valid-..., unchanged, or begin anew with --overwrite.");
        if (saved.Pairs > trainPairs.Count)
            throw new InputException($"{folder}: the saved state has used {saved.Pairs} pairs of its epoch, but the " +
                $"text has {trainPairs.Count}; begin anew with --overwrite.");
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
            if (updates % configuration.ValidEvery == 0)
            {
                Validate();
                SaveState(isLast: false);
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
            throw new InputException($"update {updates}: the loss or its gradient is no longer a number; " +
                $"lower --learning-rate (now {configuration.LearningRate}) or lengthen --warmup; " +
                $"--anomaly names the operation where it begins. {WhatIsSaved()}");
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
            throw new InputException($"update {updates + 1}: {anomaly.Message} {WhatIsSaved()}", anomaly);
        }
    }

    private void Validate()
    {
        validatedAt = updates;
        WithMovingAverage(() =>
        {
            var result = validation.Run(observer);
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
        var isBest = best.Observe(result);
        if (isBest) model.Save(folder);
        observer.Validated(new ValidationReport(updates, result.Loss, isBest, Elapsed, result.Samples)
        {
            Bleu = result.Bleu, Averaged = averaged, LayerGradients = layerGradients,
        });
    }

    private void SaveState(bool isLast)
    {
        state.Save(
            folder,
            position with
            {
                Updates = updates, ValidatedAt = validatedAt, Seconds = Elapsed.TotalSeconds,
                BestLoss = best.Loss, BestBleu = best.Bleu, Waited = best.Waited,
                Checkpoints = checkpoints?.Updates ?? [], Data = DataHash,
            },
            keepsBest: isLast && double.IsFinite(best.Loss.Smoothed));
        checkpoints?.Trim();
    }

    /// <summary>Runs an action while the network has the moving average, if there is one, as its weights.</summary>
    private void WithMovingAverage(Action action)
    {
        movingAverage?.Exchange();
        action();
        movingAverage?.Exchange();
    }

    private bool IsCheckpoint() =>
        configuration.CheckpointEvery > 0 && updates > 0 && updates % configuration.CheckpointEvery == 0;

    private bool IsDone(CancellationToken cancel) =>
        cancel.IsCancellationRequested || best.IsOver || limits.AreReached(updates, position.Epoch, Elapsed);

    private double Progress() => limits.Progress(
        updates, position.Epoch - 1 + ((double)position.Pairs / trainPairs.Count), Elapsed);

    private TimeSpan Elapsed => timeBefore + clock.Elapsed;

    private string DataHash => field ??= $"{trainPairs.Hash}-{validation.Hash}";

    private string WhatIsSaved() =>
        double.IsFinite(best.Loss.Smoothed) ? $"The best model so far is in {folder}." : "No model was saved.";
}
