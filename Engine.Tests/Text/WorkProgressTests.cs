using System.Collections.Concurrent;
using System.IO.Compression;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Text;

public sealed class WorkProgressTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Record record = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Many_threads_tell_each_thousandth_once_and_in_order()
    {
        using var team = new ThreadTeam(4);
        using (var counter = new ProgressCounter(record, "adding", 5000)) team.Run(5000, _ => counter.Add(1));
        Assert.Equal(
            [.. Enumerable.Range(0, 1001).Select(i => new WorkProgress("adding", 5.0 * i / 5000))], record.Reports);
    }

    [Fact]
    public void Work_with_nothing_to_do_begins_and_ends()
    {
        using (var counter = new ProgressCounter(record, "adding", 0)) counter.Add(0);
        Assert.Equal([new("adding", 0), new("adding", 1)], record.Reports);
    }

    [Fact]
    public void Parts_follow_one_another_in_ascending_order()
    {
        for (var first = 0; first < 300; first += 100)
        {
            using var counter = new ProgressCounter(record.Part(first, 100, 300), "adding", 7);
            for (var i = 0; i < 7; i++) counter.Add(1);
        }
        var done = record.Reports.Select(report => report.Done).ToArray();
        Assert.Equal(done.Order(), done);
        Assert.Equal((0, 1, 3 * 8), (done[0], done[^1], done.Length));
    }

    [Theory]
    [InlineData("lines")]
    [InlineData("lines.gz")]
    public void Reading_and_hashing_tell_how_much_of_the_file_is_behind_them(string name)
    {
        string[] lines = [.. Enumerable.Range(0, 60_000).Select(i => $"{i * 7919 % 100_003} {i}")];
        using (var file = File.Create(folder[name]))
        using (Stream text = name == "lines" ? file : new GZipStream(file, CompressionLevel.Fastest))
        using (var writer = new StreamWriter(text))
            foreach (var line in lines) writer.Write(line + "\n");
        Assert.Equal(lines, TextLines.Read(folder[name], record));
        Holds($"reading {name}");
        record.Reports.Clear();
        Assert.Equal(DataFiles.Hash([(null, folder[name])]), DataFiles.Hash([(null, folder[name])], record));
        Holds($"hashing {name}");
    }

    [Fact]
    public void Streamed_text_tells_how_much_of_it_was_counted()
    {
        File.WriteAllLines(folder["a"], Enumerable.Range(0, 60_000).Select(i => $"{i}"));
        StreamedCorpus.Read(folder["a"], folder["a"], record);
        Holds("reading a");
    }

    [Fact]
    public void Learning_merges_encoding_pairs_and_drawing_a_corpus_tell_how_far_they_are()
    {
        var toy = ToyCorpus.Generate(ToyTasks.Create("sentiment"), 400, 1, record);
        Holds("drawing pairs", "counting tokens", "splitting pairs");
        record.Reports.Clear();
        var corpus = ParallelCorpus.Of(toy.Train);
        var configuration = new TrainingConfiguration
        {
            SourceTokenizer = "auto", TargetTokenizer = "bpe", BpeMerges = 20, BpeDropout = 0.1,
            DModel = 8, Heads = 1, DFf = 8,
        };
        var model = TranslationModel.Create(configuration, corpus, record);
        Holds("choosing a tokenizer", "counting words", "counting words", "learning merges");
        record.Reports.Clear();
        var pairs = new TrainingPairs(model, corpus, record);
        Assert.Equal(pairs.Count, pairs.Epoch(new RandomStream(1), new RandomStream(2), record).Sum(b => b.Size));
        Holds("encoding pairs", "encoding pairs");
    }

    /// <summary>Holds that each step began, was told on the way and ended, and that there were no others.</summary>
    private void Holds(params string[] steps)
    {
        var left = new Queue<WorkProgress>(record.Reports);
        foreach (var step in steps)
        {
            Assert.Equal(new WorkProgress(step, 0), left.Dequeue());
            var before = 0.0;
            var way = 0;
            for (; left.Peek().Done < 1; way++)
            {
                var report = left.Dequeue();
                Assert.Equal(step, report.Work);
                Assert.True(report.Done > before);
                before = report.Done;
            }
            Assert.True(way > 0, step);
            Assert.Equal(new WorkProgress(step, 1), left.Dequeue());
        }
        Assert.Empty(left);
    }

    private sealed class Record : IProgress<WorkProgress>
    {
        public ConcurrentQueue<WorkProgress> Reports { get; } = new();

        public void Report(WorkProgress value) => Reports.Enqueue(value);
    }
}
