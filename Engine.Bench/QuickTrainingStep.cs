using System.Diagnostics;
using System.Text.Json;
using Engine.Optimizers;
using Engine.Training;

namespace Engine.Bench;

/// <summary>
/// Measures one training update: forward pass, backward pass, clipping and Adam, with all dropouts and final norms.
/// </summary>
internal static class QuickTrainingStep
{
    private const int UntimedSteps = 8, FewestSteps = 5; // the JIT compiles during the untimed steps

    public static void Run(QuickOptions options)
    {
        foreach (var (preset, shape) in QuickShape.Presets)
        {
            if (options.Preset is null || options.Preset == preset) Measure(preset, shape, options);
        }
    }

    private static void Measure(string preset, QuickShape shape, QuickOptions options)
    {
        using var team = new ThreadTeam(options.Threads);
        var model = shape.Model();
        var parameters = model.Network.Parameters;
        var adam = new Adam<float>(parameters, 1e-3, 0.9, 0.98, 1e-9);
        var step = new TrainingStep(model, adam, new RandomStream(2), team) { ClipNorm = 1 };
        var batch = shape.Sentences();
        for (var i = 0; i < UntimedSteps; i++) step.Run(batch);

        var times = new List<double>();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var collections = GC.CollectionCount(2);
        var start = Stopwatch.GetTimestamp();
        while (times.Count < FewestSteps || Stopwatch.GetElapsedTime(start).TotalSeconds < options.Seconds)
        {
            var begin = Stopwatch.GetTimestamp();
            step.Run(batch);
            times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        times.Sort();
        var median = times[times.Count / 2];
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(JsonSerializer.Serialize(
            new Line(
                "training_step", preset, options.Threads, shape.Batch, shape.SourceLength, shape.TargetLength,
                shape.Vocabulary, parameters.Sum(parameter => (long)parameter.Count), Math.Round(median, 2),
                Math.Round(times[0], 2), (long)(shape.Batch * shape.TargetLength / median * 1000),
                allocated / times.Count, process.PeakWorkingSet64 / (1 << 20), times.Count,
                GC.CollectionCount(2) - collections),
            Quick.SnakeCase));
    }

    private sealed record Line(
        string Case, string Preset, int Threads, int Batch, int SourceLength, int TargetLength, int Vocab,
        long Parameters, double MsMedian, double MsMin, long TargetTokensPerS, long AllocatedBytesPerStep,
        long PeakRssMb, int Steps, int Gen2Collections);
}
