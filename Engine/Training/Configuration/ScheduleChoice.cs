using Engine.Optimizers;
using C = Engine.Training.TrainingConfiguration;

namespace Engine.Training;

/// <summary>
/// The learning-rate schedules that a run can have: how a configuration makes each, and which options it reads besides
/// those that every schedule reads.
/// </summary>
public static class ScheduleChoice
{
    private const string Linear = "linear", Cosine = "cosine";

    private delegate ISchedule Make(TrainingConfiguration c, int updates);

    private static readonly Choice<Make>[] All =
    [
        new("inverse-sqrt", [nameof(C.LearningRate)], (c, _) =>
            new InverseSquareRootSchedule(c.LearningRate, c.Warmup)),
        new("noam", [], (c, _) => new NoamSchedule(c.DModel, c.Warmup)),
        new("constant", [nameof(C.LearningRate)], (c, _) => new ConstantSchedule(c.LearningRate, c.Warmup)),
        new(Linear, [nameof(C.LearningRate)], (c, updates) => new LinearSchedule(c.LearningRate, c.Warmup, updates)),
        new(Cosine, [nameof(C.LearningRate)], (c, updates) => new CosineSchedule(c.LearningRate, c.Warmup, updates)),
        new("step", [nameof(C.LearningRate), nameof(C.DecayEvery), nameof(C.DecayFactor)], (c, _) =>
            new StepSchedule(c.LearningRate, c.Warmup, c.DecayEvery, c.DecayFactor)),
        new("plateau", [nameof(C.LearningRate), nameof(C.DecayFactor), nameof(C.Patience)], (c, _) =>
            new ReduceOnPlateauSchedule(c.LearningRate, c.Warmup, c.DecayFactor, c.Patience)),
    ];

    /// <summary>The names of all schedules.</summary>
    public static IReadOnlyList<string> Names { get; } = All.Names;

    /// <summary>The schedules that read an option; all schedules, if every one reads it.</summary>
    /// <param name="property">The option's property in <see cref="TrainingConfiguration"/>.</param>
    public static IReadOnlyList<string> ReadersOf(string property) => All.ReadersOf(property);

    /// <summary>Whether a schedule depends on the number of updates of the whole run.</summary>
    internal static bool NeedsLength(string name) => name is Linear or Cosine;

    /// <summary>The schedule of a configuration.</summary>
    /// <param name="configuration">The schedule's name and options.</param>
    /// <param name="updatesPerEpoch">Counts the updates of one pass over the pairs.</param>
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
