using System.Diagnostics;
using System.Text.Json;
using Engine.Decoding;
using Engine.Models;
using Engine.Text;

namespace Engine.Bench;

/// <summary>
/// Measures how many sentences a second are translated by the methods that <c>translate</c> calls. The weights are
/// random. The end token is forbidden before the last step, so that every hypothesis takes the same number of steps.
/// </summary>
internal static class QuickDecode
{
    private const int Sentences = 256, BatchSize = 64, Length = 16, FewestRounds = 3;

    private static readonly GreedyOptions FullLength = new() { MinimumLength = Length };

    private static readonly BeamOptions Beam4 = new() { Width = 4, MinimumLength = Length };

    private static readonly (string Name, Action<Transformer<float>, int[][]> Decode)[] Strategies =
    [
        ("greedy", (network, batch) => Greedy.Decode(network, batch, _ => Length, FullLength)),
        ("beam4", (network, batch) => Beam.Decode(network, batch, _ => Length, Beam4)),
    ];

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
        var network = (Transformer<float>)shape.Model().Network;
        var random = new RandomStream(1);
        var batches = Enumerable.Range(0, Sentences / BatchSize).Select(_ => Batch(random, shape.Vocabulary)).ToArray();
        foreach (var (strategy, decode) in Strategies)
        {
            var times = new List<double>();
            var start = Stopwatch.GetTimestamp();
            while (times.Count < FewestRounds || Stopwatch.GetElapsedTime(start).TotalSeconds < options.Seconds)
            {
                var begin = Stopwatch.GetTimestamp();
                team.Run(batches.Length, i => decode(network, batches[i]));
                times.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
            }
            times.Sort();
            Console.WriteLine(JsonSerializer.Serialize(
                new Line(
                    "decode", preset, strategy, options.Threads, BatchSize,
                    Math.Round(Sentences / times[times.Count / 2], 1)),
                Quick.SnakeCase));
        }
    }

    private static int[][] Batch(RandomStream random, int vocabulary) =>
        [.. Enumerable.Range(0, BatchSize).Select(_ =>
            (int[])
            [
                .. Enumerable.Range(0, Length - 1).Select(_ => 4 + random.NextInteger(vocabulary - 4)),
                Vocabulary.End,
            ])];

    private sealed record Line(
        string Case, string Preset, string Strategy, int Threads, int Batch, double SentencesPerS);
}
