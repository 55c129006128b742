using Engine.Bench;

namespace Engine.Tests.Cli;

/// <summary>The simulated speed of several machines, against figures computed by hand.</summary>
public class ClusterTests
{
    // 0.1 s a microbatch, 0.02 s a step; an update of 8 microbatches and 4,000 tokens; 100 MB of gradients; 1 ms a
    // message.
    private static readonly Cluster Cluster = new(0.1, 0.02, 8, 4000, 100_000_000, 0.001);

    [Fact]
    public void One_machine_computes_all_and_sends_nothing()
    {
        Assert.Equal(0, Cluster.NetworkSeconds(1, 1e10));
        Assert.Equal(0.82, Cluster.UpdateSeconds(1, 1e10), 1e-12); // 8 x 0.1 + 0.02
        Assert.Equal(4000 / 0.82, Cluster.TokensPerSecond(1, 1e10), 1e-9);
        Assert.Equal(1, Cluster.Efficiency(1, 1e10), 1e-12);
    }

    [Fact]
    public void Four_machines_share_the_microbatches_and_send_three_quarters_of_the_gradients_twice()
    {
        // 150 MB are 1.2 Gbit, 0.12 s at 10 Gbit/s; 6 + 4 messages of 1 ms; 2 microbatches of 0.1 s and the step.
        Assert.Equal(0.13, Cluster.NetworkSeconds(4, 1e10), 1e-12);
        Assert.Equal(0.35, Cluster.UpdateSeconds(4, 1e10), 1e-12);
        Assert.Equal(0.82 / (4 * 0.35), Cluster.Efficiency(4, 1e10), 1e-12);
        Assert.Equal(0.242, Cluster.UpdateSeconds(4, 1e11), 1e-12); // 0.2 + 0.02 + 0.012 + 0.01
    }

    [Fact]
    public void A_machine_without_a_microbatch_waits_for_one()
    {
        // 5 machines compute 2, 2, 2, 1 and 1 microbatches; 16 machines at most 1.
        Assert.Equal(0.22, Cluster.UpdateSeconds(5, 1e10) - Cluster.NetworkSeconds(5, 1e10), 1e-12);
        Assert.Equal(0.12, Cluster.UpdateSeconds(16, 1e10) - Cluster.NetworkSeconds(16, 1e10), 1e-12);
    }
}
