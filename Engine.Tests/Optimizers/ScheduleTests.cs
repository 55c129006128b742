using Engine.Optimizers;

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
    public void Without_warm_up_a_schedule_begins_at_or_just_below_the_peak(string name) =>
        Assert.InRange(WithWarmup[name](0.3, 0).At(1), 0.3 * 0.98, 0.3);

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
    public void The_linear_schedule_falls_by_equal_steps_to_zero_at_the_last_update_and_stays_there()
    {
        var line = new LinearSchedule(0.4, 10, 110);
        Close.To([0.4, 0.3, 0.2, 0.1, 0, 0], Of(line, 10, 35, 60, 85, 110, 500), 1e-12);
        Assert.Equal([0.1, 0, 0], Of(new LinearSchedule(0.2, 2, 2), 1, 2, 3));
    }

    [Fact]
    public void The_cosine_schedule_is_half_way_down_in_the_middle_and_flat_at_both_ends()
    {
        var cosine = new CosineSchedule(0.4, 10, 110);
        Close.To([0.4, 0.2, 0, 0], Of(cosine, 10, 60, 110, 500), 1e-12);
        Assert.Equal(0.4 * (1 + Math.Cos(Math.PI / 4)) / 2, cosine.At(35), 1e-12);
        Assert.True(cosine.At(10) - cosine.At(11) < 0.1 * (cosine.At(59) - cosine.At(60)));
    }

    [Fact]
    public void The_step_schedule_reduces_the_rate_at_equal_intervals_after_the_warm_up() => Close.To(
        [1, 1, 0.1, 0.1, 0.01], Of(new StepSchedule(1, 5, 100, 0.1), 5, 104, 105, 204, 205), 1e-12);

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

    private static double[] Of(ISchedule schedule, params int[] updates) => [.. updates.Select(schedule.At)];
}
