using Engine.Optimizers;
using Engine.Training;

namespace Engine.Tests.Optimizers;

public sealed class ScheduleTests
{
    private static readonly Dictionary<string, Func<double, int, ISchedule>> WithWarmup = new()
    {
        ["constant"] = (peak, warmup) => new ConstantSchedule(peak, warmup),
        ["inverse square root"] = (peak, warmup) => new InverseSquareRootSchedule(peak, warmup),
        ["linear"] = (peak, warmup) => new LinearSchedule(peak, warmup, warmup + 100),
        ["cosine"] = (peak, warmup) => new CosineSchedule(peak, warmup, warmup + 100),
        ["step"] = (peak, warmup) => new StepSchedule(peak, warmup, 10, 0.5),
        ["plateau"] = (peak, warmup) => new ReduceOnPlateauSchedule(peak, warmup, 0.5, 1),
    };

    public static TheoryData<string> Names => new(WithWarmup.Keys);

    public static TheoryData<string> Choices => new(ScheduleChoice.Names);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_rate_rises_in_equal_steps_to_the_peak_and_never_above(string name)
    {
        var schedule = WithWarmup[name](0.3, 20);
        for (var update = 1; update <= 20; update++) Assert.Equal(0.3 * update / 20, schedule.At(update), 1e-15);
        for (var update = 21; update <= 200; update++)
            Assert.InRange(schedule.At(update), -1e-15, schedule.At(update - 1) + 1e-15);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Without_warm_up_a_schedule_begins_at_the_peak(string name) =>
        Assert.Equal(0.3, WithWarmup[name](0.3, 0).At(1));

    [Theory]
    [MemberData(nameof(Choices))]
    public void Every_update_of_a_run_moves_and_one_has_the_peak(string name)
    {
        foreach (var updates in (int[])[1, 2, 3, 7, 50])
        {
            foreach (var warmup in (int[])[0, 1, 2, 3, 6, 7, 8, 49, 50, 51, 400, int.MaxValue])
            {
                if (name == "noam" && warmup == 0) continue; // refused
                var configuration = new TrainingConfiguration
                {
                    Schedule = name, Updates = updates, Epochs = 0, Warmup = warmup, LearningRate = 0.25, DModel = 16,
                    DecayEvery = 1, DecayFactor = 0.5, Patience = 0,
                };
                var length = ScheduleChoice.Length(configuration, () => throw new InvalidOperationException());
                var schedule = ScheduleChoice.Create(configuration, length);
                double[] rates = [.. Enumerable.Range(1, updates).Select(schedule.At)];
                Assert.All(rates, rate => Assert.InRange(rate, double.Epsilon, double.MaxValue));
                var peak = name == "noam" ? 0.25 / Math.Sqrt(Math.Max(warmup, 1)) : 0.25;
                if (warmup <= updates) Assert.Equal(peak, rates.Max(), 1e-15);
                else Assert.Equal(peak * updates / warmup, rates.Max(), 1e-12);
                Assert.Equal(Math.Min(Math.Max(warmup, 1), updates), Array.IndexOf(rates, rates.Max()) + 1);
                Assert.All((int[])[updates + 1, updates + 100, int.MaxValue], later =>
                    Assert.InRange(schedule.At(later), 0, peak));
                Assert.Equal(warmup >= Math.Max(updates, 2), ScheduleChoice.Note(configuration, length) is not null);
            }
        }
    }

    [Fact]
    public void A_run_of_epochs_falls_to_0_after_its_last_update()
    {
        var configuration = new TrainingConfiguration { Schedule = "linear", Epochs = 3, Updates = 0, Warmup = 0 };
        var length = ScheduleChoice.Length(configuration, () => 20);
        Assert.Equal(60, length);
        Assert.Equal(20, ScheduleChoice.Length(configuration with { Updates = 20 }, () => 20));
        Assert.Equal(int.MaxValue, ScheduleChoice.Length(configuration with { Epochs = int.MaxValue }, () => 20));
        var schedule = ScheduleChoice.Create(configuration with { LearningRate = 0.6 }, length);
        Close.To([0.6, 0.01, 0], Of(schedule, 1, 60, 61), 1e-12);
    }

    [Fact]
    public void A_warm_up_as_long_as_the_run_is_said_with_a_shorter_one()
    {
        string? Note(int warmup, int updates) =>
            ScheduleChoice.Note(new TrainingConfiguration { Warmup = warmup, Updates = updates }, updates);

        Assert.Equal(
            "TrainingConfiguration.Warmup 400 takes the whole run of 50 updates: the learning rate only rises, and "
            + "ends at 12.5% of its peak; try TrainingConfiguration.Warmup 5.",
            Note(400, 50));
        Assert.Equal(
            "TrainingConfiguration.Warmup 50 takes the whole run of 50 updates: the learning rate only rises, and has "
            + "its peak at the last update; try TrainingConfiguration.Warmup 5.",
            Note(50, 50));
        Assert.Null(Note(49, 50));
        Assert.Null(Note(1, 1)); // the only update has the peak
        Assert.Null(Note(400, 0)); // a run of unknown length
    }

    [Fact]
    public void The_constant_schedule_stays_at_its_peak() =>
        Assert.Equal(0.3, new ConstantSchedule(0.3, 20).At(100_000));

    [Fact]
    public void The_inverse_square_root_schedule_halves_the_rate_at_four_times_the_updates() =>
        Assert.Equal([0.3, 0.15, 0.075], Of(new InverseSquareRootSchedule(0.3, 50), 50, 200, 800));

    [Fact]
    public void The_Noam_schedule_is_the_papers_equation_and_peaks_at_the_end_of_the_warm_up()
    {
        var noam = new NoamSchedule(512, 4000);
        Assert.Equal(Math.Pow(512, -0.5) * Math.Pow(4000, -0.5), noam.At(4000), 1e-12);
        Assert.Equal(Math.Pow(512, -0.5) * 1000 * Math.Pow(4000, -1.5), noam.At(1000), 1e-12);
        Assert.Equal(Math.Pow(512, -0.5) * Math.Pow(16000, -0.5), noam.At(16000), 1e-12);
        Assert.True(noam.At(3999) < noam.At(4000) && noam.At(4001) < noam.At(4000));
        Assert.Equal(2 * noam.At(77), new NoamSchedule(512, 4000, 2).At(77), 1e-15);
        // The same as the inverse square root with its peak at 1 / √(dModel · warmup).
        var other = new InverseSquareRootSchedule(1 / Math.Sqrt(512.0 * 4000), 4000);
        foreach (var update in (int[])[1, 500, 4000, 9000]) Assert.Equal(other.At(update), noam.At(update), 1e-15);
    }

    [Fact]
    public void The_linear_schedule_falls_by_equal_steps_to_zero_after_the_last_update_and_stays_there()
    {
        var line = new LinearSchedule(0.4, 10, 109);
        Close.To([0.4, 0.3, 0.2, 0.1, 0.004, 0, 0], Of(line, 10, 35, 60, 85, 109, 110, 500), 1e-12);
        Assert.Equal([0.1, 0.2, 0], Of(new LinearSchedule(0.2, 2, 2), 1, 2, 3));
    }

    [Fact]
    public void The_cosine_schedule_is_half_way_down_in_the_middle_and_flat_at_both_ends()
    {
        var cosine = new CosineSchedule(0.4, 10, 109);
        Close.To([0.4, 0.2, 0, 0], Of(cosine, 10, 60, 110, 500), 1e-12);
        Assert.Equal(0.4 * (1 + Math.Cos(Math.PI / 4)) / 2, cosine.At(35), 1e-12);
        Assert.True(cosine.At(10) - cosine.At(11) < 0.1 * (cosine.At(59) - cosine.At(60)));
    }

    [Fact]
    public void The_step_schedule_reduces_the_rate_at_equal_intervals_after_the_warm_up() => Close.To(
        [1, 1, 0.1, 0.1, 0.01, 1, 0.1],
        [
            .. Of(new StepSchedule(1, 5, 100, 0.1), 5, 104, 105, 204, 205),
            .. Of(new StepSchedule(1, 0, 100, 0.1), 100, 101), // the first reduction after 100 updates at the peak
        ],
        1e-12);

    [Fact]
    public void The_plateau_schedule_reduces_the_rate_when_more_losses_than_its_patience_are_no_better()
    {
        var schedule = new ReduceOnPlateauSchedule(0.8, 4, 0.5, patience: 2);
        double After(params double[] losses)
        {
            foreach (var loss in losses) schedule.Observe(loss);
            return schedule.At(100);
        }
        Assert.Equal(0.8, After());
        Assert.Equal(0.8, After(5, 4, 4, 4.5));
        Assert.Equal(0.4, After(4));
        Assert.Equal(0.4, After(6, 3.9, 4, 4));
        Assert.Equal(0.2, After(double.NaN));
        Assert.Equal(0.4, schedule.At(2));
        Assert.Equal(
            new Dictionary<string, double>
            {
                ["plateauBest"] = 3.9, ["plateauWaited"] = 0, ["plateauReductions"] = 2,
            },
            schedule.State);

        var copy = new ReduceOnPlateauSchedule(0.8, 4, 0.5, patience: 2) { State = schedule.State };
        Assert.Equal(schedule.At(50), copy.At(50));
    }

    [Fact]
    public void A_schedule_that_depends_on_the_update_alone_has_no_state()
    {
        ISchedule schedule = new ConstantSchedule(1);
        schedule.State = new Dictionary<string, double> { ["plateauBest"] = 3.9 }; // as older files have for every run
        Assert.Empty(schedule.State);
    }

    [Fact]
    public void A_schedule_of_ones_own_gives_the_factor_after_the_warm_up() =>
        Close.To([0.1, 0.2, 0.4, 0.4, 0.2, 0.4 / 3], Of(new Falling(0.4, 4), 1, 2, 4, 5, 6, 7), 1e-12);

    private sealed class Falling(double peak, int warmup) : WarmupSchedule(peak, warmup)
    {
        protected override double Factor(int update) => 1.0 / Math.Max(update - Warmup, 1);
    }

    private static double[] Of(ISchedule schedule, params int[] updates) => [.. updates.Select(schedule.At)];
}
