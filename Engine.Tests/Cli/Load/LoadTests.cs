using System.Diagnostics;
using Engine.Decoding;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;
using Xunit.Abstractions;

namespace Engine.Tests.Cli;

/// <summary>
/// Much work at once, and memory that does not grow with it. <c>ENGINE_LOAD=1 dotnet test -c Release --filter
/// LoadTests</c> runs these tests, which take some minutes and print their figures.
/// </summary>
[CollectionDefinition(nameof(LoadTests), DisableParallelization = true)]
[Collection(nameof(LoadTests))]
public sealed class LoadTests(TinyRun tiny, ITestOutputHelper figures) : IClassFixture<TinyRun>, IDisposable
{
    private const string OnRequest = "ENGINE_LOAD";
    private const long Megabyte = 1 << 20;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [OnDemandFact(OnRequest)]
    public void A_hundred_thousand_lines_are_translated_in_order_within_250_MB()
    {
        // Each line has a number of words of its own; every thousandth line has 2,000 words.
        const int lines = 100_000;
        string[] words = ["red", "green", "blue", "grey", "pink"];
        string Line(int i) => string.Join(' ', Enumerable.Range(0, i % 1000 == 999 ? 2000 : 1 + (i % 17))
            .Select(word => words[(i + word) % 5]));
        var (peak, result) = Measure(
            Enumerable.Range(0, lines).Select(Line), "translate", "--model", tiny.Model, "--max-length", "40");
        Assert.Equal(0, result.Code);
        Assert.Contains("has 2,000 tokens", Assert.Single(result.Error.TrimEnd().Split('\n')));
        var translated = result.Output.Split('\n')[..^1];
        Assert.Equal(lines, translated.Length);
        var options = new TranslationOptions { MaximumLength = 40 };
        var model = TranslationModel.Load(tiny.Model);
        foreach (var i in (int[])[0, 1, 511, 512, 999, 12_345, 50_999, lines - 1])
            Assert.Equal(model.Translate([Line(i)], options)[0][0].Text, translated[i]);
        figures.WriteLine($"peak of {lines} lines: {peak / Megabyte} MB");
        Assert.InRange(peak, 1, 250 * Megabyte);
    }

    [OnDemandFact(OnRequest)]
    public void Sixty_four_lines_of_4096_tokens_are_translated_evaluated_and_validated_within_700_MB()
    {
        string[] lines = [.. Enumerable.Range(0, 64).Select(i => string.Join(' ', Enumerable.Range(0, 4096)
            .Select(word => (i + word) % 3 == 0 ? "red" : "blue")))];
        File.WriteAllLines(folder["a"], lines);
        File.WriteAllLines(folder["b"], lines.Select(line => line.ToUpperInvariant()));
        File.WriteAllLines(folder["labels"], lines.Select((_, i) => i % 2 == 0 ? "good" : "bad"));
        string[] text = ["--source", folder["a"], "--target", folder["b"]];
        string[][] commands =
        [
            ["translate", "--model", tiny.Model, "--input", folder["a"], "--max-length", "50", "--decoder", "beam"],
            ["evaluate", "--model", tiny.Model, "--max-length", "50", .. text],
            [
                "train", "--source", tiny.Source, "--target", tiny.Target, "--valid-source", folder["a"],
                "--valid-target", folder["b"], "--valid-sentences", "2", "--out", folder["model"],
                .. TinyRun.Small[..^1], "1",
            ],
            [
                "train", "--task", "classify", "--source", folder["a"], "--target", folder["labels"], "--out",
                folder["labeller"], .. TinyRun.Small[..^1], "1",
            ],
            ["classify", "--model", folder["labeller"], "--input", folder["a"]],
        ];
        foreach (var command in commands)
        {
            var clock = Stopwatch.StartNew();
            var (peak, result) = Measure([], [.. command, "--threads", "2"]);
            Assert.True(result.Code == 0, result.Error);
            figures.WriteLine($"{command[0]}: peak {peak / Megabyte} MB, {clock.Elapsed.TotalSeconds:F0} s");
            Assert.InRange(peak, 1, 700 * Megabyte);
        }
    }

    [OnDemandFact(OnRequest)]
    public void Thirty_two_threads_translate_with_one_model_and_agree_to_the_last_bit()
    {
        var model = TranslationModel.Load(tiny.Model);
        string[] words = ["red", "green", "blue", "grey", "pink"];
        string[] lines = [.. Enumerable.Range(0, 200).Select(i => string.Join(' ', Enumerable.Range(0, 1 + (i % 9))
            .Select(word => words[(i + word) % 5])))];
        DecodingOptions[] decoders =
            [new GreedyOptions(), new BeamOptions { NBest = 2 }, new SamplingOptions { NBest = 2, TopK = 4 }];
        var expected = decoders.Select(decoder =>
            model.Translate(lines, new TranslationOptions { Decoder = decoder })).ToArray();
        var failures = new List<Exception>();
        Thread[] threads = [.. Enumerable.Range(0, 32).Select(number => new Thread(() =>
        {
            try
            {
                for (var round = 0; round < 10; round++)
                {
                    var which = (number + round) % decoders.Length;
                    var found = model.Translate(lines, new TranslationOptions { Decoder = decoders[which] });
                    Assert.Equal(
                        expected[which].SelectMany(line => line).Select(Bits),
                        found.SelectMany(line => line).Select(Bits));
                }
            }
            catch (Exception failure)
            {
                lock (failures) failures.Add(failure);
            }
        }))];
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Empty(failures);
        figures.WriteLine($"{32 * 10 * lines.Length} lines by 32 threads");

        static (string, long) Bits(Translation translation) =>
            (translation.Text, BitConverter.DoubleToInt64Bits(translation.Score));
    }

    [OnDemandFact(OnRequest)]
    public void A_hundred_thousand_updates_take_no_more_memory_than_ten_thousand()
    {
        var corpus = ParallelCorpus.Read(tiny.Source, tiny.Target);
        var model = TranslationModel.Create(
            new TrainingConfiguration
            {
                DModel = 8, Heads = 2, Layers = 1, DFf = 16, BatchTokens = 64, Updates = 100_000, Epochs = 0,
                ValidEvery = 5_000, // the first validation, whose memory is kept, comes before the first figure
            },
            corpus);
        using var team = new ThreadTeam(2);
        var memory = new MemoryAt(10_000, 100_000);
        new Trainer(model, corpus, corpus, folder["model"], team, memory).Run(CancellationToken.None);
        var (early, late) = (memory.Figures[0], memory.Figures[1]);
        figures.WriteLine($"managed heap {early.Heap} and {late.Heap} bytes, " +
            $"working set {early.WorkingSet / Megabyte} and {late.WorkingSet / Megabyte} MB");
        Assert.InRange(late.Heap - early.Heap, long.MinValue, Megabyte);
        Assert.InRange(late.WorkingSet - early.WorkingSet, long.MinValue, 32 * Megabyte);
    }

    /// <summary>Runs the command in a process of its own, and returns its largest working set.</summary>
    private static (long Peak, CommandResult Result) Measure(IEnumerable<string> input, params string[] arguments)
    {
        using var process = CommandLine.Start(Environment.CurrentDirectory, arguments);
        var writing = Task.Run(() =>
        {
            foreach (var line in input) process.StandardInput.WriteLine(line);
            process.StandardInput.Close();
        });
        var finishing = Task.Run(() => CommandLine.Finish(process));
        var peak = 0L;
        while (!finishing.Wait(TimeSpan.FromMilliseconds(100)))
        {
            process.Refresh();
            if (!process.HasExited) peak = Math.Max(peak, process.PeakWorkingSet64);
        }
        writing.Wait();
        return (peak, finishing.Result);
    }

    /// <summary>Measures the memory after some updates.</summary>
    private sealed class MemoryAt(params int[] updates) : ITrainingObserver
    {
        public List<(long Heap, long WorkingSet)> Figures { get; } = [];

        public void Started(TrainingPlan plan)
        {
        }

        public void Updated(UpdateReport report)
        {
            if (!updates.Contains(report.Update)) return;
            var heap = GC.GetTotalMemory(forceFullCollection: true);
            using var process = Process.GetCurrentProcess();
            Figures.Add((heap, process.WorkingSet64));
        }

        public void Validated(ValidationReport report)
        {
        }
    }
}
