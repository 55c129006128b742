using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The result of a training run.</summary>
internal sealed class TrainingResult(
    string folder, string task, TrainingOutcome outcome, TrainingRecord record)
{
    private const int SampleCount = 10;

    private IReadOnlyList<TranslationSample> samples = record.Best?.Samples ?? [];
    private int matched, tested;

    /// <summary>The command that goes on with the run once it was stopped.</summary>
    public required string Resume { get; init; }

    /// <summary>The ranks that trained together; null for one process.</summary>
    public TimedRanks? Ranks { get; init; }

    /// <summary>The page that tells of the run; null if there is none.</summary>
    public string? Page { get; set; }

    /// <summary>What came of the test split, in one line; null where there is none.</summary>
    public string? Tested => tested == 0 ? null
        : $"{(IsLabelling ? "accuracy" : "exact match")} {Printable.Fixed(Percent, 1)}%";

    /// <summary>Translates or labels the test split, and counts the answers that are right.</summary>
    public void Test(TextModel model, ParallelCorpus test, ThreadTeam team, IProgress<WorkProgress> progress)
    {
        var translations = model.Answer(test.Source, team, progress);
        var all = translations.Select((translation, i) =>
            new TranslationSample(test.Source[i], test.Target[i], translation));
        (matched, tested) = (all.Count(sample => model.IsRight(sample.Translation, sample.Reference)), test.Count);
        samples = [.. all.Take(SampleCount)];
    }

    /// <summary>Writes the result: text, or one line of JSON.</summary>
    public void Write(TextWriter output, bool json)
    {
        if (json) WriteJson(output);
        else WriteText(output);
        output.Flush();
    }

    private void WriteText(TextWriter output)
    {
        var how = outcome.WasCancelled
            ? $"stopped after update {Printable.Count(outcome.Updates)}"
              + (record.Last is { } last ? $" ({Printable.Fixed(last.Progress * 100, 0)}% of the run)" : "")
            : outcome.WasStoppedEarly
                ? $"stopped early after update {Printable.Count(outcome.Updates)}, since no later model was better"
                : double.IsFinite(Perplexity) ? "done" : "ended, but the model has learned nothing";
        output.WriteLine(Printable.Of(outcome.Updates == 0
            ? $"stopped before the first update; the model with the weights it began with is saved in {folder}"
            : $"{how}; the best model{Origin()} is saved in {folder}"));
        if (IsToGoOn) output.WriteLine(Printable.Of($"go on with it: {Resume}"));
        output.WriteLine(Printable.Of(
            $"{task} with it: {ProgramName.Command(task)} --model {ProgramName.Quoted(folder)}"));
        foreach (var sample in samples) output.WriteLine(SampleLine.Of(sample));
        var trained = $"trained in {Printable.Time(outcome.Elapsed)}";
        var answers = Printable.AnswerScore(outcome.BestBleu, outcome.BestAccuracy) is { } score ? score + ", " : "";
        var loss = $"validation {answers}perplexity {Printable.Perplexity(Perplexity)} "
            + $"(loss {Printable.Fixed(outcome.BestLoss, 4)})";
        output.WriteLine(tested == 0 ? $"{loss}; {trained}" : loss);
        if (tested > 0)
        {
            output.WriteLine($"{Tested} of the test set "
                + $"({Printable.Count(matched)} of "
                + $"{Printable.Count(tested)} sentences); {trained}");
        }
        if (Ranks is not null) output.WriteLine(RankLine(Ranks));
        if (Page is not null) output.WriteLine(Printable.Of($"how it was made and learned: {Page}"));
    }

    private string RankLine(TimedRanks ranks) =>
        $"{ranks.Count} ranks: of the time of rank 0, {Share(ranks.Waiting)} went into waiting for the others and "
        + $"{Share(ranks.Exchanging)} into exchanging gradients, {Printable.Short(BytesAnUpdate(ranks) / 1e6)} MB sent "
        + "an update";

    private string Share(TimeSpan part) =>
        $"{Printable.Fixed(100 * part / outcome.Elapsed, 1)}%";

    private double BytesAnUpdate(TimedRanks ranks) => ranks.BytesSent / (double)Math.Max(1, ranks.Exchanges);

    // Before the first update there is no state to go on from.
    private bool IsToGoOn => outcome.WasCancelled && outcome.Updates > 0;

    private string Origin() =>
        outcome.BestAveraged > 0 ? $", the average of the last {outcome.BestAveraged} checkpoints,"
        : outcome.BestUpdate is { } update ? $", of update {Printable.Count(update)}," : "";

    private double Perplexity => Math.Exp(outcome.BestLoss);

    private bool IsLabelling => task == "classify";

    private double Percent => 100.0 * matched / tested;

    private void WriteJson(TextWriter output) => output.WriteLine(JsonOutput.OneLine(
        new
        {
            model = folder,
            updates = outcome.Updates,
            bestUpdate = outcome.BestUpdate,
            validationLoss = outcome.BestLoss,
            validationPerplexity = Perplexity,
            validationBleu = outcome.BestBleu,
            validationAccuracy = outcome.BestAccuracy,
            averaged = outcome.BestAveraged,
            stoppedEarly = outcome.WasStoppedEarly,
            exactMatch = tested > 0 && !IsLabelling ? Percent : (double?)null,
            accuracy = tested > 0 && IsLabelling ? Percent : (double?)null,
            matched = tested > 0 ? matched : (int?)null,
            tested = tested > 0 ? tested : (int?)null,
            seconds = Math.Round(outcome.Elapsed.TotalSeconds, 3),
            stopped = outcome.WasCancelled,
            resume = IsToGoOn ? Resume : null,
            report = Page,
            ranks = Ranks is null ? null : new
            {
                count = Ranks.Count,
                waitingSeconds = Math.Round(Ranks.Waiting.TotalSeconds, 3),
                exchangingSeconds = Math.Round(Ranks.Exchanging.TotalSeconds, 3),
                bytesAnUpdate = BytesAnUpdate(Ranks),
            },
            samples = samples.Select(sample => new
            {
                source = sample.Source, reference = sample.Reference, translation = sample.Translation,
            }),
        }));
}
