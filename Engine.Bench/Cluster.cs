namespace Engine.Bench;

/// <summary>
/// Predicts how fast machines train together. It is a simulation, not a measurement: it takes times that were measured
/// on one machine, and a network that is as fast as its name says.
/// </summary>
/// <remarks>
/// The model of an update on K machines: each computes its share of the microbatches, rounded up, and makes the whole
/// optimizer's step. Then each machine sends (K - 1) / K of its gradients to the others, which add them, and sends its
/// part of the sum to all: twice (K - 1) / K of the gradients leave each machine, while the same arrives. A message
/// also takes the latency. There are K - 1 messages for each of the two exchanges, and log2 K, rounded up, for each of
/// the two small exchanges (the losses, and whether to go on). Nothing computes while gradients travel, no machine
/// waits for a slower machine, and machines do not slow each other down.
/// </remarks>
/// <param name="MicrobatchSeconds">The time that a machine takes for a microbatch, with all its threads.</param>
/// <param name="StepSeconds">The time of an update that does not depend on the microbatches.</param>
/// <param name="Microbatches">The microbatches of an update.</param>
/// <param name="Tokens">The target tokens of an update.</param>
/// <param name="GradientBytes">The size of all gradients.</param>
/// <param name="LatencySeconds">The time that the shortest message takes.</param>
internal sealed record Cluster(
    double MicrobatchSeconds, double StepSeconds, int Microbatches, long Tokens, long GradientBytes,
    double LatencySeconds)
{
    /// <summary>The time that an update spends in the network.</summary>
    public double NetworkSeconds(int machines, double bitsPerSecond)
    {
        if (machines == 1) return 0;
        var bytes = 2.0 * (machines - 1) / machines * GradientBytes;
        var messages = (2 * (machines - 1)) + (2 * Math.Ceiling(Math.Log2(machines)));
        return (8 * bytes / bitsPerSecond) + (messages * LatencySeconds);
    }

    /// <summary>The time of an update.</summary>
    public double UpdateSeconds(int machines, double bitsPerSecond) =>
        ((Microbatches + machines - 1) / machines * MicrobatchSeconds) + StepSeconds
        + NetworkSeconds(machines, bitsPerSecond);

    /// <summary>Target tokens a second.</summary>
    public double TokensPerSecond(int machines, double bitsPerSecond) =>
        Tokens / UpdateSeconds(machines, bitsPerSecond);

    /// <summary>The speed, as a share of the speed of one machine times the number of machines.</summary>
    public double Efficiency(int machines, double bitsPerSecond) =>
        TokensPerSecond(machines, bitsPerSecond) / (machines * TokensPerSecond(1, bitsPerSecond));
}
