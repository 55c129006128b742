using System.Globalization;
using Engine.Optimizers;
using C = Engine.Training.TrainingConfiguration;

namespace Engine.Training;

/// <summary>
/// The learning-rate schedules that a run can have: how a configuration makes each, and which options it reads besides
/// the options that every schedule reads.
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

    /// <summary>The updates of the whole run, as far as the schedule needs them; 0 if it is not known.</summary>
    /// <param name="configuration">The schedule's name and the limits of the run.</param>
    /// <param name="updatesPerEpoch">Counts the updates of one pass over the pairs.</param>
    internal static int Length(TrainingConfiguration configuration, Func<int> updatesPerEpoch)
    {
        var c = configuration;
        if (!NeedsLength(c.Schedule)) return c.Updates;
        var updates = c.Updates > 0 ? c.Updates : int.MaxValue;
        return c.Epochs > 0 ? (int)Math.Min(updates, (long)c.Epochs * updatesPerEpoch()) : updates;
    }

    /// <summary>The schedule of a configuration.</summary>
    /// <param name="configuration">The schedule's name and options.</param>
    /// <param name="updates"><see cref="Length"/>.</param>
    internal static ISchedule Create(TrainingConfiguration configuration, int updates) =>
        All.First(choice => choice.Name == configuration.Schedule).Create(configuration, updates);

    /// <summary>
    /// What a user should know of a schedule before the run: that the warm-up takes the whole run. Null if it does not.
    /// </summary>
    /// <param name="configuration">The schedule's name and options.</param>
    /// <param name="updates"><see cref="Length"/>.</param>
    /// <param name="isEstimate">Whether the updates follow from <see cref="TrainingCost"/>.</param>
    internal static string? Note(TrainingConfiguration configuration, int updates, bool isEstimate = false)
    {
        var warmup = configuration.Warmup;
        if (updates == 0 || warmup < updates || warmup <= 1) return null;
        var name = OptionTable.InMessages(nameof(configuration.Warmup));
        var end = warmup == updates ? "and has its peak at the last update" : string.Create(
            CultureInfo.InvariantCulture, $"and ends at {100.0 * updates / warmup:0.##}% of its peak");
        var run = updates == 1 ? "1 update" : FormattableString.Invariant($"{updates} updates");
        if (isEstimate) run = $"about {run}";
        return FormattableString.Invariant($"{name} {warmup} takes the whole run of {run}: the learning rate ")
            + FormattableString.Invariant($"only rises, {end}; try {name} {Math.Max(1, updates / 10)}.");
    }
}
