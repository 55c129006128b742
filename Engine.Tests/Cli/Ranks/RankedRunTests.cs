using System.Text.Json;
using Engine.Cli;
using Engine.Storage;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>Training runs of several ranks, which are threads of the test, beside runs of one process.</summary>
public sealed class RankedRunTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string[] Options =>
    [
        "--source", tiny.Source, "--target", tiny.Target, "--preset", "tiny", "--d-model", "8", "--heads", "2",
        "--layers", "1", "--d-ff", "16", "--batch-tokens", "24", "--accumulate", "8", "--valid-every", "3",
        "--threads", "1", "--dropout", "0.1", "--learning-rate", "0.01", "--warmup", "2", "--updates", "7",
    ];

    public static TheoryData<int, string[]> Cases => new()
    {
        { 2, [] },
        { 3, ["--anomaly", "--monitor", "gradients"] },
        { 4, ["--ema", "0.9", "--schedule", "plateau", "--patience", "0"] },
        { 2, ["--average", "3", "--checkpoint-every", "2", "--best", "bleu"] },
        { 2, ["--r-drop", "2"] },
        { 4, ["--accumulate", "1", "--batch-tokens", "24"] }, // fewer microbatches than ranks
        { 3, ["--tokenizer", "bpe", "--bpe-merges", "20", "--bpe-dropout", "0.3"] },
        { 2, ["--l2", "0.01", "--clip-value", "0.01", "--early-stopping", "1", "--valid-every", "1"] },
        { 3, ["--accumulators", "3"] },
        { 9, ["--accumulators", "9"] },
        { 2, ["--keep-checkpoints", "3", "--optimizer", "nadam"] },
    };

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void Several_ranks_end_with_the_bits_of_one_process(int ranks, string[] options)
    {
        var one = Run(1, [.. options, "--out", folder["one"], "--log", folder["one.jsonl"]])[0];
        Assert.True(one.Code == 0, one.Error);
        var all = Run(ranks, [.. options, "--out", folder["all"], "--log", folder["all.jsonl"]]);
        Assert.All(all, rank => Assert.True(rank.Code == 0, rank.Error));
        AssertSame("one", "all");
        // Only rank 0 speaks of the result.
        Assert.All(all[1..], rank => Assert.Equal("", rank.Output));
        Assert.Contains($"\n{ranks} ranks: of the time of rank 0, ", all[0].Output);
        Assert.Contains($", {ranks} ranks of 1 thread, ", all[0].Error);
        Assert.DoesNotContain("ranks", one.Output + one.Error);
    }

    [Theory]
    [InlineData(4, 3, 2)]
    [InlineData(3, 2, 1)]
    [InlineData(5, 1, 3)]
    public void Another_number_of_ranks_goes_on_with_a_run(int first, int before, int after)
    {
        string[] more = ["--average", "2", "--ema", "0.8"];
        Run(1, [.. more, "--out", folder["one"], "--log", folder["one.jsonl"]]);
        string[] parts = [.. more, "--out", folder["all"], "--log", folder["all.jsonl"]];
        Assert.All(Run(before, [.. parts, "--updates", $"{first}"]), rank => Assert.Equal(0, rank.Code));
        Assert.All(Run(after, [.. parts, "--resume", "--updates", "7"]), rank => Assert.Equal(0, rank.Code));
        AssertSame("one", "all");
    }

    [Fact]
    public void A_classifier_and_a_text_in_windows_train_on_several_ranks()
    {
        var labels = folder["labels"];
        File.WriteAllLines(labels, File.ReadLines(tiny.Source).Select(line => line[..1]));
        string[] classifier = ["--target", labels, "--task", "classify"];
        string[] windows = ["--window", "16", "--valid-source", tiny.Source, "--valid-target", tiny.Target];
        foreach (var (name, options) in new[] { ("classifier", classifier), ("windows", windows) })
        {
            var one = Run(1, [.. options, "--out", folder[name], "--log", folder[name + ".jsonl"]])[0];
            Assert.True(one.Code == 0, one.Error);
            Run(2, [.. options, "--out", folder[name + "2"], "--log", folder[name + "2.jsonl"]]);
            AssertSame(name, name + "2");
        }
    }

    [Fact]
    public void Batch_normalization_and_more_ranks_than_accumulators_are_refused()
    {
        Assert.Contains(
            "2 ranks: --normalization batch takes the statistics of whole batches one after the other",
            Refused(2, "--normalization", "batch"));
        Assert.Matches(
            "9 ranks: an update of [0-9,]+ parameters has 8 accumulators, .*; give --accumulators 9, or begin 8 ranks",
            Refused(9));
    }

    [Fact]
    public void Ranks_with_another_text_are_refused()
    {
        var failure = Assert.Throws<AggregateException>(() => ThreadRanks.Run(2, ranks => Command(ranks, [
            "--out", folder["m"], .. ranks.Rank == 0 ? (string[])[] : ["--source", tiny.Target]])));
        Assert.Contains("rank 1 has another training or validation text than rank 0", failure.Message);
    }

    [Fact]
    public void The_clock_of_rank_0_ends_the_run_on_all_ranks()
    {
        var all = Run(3, ["--out", folder["m"], "--updates", "100000", "--minutes", "0.02", "--json"]);
        Assert.All(all, rank => Assert.True(rank.Code == 0, rank.Error));
        var ranks = JsonDocument.Parse(all[0].Output).RootElement.GetProperty("ranks");
        Assert.Equal(3, ranks.GetProperty("count").GetInt32());
        Assert.True(ranks.GetProperty("bytes_an_update").GetDouble() > 0);
    }

    [Fact]
    public void Word_vectors_begin_a_run_of_several_ranks_and_other_vectors_are_refused()
    {
        foreach (var (name, seed) in new[] { ("a", "1"), ("b", "2") })
        {
            Assert.Equal(0, CommandLine.Run(
                "embed", "--source", tiny.Source, "--dim", "8", "--epochs", "1", "--seed", seed, "--out", folder[name])
                .Code);
        }
        string[] vectors = ["--embeddings", folder["a"], "--sharing", "none", "--tokenizer", "word"];
        var one = Run(1, [.. vectors, "--out", folder["one"], "--log", folder["one.jsonl"]])[0];
        Assert.Contains("5 of 5 source tokens begin with their vector", one.Error);
        Run(2, [.. vectors, "--out", folder["all"], "--log", folder["all.jsonl"]]);
        AssertSame("one", "all");
        var failure = Assert.Throws<AggregateException>(() => ThreadRanks.Run(2, ranks => Command(ranks, [
            "--out", folder["m"], .. vectors, "--embeddings", folder[ranks.Rank == 0 ? "a" : "b"]])));
        Assert.Contains("rank 1 has another ", failure.Message);
    }

    /// <summary>What an update sends must not grow with the ranks.</summary>
    [Fact]
    public void A_rank_sends_less_than_two_gradients_of_every_parameter_an_update()
    {
        var sent = ThreadRanks.Run(4, ranks =>
        {
            Command(ranks, ["--out", folder["m"], "--batch-tokens", "20", "--accumulate", "8", "--updates", "1"]);
            return ranks.Sent;
        });
        using var model = SafeTensorsFile.Open(folder["m/model.safetensors"]);
        // Each parameter begins a cache line of 16 floats.
        var gradients = model.Entries.Values.Sum(entry =>
            (entry.Shape.ToArray().Aggregate(1, (product, size) => product * size) + 15) / 16 * 16);
        Assert.All(sent, floats => Assert.InRange(floats, gradients, (2 * gradients) - 1));
    }

    private void AssertSame(string one, string all)
    {
        foreach (var path in Directory.GetFiles(folder[one], "*.safetensors").Append(folder[one + "/config.json"]))
        {
            var other = Path.Combine(folder[all], Path.GetFileName(path));
            if (!path.EndsWith("state.safetensors", StringComparison.Ordinal))
            {
                Assert.Equal(File.ReadAllBytes(path), File.ReadAllBytes(other));
                continue;
            }
            // The state also has the seconds of training.
            using var first = SafeTensorsFile.Open(path);
            using var second = SafeTensorsFile.Open(other);
            Assert.Equal(first.Entries.Keys.Order(), second.Entries.Keys.Order());
            foreach (var name in first.Entries.Keys)
                Assert.Equal(first.ReadNumbers<float>(name), second.ReadNumbers<float>(name));
        }
        Assert.Equal(
            Directory.GetFiles(folder[one]).Select(Path.GetFileName).Where(name => !name!.StartsWith("events"))
                .Order(),
            Directory.GetFiles(folder[all]).Select(Path.GetFileName).Where(name => !name!.StartsWith("events"))
                .Order());
        Assert.Equal(Losses(one), Losses(all));
    }

    private (double, double)[] Losses(string name) =>
    [
        .. File.ReadLines(folder[name + ".jsonl"]).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("event").GetString() == "update")
            .Select(line => (
                line.GetProperty("update").GetDouble(), line.GetProperty("loss").GetDouble())),
    ];

    private string Refused(int ranks, params string[] options) => Assert.Throws<AggregateException>(
        () => ThreadRanks.Run(ranks, group => Command(group, ["--out", folder["m"], .. options]))).Message;

    private CommandResult[] Run(int ranks, string[] options) => ranks == 1
        ? [CommandLine.Run(["train", .. Over(options)])]
        : ThreadRanks.Run(ranks, group => Command(group, options));

    private CommandResult Command(ThreadRanks ranks, string[] options)
    {
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var streams = new CommandStreams(Stream.Null, output, error) { Ranks = new TimedRanks(ranks) };
        var code = Program.Run(["train", .. Over(options)], streams);
        return code == 2
            ? throw new InputException(error.ToString())
            : new CommandResult(code, output.ToString(), error.ToString());
    }

    /// <summary>The options of all tests and the options of one test, whose values replace the others.
    /// </summary>
    private string[] Over(string[] options) =>
        [.. Options.Chunk(2).Where(pair => !options.Contains(pair[0])).SelectMany(pair => pair), .. Last(options)];

    private static IEnumerable<string> Last(string[] options)
    {
        for (var i = 0; i < options.Length; i++)
        {
            var hasValue = i + 1 < options.Length && !options[i + 1].StartsWith("--", StringComparison.Ordinal);
            if (options[i].StartsWith("--", StringComparison.Ordinal) && Array.LastIndexOf(options, options[i]) > i)
                i += hasValue ? 1 : 0;
            else
                yield return options[i];
        }
    }
}
