using Engine.Storage;

namespace Engine.Text;

/// <summary>The toy tasks by name.</summary>
public static class ToyTasks
{
    /// <summary>The name of the task that <c>data/zh-en</c> is a corpus of.</summary>
    public const string DefaultName = "zh-en";

    /// <summary>All tasks.</summary>
    public static IReadOnlyList<IToyTask> All { get; } =
    [
        new ChineseEnglishTask(), new DatesTask(), new NumbersTask(), new ReverseTask(), new CopyTask(), new SortTask(),
        new SentimentTask(),
    ];

    /// <summary>The task called <paramref name="name"/>.</summary>
    /// <exception cref="InputException">The name is unknown; the message lists the known names.</exception>
    public static IToyTask Create(string name) => All.FirstOrDefault(task => task.Name == name)
        ?? throw new InputException(
            $"unknown task {FileProblem.Quote(name)}; choose one of "
            + $"{string.Join(", ", All.Select(task => task.Name))}");
}
