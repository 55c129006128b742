using Engine.Storage;

namespace Engine.Text;

/// <summary>The toy tasks by name.</summary>
public static class ToyTasks
{
    /// <summary>The name of the task that <c>data/zh-en</c> is a corpus of.</summary>
    public const string DefaultName = "zh-en";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<IToyTask> All { get; } =
    [
        new ChineseEnglishTask(), new DatesTask(), new NumbersTask(), new ReverseTask(), new CopyTask(), new SortTask(),
        new SentimentTask(),
    ];

    /// <summary>The task called <paramref name="name"/>.</summary>
    /// <exception cref="InputException">No task has this name; the message lists those that exist.</exception>
    public static IToyTask Create(string name) => All.FirstOrDefault(task => task.Name == name)
        ?? throw new InputException(
            $"unknown task '{name}'; choose one of {string.Join(", ", All.Select(task => task.Name))}");
}
