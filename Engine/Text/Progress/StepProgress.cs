namespace Engine.Text;

/// <summary>How far a step that may take long is.</summary>
/// <param name="Step">What is being done, such as "numbering pairs".</param>
/// <param name="Done">How much of it is done: 0 as it begins, 1 when it is over.</param>
public readonly record struct StepProgress(string Step, double Done);

/// <summary>Steps that are parts of others, or go through a list.</summary>
public static class StepProgressExtensions
{
    /// <summary>Takes the progress of a step for that of the parts from <paramref name="first"/> on.</summary>
    /// <param name="progress">What is told of the whole.</param>
    /// <param name="first">How many parts of it were done before.</param>
    /// <param name="count">How many are being done.</param>
    /// <param name="whole">How many there are.</param>
    public static IProgress<StepProgress> Part(
        this IProgress<StepProgress> progress, int first, int count, int whole) =>
        new Relay(progress, part => part with { Done = (first + (count * part.Done)) / whole });

    /// <summary>Names with each step what it belongs to: "validation: translating".</summary>
    public static IProgress<StepProgress> Within(this IProgress<StepProgress> progress, string work) =>
        new Relay(progress, part => part with { Step = $"{work}: {part.Step}" });

    /// <summary>The items as they are, telling how many of them were taken.</summary>
    internal static IEnumerable<T> Telling<T>(
        this IEnumerable<T> items, IProgress<StepProgress>? progress, string step, int count)
    {
        return progress is null ? items : Tell();

        IEnumerable<T> Tell()
        {
            using var tally = new StepTally(progress, step, count);
            foreach (var item in items)
            {
                yield return item;
                tally.Add(1);
            }
        }
    }

    private sealed class Relay(IProgress<StepProgress> progress, Func<StepProgress, StepProgress> change)
        : IProgress<StepProgress>
    {
        public void Report(StepProgress value) => progress.Report(change(value));
    }
}
