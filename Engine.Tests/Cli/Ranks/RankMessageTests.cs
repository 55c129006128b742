using Engine.Layers;
using Engine.Optimizers;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>What ranks tell each other beside gradients.</summary>
public class RankMessageTests
{
    [Fact]
    public void Every_rank_gets_the_losses_of_the_ranks_that_computed_them()
    {
        var all = ThreadRanks.Run(3, ranks =>
        {
            double[] losses = [.. Enumerable.Range(0, 7).Select(i => i % 3 == ranks.Rank ? i + 0.25 : 0)];
            ranks.ShareLosses(losses, microbatch => microbatch % 3, anomaly: null);
            return losses;
        });
        Assert.All(all, losses => Assert.Equal([0.25, 1.25, 2.25, 3.25, 4.25, 5.25, 6.25], losses));
    }

    [Fact]
    public void An_anomaly_on_one_rank_ends_the_step_on_all_with_its_message()
    {
        var all = ThreadRanks.Run(3, ranks => Assert.Throws<AnomalyException>(() => ranks.ShareLosses(
            new double[2], microbatch => microbatch, ranks.Rank == 0 ? null : $"Softmax of rank {ranks.Rank}: NaN"))
            .Message);
        Assert.Equal(Enumerable.Repeat("Softmax of rank 1: NaN", 3), all);
    }

    [Fact]
    public void Rank_0_decides()
    {
        Assert.Equal([true, true], ThreadRanks.Run(2, ranks => ranks.Decide(ranks.Rank == 0)));
        Assert.Equal([false, false], ThreadRanks.Run(2, ranks => ranks.Decide(ranks.Rank == 1)));
    }

    [Fact]
    public void A_rank_that_differs_is_named_with_what_differs()
    {
        var all = ThreadRanks.Run(3, ranks => Record.Exception(() => ranks.RequireSame(
            ("text", RankMessages.HashOf("same")), ("model", RankMessages.HashOf($"{ranks.Rank / 2}"))))?.Message);
        Assert.All(all, message => Assert.StartsWith("rank 2 has another model than rank 0; ", message));
    }

    [Fact]
    public void An_anomaly_in_a_microbatch_of_one_rank_ends_the_update_on_all_ranks()
    {
        var batch = new Batch(new SentencePair([4], [4]), new SentencePair([5], [5]));
        var all = ThreadRanks.Run(2, ranks =>
        {
            var model = new Logarithm(ranks.Rank == 1 ? -1 : 1);
            using var team = new ThreadTeam(1);
            var step = new TrainingStep(
                model, new Sgd<float>(model.Network.Parameters, 0.1), new RandomStream(1), team, 2, ranks)
            {
                DetectsAnomalies = true,
            };
            return Assert.Throws<AnomalyException>(() => step.Run(batch)).Message;
        });
        Assert.StartsWith("Log", all[0]);
        Assert.Equal(all[0], all[1]);
    }

    /// <summary>A loss that is no number for a negative number.</summary>
    private sealed class Logarithm(float number) : ITrainable
    {
        public Module<float> Network { get; } = new Linear<float>(2, 2, new RandomStream(1));

        public Tensor<float> Loss(Tape<float> tape, Batch batch, double divisor) =>
            Op.L2Penalty(tape.Use(Network.Parameters[0]), 1) + Op.Sum(Op.Log(tape.Constant([1], [number])));
    }
}
