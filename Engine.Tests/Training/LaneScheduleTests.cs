using Engine.Models;
using Engine.Optimizers;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>Who computes which shard of a step.</summary>
public class LaneScheduleTests
{
    [Property]
    public void Each_shard_is_taken_once_and_a_lane_by_one_at_a_time_in_order(Draw draw)
    {
        var (lanes, shards, threads) = (draw.Integer(1, 8), draw.Size(), draw.Integer(1, 6));
        var schedule = new LaneSchedule(lanes, shards);
        var begun = new List<int>();
        var held = new Dictionary<int, int>();
        while (begun.Count < shards || held.Count > 0)
        {
            var thread = draw.Integer(0, threads - 1);
            if (held.Remove(thread, out var finished))
            {
                schedule.GiveBack(finished);
                continue;
            }
            var ready = Enumerable.Range(0, shards)
                .Where(i => !begun.Contains(i) && !held.ContainsValue(i % lanes)).ToArray();
            Assert.Equal(ready.Length > 0, schedule.TryTake(out var lane, out var shard));
            if (ready.Length == 0) continue;
            Assert.Equal(ready[0], shard);
            Assert.Equal(shard % lanes, lane);
            begun.Add(shard);
            held.Add(thread, lane);
        }
        Assert.False(schedule.TryTake(out _, out _));
    }

    [Fact]
    public void A_slow_thread_is_not_waited_for()
    {
        var schedule = new LaneSchedule(4, 16);
        Assert.True(schedule.TryTake(out _, out _));
        var others = 0;
        for (; schedule.TryTake(out var lane, out _); schedule.GiveBack(lane)) others++;
        Assert.Equal(12, others);
    }

    [Fact]
    public void A_step_of_many_shards_has_the_same_bits_for_any_number_of_threads()
    {
        var batch = Pairs();
        var expected = Trained(threads: 1);
        foreach (var threads in (int[])[2, 3, 6]) Assert.Equal(expected, Trained(threads));

        float[] Trained(int threads)
        {
            var network = Network(dropout: 0.3);
            using var team = new ThreadTeam(threads);
            var step = new TranslationStep(
                network, new Adam<float>(network.Parameters), 0.1, 1, new RandomStream(2), team);
            for (var update = 0; update < 3; update++) step.Run(batch, batch);
            return [.. network.Parameters.SelectMany(parameter => parameter.Value.ToArray())];
        }
    }

    [Fact]
    public void Every_step_has_the_gradient_of_its_own_batch()
    {
        var (network, batch) = (Network(dropout: 0), Pairs());
        using var tape = new Tape<float>();
        var expected = new GradientSet<float>(network.Parameters);
        tape.Backward(TranslationStep.SummedLoss(network, tape, batch, 0.1, batch.TargetTokens), expected);
        using var team = new ThreadTeam(2);
        var step = new TranslationStep(
            network, new Sgd<float>(network.Parameters, 0), 0.1, 0, new RandomStream(2), team);
        for (var update = 0; update < 2; update++)
        {
            step.Run(batch, batch); // two shards in each lane; the mean over both is that over one
            Close.To(Doubles(expected), Doubles(step.Gradients), 1e-5);
        }
    }

    private static double[] Doubles(GradientSet<float> gradients) =>
        [.. gradients.All.ToArray().Select(number => (double)number)];

    private static Transformer<float> Network(double dropout) => new(
        new TransformerConfiguration
        {
            SourceVocabulary = 13, TargetVocabulary = 13, DModel = 8, DFf = 16, Heads = 2,
            EncoderLayers = 1, DecoderLayers = 1, Dropout = dropout,
        },
        new RandomStream(1));

    /// <summary>Enough for eight shards.</summary>
    private static Batch Pairs()
    {
        var random = new RandomStream(3);
        int[] Sentence() => [.. Samples.Indices(random, 15, 9).Select(token => token + 4)];
        return new Batch([.. Enumerable.Range(0, 400).Select(_ => new SentencePair(Sentence(), Sentence()))]);
    }
}
