namespace Engine.Text;

/// <summary>How much of a piece of work that may take long is done.</summary>
/// <param name="Work">The work, such as "encoding pairs".</param>
/// <param name="Done">How much of it is done: 0 as it begins, 1 when it is over.</param>
public readonly record struct WorkProgress(string Work, double Done)
{
    /// <summary>The part of the work under way, such as a file of several; null where the work has no parts.</summary>
    public string? Part { get; init; }
}

/// <summary>Reports the progress of work that is part of other work, or that goes through a list.</summary>
public static class WorkProgressExtensions
{
    /// <summary>Turns the progress of some parts of a whole into the progress of the whole.</summary>
    /// <param name="progress">Is told the progress of the whole.</param>
    /// <param name="first">How many parts were done before.</param>
    /// <param name="count">How many parts the reported work consists of.</param>
    /// <param name="whole">How many parts there are.</param>
    public static IProgress<WorkProgress> Part(
        this IProgress<WorkProgress> progress, int first, int count, int whole) =>
        new Relay(progress, part => part with { Done = (first + (count * part.Done)) / whole });

    /// <summary>Puts the name of the whole before the name of each part: "validation: translating".</summary>
    public static IProgress<WorkProgress> Within(this IProgress<WorkProgress> progress, string whole) =>
        new Relay(progress, part => part with { Work = $"{whole}: {part.Work}" });

    /// <summary>Passes the items on as they are, and reports how many of them were taken.</summary>
    internal static IEnumerable<T> Counting<T>(
        this IEnumerable<T> items, IProgress<WorkProgress>? progress, string work, int count)
    {
        return progress is null ? items : Count();

        IEnumerable<T> Count()
        {
            using var counter = new ProgressCounter(progress, work, count);
            foreach (var item in items)
            {
                yield return item;
                counter.Add(1);
            }
        }
    }

    private sealed class Relay(IProgress<WorkProgress> progress, Func<WorkProgress, WorkProgress> change)
        : IProgress<WorkProgress>
    {
        public void Report(WorkProgress value) => progress.Report(change(value));
    }
}
