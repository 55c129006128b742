using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Text;

public sealed class HeldLinesTests : IDisposable
{
    private const int Count = 300_000, BytesOfLine = 32 + (2 * 10);

    private readonly TemporaryFolder folder = new();
    private readonly string[] lines = [.. Enumerable.Range(0, Count).Select(i => $"{i:0000000000}")];

    public HeldLinesTests()
    {
        File.WriteAllLines(folder["text"], lines);
        File.WriteAllBytes(folder["text.gz"], GzipInputTests.Compress(lines));
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("text")]
    [InlineData("text.gz")]
    public void A_file_that_would_not_fit_is_refused_before_it_is_read_to_its_end(string name)
    {
        Assert.Equal(lines, TextLines.Read(folder[name], null, null, Count * BytesOfLine));
        var read = new Furthest();
        var message = Assert.Throws<InputException>(
            () => TextLines.Read(folder[name], read, null, Count * BytesOfLine / 8)).Message;
        Assert.Matches(
            $"^{folder[name]}: its lines take about [0-9]+ MiB of memory, more than the 2 MiB that the lines of a file "
            + "may take here; give a part of the file, or, for training text, TrainingConfiguration.Window 100000, "
            + "which holds only that number of pairs at a time", message);
        Assert.InRange(read.Done, 0, 0.9);
    }

    [Fact]
    public void Several_files_may_take_no_more_together_than_one()
    {
        const int most = 5 * Count * BytesOfLine / 4;
        File.WriteAllText(folder["short"], "x\ny\n");
        var both = TextLines.ReadAll([folder["text"], folder["short"]], null, null, most);
        Assert.True(both.SequenceEqual([.. lines, "x", "y"]));
        Assert.Matches(
            $"^{folder["text"]}: its lines and the lines of the files before it take about 3[0-9] MiB of memory, more "
            + "than the 19 MiB that the lines of all files together may take here; give a part of the text$",
            Assert.Throws<InputException>(() => TextLines.ReadAll(
                [folder["text"], folder["text"]], null, null, most)).Message);
    }

    [Fact]
    public void Ids_that_would_not_fit_are_refused_before_all_lines_are_encoded()
    {
        const int Pairs = 20_000, BytesOfPair = 80 + (4 * 20);
        var text = ParallelCorpus.Of([.. lines.Take(Pairs).Select(line => (line, line))]);
        var c = new TrainingConfiguration { SourceTokenizer = "char", TargetTokenizer = "char", DModel = 8 };
        var model = TranslationModel.Create(c, text);
        Assert.Equal(Pairs, new TrainingPairs(model, text, null, Pairs * BytesOfPair).Count);
        var read = new Furthest();
        Assert.Equal(
            "the ids of the 20000 pairs take about 4 MiB of memory, more than the 1 MiB that the ids of a text may "
            + "take here; give a part of the text, or TrainingConfiguration.Window 100000, which holds only that "
            + "number of pairs at a time, or a tokenizer with longer tokens",
            Assert.Throws<InputException>(() => new TrainingPairs(model, text, read, Pairs * BytesOfPair / 4)).Message);
        Assert.InRange(read.Done, 0, 0.2);
        Assert.StartsWith(
            "the ids of the 20000 pairs take more than the 4 MiB that",
            Assert.Throws<InputException>(
                () => new TrainingPairs(model, text, null, (Pairs - 1) * BytesOfPair)).Message);
        var windowed = TranslationModel.Create(c with { Window = 100 }, text);
        Assert.Equal(Pairs, new TrainingPairs(windowed, text, null, 1000).Count);
    }

    [LinuxFact]
    public void Text_of_unknown_length_is_refused_when_it_takes_too_much()
    {
        using (var make = System.Diagnostics.Process.Start("mkfifo", folder["pipe"])) make.WaitForExit();
        new Thread(() =>
        {
            using var pipe = new FileStream(folder["pipe"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            try
            {
                pipe.Write(File.ReadAllBytes(folder["text"]));
            }
            catch (IOException)
            {
                // The reader has gone, as it must.
            }
        })
        { IsBackground = true }.Start();
        Assert.StartsWith(
            $"{folder["pipe"]}: its lines take more than the 1 MiB that",
            Assert.Throws<InputException>(() => TextLines.Read(folder["pipe"], null, null, 1 << 20)).Message);
    }

    [Fact]
    public void The_lines_of_a_file_may_take_a_sixth_of_the_memory_of_the_process() => Assert.Equal(
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 6, HeldLines.Most);

    private sealed class Furthest : IProgress<WorkProgress>
    {
        private double last;

        public double Done { get; private set; }

        // The report at the end of the work comes in any case.
        public void Report(WorkProgress value) => (Done, last) = (last, value.Done);
    }
}
