using Engine.Layers;
using Engine.Storage;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>Which thread computes which microbatch of an update.</summary>
public class AccumulatorScheduleTests
{
    [Property]
    public void Each_microbatch_is_taken_once_and_an_accumulator_by_one_thread_at_a_time_in_order(Draw draw)
    {
        var (accumulators, microbatches, threads) = (draw.Integer(1, 8), draw.Size(), draw.Integer(1, 6));
        var schedule = new AccumulatorSchedule(accumulators, microbatches);
        var begun = new List<int>();
        var held = new Dictionary<int, int>();
        while (begun.Count < microbatches || held.Count > 0)
        {
            var thread = draw.Integer(0, threads - 1);
            if (held.Remove(thread, out var finished))
            {
                schedule.GiveBack(finished);
                continue;
            }
            var ready = Enumerable.Range(0, microbatches)
                .Where(i => !begun.Contains(i) && !held.ContainsValue(i % accumulators)).ToArray();
            Assert.Equal(ready.Length > 0, schedule.TryTake(out var accumulator, out var microbatch));
            if (ready.Length == 0) continue;
            Assert.Equal(ready[0], microbatch);
            Assert.Equal(microbatch % accumulators, accumulator);
            begun.Add(microbatch);
            held.Add(thread, accumulator);
        }
        Assert.False(schedule.TryTake(out _, out _));
    }

    [Fact]
    public void Batch_normalization_takes_one_accumulator()
    {
        var c = new TrainingConfiguration { Normalization = Normalization.Batch, Accumulators = 1 };
        c.Validate();
        Assert.Equal(
            "TrainingConfiguration.Accumulators is 2, but TrainingConfiguration.Normalization batch sums in the order "
            + "of the batches, which takes one; leave it out.",
            Assert.Throws<InputException>((c with { Accumulators = 2 }).Validate).Message);
    }

    [Fact]
    public void A_slow_thread_is_not_waited_for()
    {
        var schedule = new AccumulatorSchedule(4, 16);
        Assert.True(schedule.TryTake(out _, out _));
        var others = 0;
        for (; schedule.TryTake(out var accumulator, out _); schedule.GiveBack(accumulator)) others++;
        Assert.Equal(12, others);
    }
}
