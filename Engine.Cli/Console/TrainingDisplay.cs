using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>Shows the progress of training.</summary>
internal abstract class TrainingDisplay(WorkClock clock) : ITrainingObserver, IDisposable
{
    private readonly RunClock run = new();

    /// <summary>A line that is redrawn on a terminal; plain lines elsewhere.</summary>
    public static TrainingDisplay On(CommandStreams streams) =>
        streams.ErrorIsTerminal ? LiveProgress.Create(streams) : new PlainProgress(streams.Error, streams.Time);

    /// <summary>Trains while this display is on the screen.</summary>
    public abstract TrainingOutcome While(Func<TrainingOutcome> train);

    /// <summary>Shows a line that stays on the screen.</summary>
    public abstract void Say(string line);

    /// <inheritdoc/>
    public void Started(TrainingPlan plan)
    {
        foreach (var line in Header(plan)) Say(line);
    }

    /// <summary>The lines that tell what a run will do.</summary>
    public static IEnumerable<string> Header(TrainingPlan plan)
    {
        var c = plan.Model.Configuration;
        var parameters = plan.Model.Network.Parameters.Sum(parameter => (long)parameter.Count);
        var layers = c.Task == "classify" ? $"{c.Layers}" : $"{c.Layers}+{c.Layers}";
        yield return $"model {c.Architecture}, {layers} layers of {c.DModel} features and {c.Heads} heads, "
            + $"{Printable.Count(parameters)} parameters";
        yield return $"vocab {Printable.Count(plan.Model.SourceTokens)} source tokens ({c.SourceTokenizer}), "
            + (c.Task == "classify" ? $"{Printable.Count(plan.Model.TargetTokens)} labels"
                : $"{Printable.Count(plan.Model.TargetTokens)} target tokens ({c.TargetTokenizer})");
        if (plan.BleuTokenizer is { } tokenizer)
            yield return $"BLEU  of {Printable.Count(plan.BleuSentences)} validation sentences, as 'engine score "
                + $"--tokenize {tokenizer}{(c.Lowercase ? " --lowercase" : "")}' computes it";
        var ranks = plan.Ranks == 1 ? "" : $"{plan.Ranks} ranks of ";
        yield return $"run   {Limits(c)}, {ranks}{plan.Threads} {(plan.Threads == 1 ? "thread" : "threads")}, "
            + $"seed {c.Seed}, into {plan.Folder}";
        if (plan.ScheduleNote is { } note) yield return $"note  {OptionNames.In(note)}";
        if (plan.HasOtherSums)
            yield return "note  of this processor and that on which the run began, only one has fused multiply-add: "
                + "the last bits of the results will differ from the bits of an uninterrupted run";
    }

    /// <inheritdoc/>
    public abstract void Updated(UpdateReport report);

    /// <inheritdoc/>
    public void Validated(ValidationReport report)
    {
        var model = report.Averaged > 0
            ? $"average of the last {report.Averaged} checkpoints" : $"update {Printable.Count(report.Update)}";
        var answers = Printable.AnswerScore(report.Bleu, report.Accuracy) is { } score ? ", " + score : "";
        var smoothed = report.Loss.Smoothed != report.Loss.Plain
            ? $" (smoothed {Printable.Fixed(report.Loss.Smoothed, 4)})" : "";
        Say($"{model}: validation loss {Printable.Fixed(report.Loss.Plain, 4)}{smoothed}, "
            + $"perplexity {Printable.Perplexity(report.Perplexity)}{answers}"
            + (report.IsBest ? ", saved" : report.Averaged > 0 ? ", not better than the best" : ""));
        if (report.LayerGradients.Count > 0)
            Say($"  gradient norms: {string.Join(", ", report.LayerGradients.Select(layer =>
                $"{layer.Layer} {Printable.Short(layer.Norm)}"))}");
        foreach (var sample in report.Samples) Say(SampleLine.Of(sample));
    }

    /// <inheritdoc/>
    public void Report(WorkProgress value)
    {
        if (clock.TimeLeft(value) is { } left) ShowWork(ProgressLine.Text(value, left));
    }

    /// <inheritdoc/>
    public virtual void Dispose()
    {
    }

    /// <summary>Shows the progress of long work between updates.</summary>
    protected abstract void ShowWork(string line);

    /// <summary>The parts of the progress line, the most important first.</summary>
    protected IEnumerable<string> Parts(UpdateReport report)
    {
        yield return $"update {Printable.Count(report.Update)}";
        yield return $"loss {Printable.Fixed(report.Loss, 3)}";
        if (run.TimeLeft(report) is { } left) yield return $"{Printable.Time(left)} left";
        yield return $"{Printable.Count(report.TokensPerSecond)} tokens/s";
        yield return $"epoch {Printable.Count(report.Epoch)}";
        yield return $"lr {Printable.Rate(report.LearningRate)}";
    }

    private static string Limits(TrainingConfiguration c)
    {
        var limits = new List<string>();
        if (c.Epochs > 0) limits.Add(c.Epochs == 1 ? "1 epoch" : $"{Printable.Count(c.Epochs)} epochs");
        if (c.Updates > 0) limits.Add(c.Updates == 1 ? "1 update" : $"{Printable.Count(c.Updates)} updates");
        if (c.Minutes > 0)
            limits.Add(FormattableString.Invariant($"{c.Minutes} {(c.Minutes == 1 ? "minute" : "minutes")}"));
        return string.Join(" or ", limits);
    }
}
