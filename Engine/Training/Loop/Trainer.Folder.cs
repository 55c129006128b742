using Engine.Kernels;
using Engine.Storage;

namespace Engine.Training;

// What a run keeps in its folder.
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Text;
/// using Engine.Training;
///
/// var pairs = ParallelCorpus.Of([.. Enumerable.Range(10, 90).Select(n => ($"{n}", $"{n % 10} {n / 10}"))]);
/// var (train, valid) = pairs.HoldOut(10, seed: 1);
/// var configuration = new TrainingConfiguration
/// {
///     SourceTokenizer = "char", TargetTokenizer = "word", DModel = 16, DFf = 16, Heads = 2, Layers = 1, Epochs = 2,
/// };
/// var folder = Directory.CreateTempSubdirectory().FullName;
/// using var team = new ThreadTeam(threads: 2);
/// var model = TranslationModel.Create(configuration, train);
/// var outcome = new Trainer(model, train, valid, folder, team, new Quiet()).Run(CancellationToken.None);
/// Console.WriteLine(outcome.BestUpdate > 0);                           // prints: True
/// Directory.Delete(folder, recursive: true);
///
/// internal sealed class Quiet : ITrainingObserver
/// {
///     public void Started(TrainingPlan plan)
///     {
///     }
///
///     public void Updated(UpdateReport report)
///     {
///     }
///
///     public void Validated(ValidationReport report)
///     {
///     }
/// }
/// ]]></code>
/// </example>
public sealed partial class Trainer
{
    /// <summary>
    /// Goes on from the last saved state of a run into the same folder. The run then ends with the same bits as a run
    /// that was not interrupted.
    /// </summary>
    /// <exception cref="InputException">There is no state, it is another model's, or the text has changed.</exception>
    public void Resume()
    {
        var isWriter = ranks.IsWriter();
        if (isWriter) RunFiles.Recover(folder);
        _ = ranks.Decide(true); // the other ranks wait until the folder is in order
        position = state.Load(folder, RequireThisRun, () =>
        {
            if (isWriter) model.Save(folder);
        });
        (updates, validatedAt, step.Updates) = (position.Updates, position.ValidatedAt, position.Updates);
        resumedAt = savedAt = updates;
        timeBefore = TimeSpan.FromSeconds(position.Seconds);
        best.Restore(position);
        hasOtherSums = position.FusedSums is { } fused && fused != KernelWidth.IsFused;
        if (checkpoints is not null) checkpoints.Updates = position.Checkpoints;
    }

    private void RequireThisRun(TrainingPosition saved)
    {
        if (saved.Data != DataHash)
            throw new InputException($"{folder}: the training or validation text is not that of the run; give the " +
                "same text, unchanged, or begin anew with Trainer.Run.");
        if (saved.Pairs > trainPairs.Count)
            throw new InputException($"{folder}: the saved state has used {saved.Pairs} pairs of its epoch, but the " +
                $"text has {trainPairs.Count}; begin anew with Trainer.Run.");
    }

    /// <summary>Prepares the folder, and writes to it what does not change during the run.</summary>
    private void Begin()
    {
        if (ranks is not null) RequireSameRun(ranks);
        isTaken = resumedAt is not null || !ranks.IsWriter();
        if (!ranks.IsWriter()) return;
        if (!isTaken)
        {
            RunFiles.Recover(folder);
            if (RunFiles.AreIn(folder)) FolderChange.Begin(folder);
        }
        checkpoints?.Trim();
        observer.Started(new TrainingPlan(model, trainPairs.Count, validPairs, team.Threads, folder)
        {
            Ranks = ranks?.Count ?? 1,
            BleuTokenizer = validation.BleuTokenizer, BleuSentences = validation.Sentences,
            ScheduleNote = Cost.ScheduleNote,
            ResumedAt = resumedAt, HasOtherSums = hasOtherSums,
        });
        // A state can be resumed only beside them, and the first state may be saved before the first model.
        if (resumedAt is null) ModelFolder.WriteDescription(FolderChange.PlaceToWrite(folder), model);
        WithMovingAverage(() => kept.Begin(updates, Progress()));
        if (FolderChange.IsOpen(folder)) return;
        isTaken = true;
        observer.FolderTaken();
    }

    /// <summary>Refuses what ranks cannot share, and ranks that would have nothing to do.</summary>
    private void RequireShareable(long parameters)
    {
        if (model.Network.NamedBuffers.Count > 0)
        {
            throw new InputException(
                $"{ranks!.Count} ranks: {OptionTable.InMessages(nameof(configuration.Normalization))} batch takes the "
                + "statistics of whole batches one after the other, so that ranks cannot share an update; train with "
                + "one process, or choose another normalization");
        }
        var most = GradientAccumulators.CountFor(parameters, keepsOrder: false, configuration.Accumulators);
        if (ranks!.Count > most)
        {
            throw new InputException(FormattableString.Invariant(
                $"{ranks.Count} ranks: an update of {parameters:N0} parameters has {most} accumulators, and each rank ")
                + $"needs one at least; give {OptionTable.InMessages(nameof(configuration.Accumulators))} "
                + FormattableString.Invariant($"{ranks.Count}, or begin {most} ranks with more threads each"));
        }
    }

    private void RequireSameRun(IRankGroup group) => group.RequireSame(
        ("training or validation text", RankMessages.HashOf(DataHash)),
        ("configuration", RankMessages.HashOf($"{ConfigurationFile.TextOf(configuration)} {updates}")),
        ("model", RankMessages.HashOf(model.Network)),
        ("kind of processor", RankMessages.HashOf($"{KernelWidth.IsFused}")));

    private TrainingCost Cost => new(configuration, trainPairs.Size, model.SourceTokens, model.TargetTokens);

    /// <summary>Replaces the earlier run in the folder, unless that is done or no model is saved yet.</summary>
    private void TakeFolder()
    {
        if (isTaken || !best.Exists) return;
        FolderChange.Commit(folder);
        isTaken = true;
        observer.FolderTaken();
    }

    /// <summary>Removes what this run wrote beside an earlier run.</summary>
    private void LeaveEarlierRun()
    {
        try
        {
            FolderChange.Discard(folder);
        }
        catch (InputException)
        {
            // The caller reports what ended the run. The next run in the folder removes the files.
        }
    }

    // Weights that are no numbers end the run when its state is saved; until then they are not kept.
    private void KeepCheckpoint()
    {
        if (ranks.IsWriter() && state.FirstThatIsNotFinite() is null) WithMovingAverage(() => kept.Take(updates));
    }

    private void SaveState(bool isLast)
    {
        RequireFinite();
        if (!ranks.IsWriter()) return;
        state.Save(
            folder,
            position with
            {
                Updates = updates, ValidatedAt = validatedAt, Seconds = Elapsed.TotalSeconds,
                BestLoss = best.Loss, BestBleu = best.Bleu, BestAccuracy = best.Accuracy, BestUpdate = best.Update,
                Waited = best.Waited,
                Checkpoints = checkpoints?.Updates ?? [], Data = DataHash,
            },
            keepsBest: isLast && best.Exists);
        savedAt = updates;
        checkpoints?.Trim();
    }

    private string DataHash => field ??= $"{trainPairs.Hash}-{validation.Hash}";

    private void RequireFinite()
    {
        if (state.FirstThatIsNotFinite() is { } broken) throw Diverged(broken);
    }

    private DivergenceException Diverged(string what) => new(
        $"update {updates}: {what} NaN or infinite; lower {OptionTable.InMessages(nameof(configuration.LearningRate))} "
        + $"(now {configuration.LearningRate}) or lengthen {OptionTable.InMessages(nameof(configuration.Warmup))}; "
        + $"Trainer.DetectsAnomalies names the operation where it begins. {WhatIsSaved()}");

    private string WhatIsSaved()
    {
        if (!isTaken) return $"No model was saved; {folder} still has the earlier run.";
        var model = best.Exists ? $"The best model so far is in {folder}"
            : File.Exists(ModelFolder.PathOf(folder, ModelFolder.Weights)) ? $"An earlier model is in {folder}"
            : "No model was saved";
        return savedAt is { } update
            ? $"{model}; Trainer.Resume with a lower {OptionTable.InMessages(nameof(configuration.LearningRate))} goes "
                + $"on from update {update}."
            : $"{model}.";
    }
}
