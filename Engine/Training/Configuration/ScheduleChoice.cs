using Engine.Optimizers;

namespace Engine.Training;

/// <summary>
/// The learning-rate schedules that a run can have: how each is made of a configuration, and which options it reads.
/// </summary>
public static class ScheduleChoice
{
    private static readonly Choice[] All =
    [
        new("inverse-sqrt", ["learning-rate"], (c, _) => new InverseSquareRootSchedule(c.LearningRate, c.Warmup)),
        new("noam", [], (c, _) => new NoamSchedule(c.DModel, c.Warmup)),
        new("constant", ["learning-rate"], (c, _) => new ConstantSchedule(c.LearningRate, c.Warmup)),
        new("linear", ["learning-rate"], (c, updates) => new LinearSchedule(c.LearningRate, c.Warmup, updates)),
        new("cosine", ["learning-rate"], (c, updates) => new CosineSchedule(c.LearningRate, c.Warmup, updates)),
        new("step", ["learning-rate", "decay-every", "decay-factor"], (c, _) =>
            new StepSchedule(c.LearningRate, c.Warmup, c.DecayEvery, c.DecayFactor)),
        new("plateau", ["learning-rate", "decay-factor", "patience"], (c, _) =>
            new ReduceOnPlateauSchedule(c.LearningRate, c.Warmup, c.DecayFactor, c.Patience)),
    ];

    private sealed record Choice(string Name, string[] Reads, Func<TrainingConfiguration, int, ISchedule> Create);

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(choice => choice.Name)];

    /// <summary>The schedules that read an option; all, if every one does.</summary>
    public static IReadOnlyList<string> ReadersOf(string option) =>
        All.Any(choice => choice.Reads.Contains(option))
            ? [.. All.Where(choice => choice.Reads.Contains(option)).Select(choice => choice.Name)]
            : Names;

    /// <summary>Whether a schedule must know how many updates there will be.</summary>
    internal static bool NeedsLength(string name) => name is "linear" or "cosine";

    /// <summary>The schedule of a configuration.</summary>
    /// <param name="configuration">Names it, and has its options.</param>
    /// <param name="updatesPerEpoch">How many updates a pass over the pairs takes.</param>
    internal static ISchedule Create(TrainingConfiguration configuration, Func<int> updatesPerEpoch)
    {
        var c = configuration;
        var updates = 0L;
        if (NeedsLength(c.Schedule))
        {
            updates = c.Updates > 0 ? c.Updates : int.MaxValue;
            if (c.Epochs > 0) updates = Math.Min(updates, (long)c.Epochs * updatesPerEpoch());
        }
        return All.First(choice => choice.Name == c.Schedule).Create(c, (int)updates);
    }
}
