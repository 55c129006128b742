using System.Diagnostics;
using Engine.Optimizers;
using Engine.Text;
using Engine.Training;

namespace Engine.Bench;

/// <summary>
/// <c>ranks</c>: measures the updates of each preset on this machine, and prints what <see cref="Cluster"/> predicts
/// for 1 to 16 such machines on networks of 10 and 100 Gbit/s.
/// </summary>
internal static class ClusterTable
{
    private const int Untimed = 5, FewestUpdates = 5, Microbatches = 64;
    private const double LatencySeconds = 30e-6; // a short message by TCP between machines of one switch

    private static readonly int[] Machines = [1, 2, 4, 8, 16];
    private static readonly double[] Gigabits = [10, 100];

    public static void Run(QuickOptions options)
    {
        Print(FormattableString.Invariant(
            $"SIMULATION, no measurement: 1 to {Machines[^1]} machines like this, {options.Threads} threads each."));
        Print(FormattableString.Invariant(
            $"An update has {Microbatches} microbatches (--accumulate) and --accumulators {Machines[^1]}; a short "));
        Print(FormattableString.Invariant(
            $"message takes {LatencySeconds * 1e6:0} µs; nothing computes while gradients travel; no machine waits."));
        foreach (var (preset, shape) in QuickShape.Presets)
        {
            if (options.Preset is null || options.Preset == preset) Print(preset, Measure(shape, options));
        }
    }

    private static void Print(string preset, Cluster cluster)
    {
        Print("");
        Print(FormattableString.Invariant(
            $"{preset}: {cluster.MicrobatchSeconds * 1e3:0.000} ms a microbatch and ")
            + FormattableString.Invariant($"{cluster.StepSeconds * 1e3:0.000} ms an update beside them, measured; ")
            + FormattableString.Invariant($"{cluster.GradientBytes / 1e6:0.0} MB of gradients"));
        Print("machines  Gbit/s   tokens/s  efficiency  in the network");
        foreach (var gigabits in Gigabits)
        {
            foreach (var machines in Machines)
            {
                var speed = gigabits * 1e9;
                var share = cluster.NetworkSeconds(machines, speed) / cluster.UpdateSeconds(machines, speed);
                Print(FormattableString.Invariant(
                    $"{machines,8}  {gigabits,6}  {cluster.TokensPerSecond(machines, speed),9:N0}  ")
                    + FormattableString.Invariant(
                        $"{100 * cluster.Efficiency(machines, speed),9:0.0}%  {100 * share,13:0.0}%"));
            }
        }
    }

    /// <summary>An update of one batch and an update of two take the step once, and the microbatches once and twice.
    /// </summary>
    private static Cluster Measure(QuickShape shape, QuickOptions options)
    {
        using var team = new ThreadTeam(options.Threads);
        var model = shape.Model();
        var parameters = model.Network.Parameters;
        var step = new TrainingStep(
            model, new Adam<float>(parameters, 1e-3, 0.9, 0.98, 1e-9), new RandomStream(2), team) { ClipNorm = 1 };
        var batch = shape.Sentences();
        var gradients = parameters.Sum(parameter => (long)parameter.Count);
        var accumulators = GradientAccumulators.CountFor(gradients, keepsOrder: false);
        var parts = new Microbatches(accumulators, 1, wholeBatches: false).Split([batch]).Length;
        var (one, two) = (new List<double>(), new List<double>());
        var begun = Stopwatch.GetTimestamp();
        double Elapsed() => Stopwatch.GetElapsedTime(begun).TotalSeconds;
        for (var i = 0; one.Count < FewestUpdates || Elapsed() < options.Seconds; i++)
        {
            // In turn, so that a machine that becomes slower makes both slower.
            Time(one, batch);
            Time(two, batch, batch);

            void Time(List<double> times, params IReadOnlyList<Batch> batches)
            {
                var start = Stopwatch.GetTimestamp();
                step.Run(batches);
                if (i >= Untimed) times.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }
        one.Sort();
        two.Sort();
        var (first, second) = (one[one.Count / 2], two[two.Count / 2]);
        return new Cluster(
            (second - first) / parts, Math.Max(0, (2 * first) - second), Microbatches,
            (long)batch.TargetTokens * Microbatches / parts, sizeof(float) * gradients, LatencySeconds);
    }

    private static void Print(string line) => Console.WriteLine(line);
}
