using System.Text;
using Engine.Storage;
using Engine.Text;

namespace Engine.Tests.Text;

public sealed class ParallelCorpusTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("engine-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_byte_order_mark_and_carriage_returns_are_dropped()
    {
        var source = Write("a", "\uFEFF我\r\n你\r\n");
        var corpus = ParallelCorpus.Read(source, Write("b", "I\nyou"));
        Assert.Equal(["我", "你"], corpus.Source);
        Assert.Equal(["I", "you"], corpus.Target);
        Assert.Equal(2, corpus.Count);
    }

    [Fact]
    public void Pairs_with_a_blank_side_are_left_out_and_counted()
    {
        var corpus = ParallelCorpus.Read(Write("a", "x\n\ny\nz\n"), Write("b", "1\n2\n \n3\n"));
        Assert.Equal(["x", "z"], corpus.Source);
        Assert.Equal(["1", "3"], corpus.Target);
        Assert.Equal(2, corpus.SkippedPairs);
    }

    [Fact]
    public void Bytes_that_are_not_UTF8_are_named_with_their_line()
    {
        var path = Path.Combine(folder, "gb");
        File.WriteAllBytes(path, [.. "ok\nb"u8, 0xC4, 0xE3, (byte)'\n']);
        var failure = Assert.Throws<InputException>(() => TextLines.Read(path));
        Assert.Equal(
            $"{path}:2: not valid UTF-8 at byte 2 of the line; convert the file to UTF-8 (for example with iconv)",
            failure.Message);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_named_with_a_remedy()
    {
        var missing = Path.Combine(folder, "missing");
        Assert.Equal($"{missing}: there is no such file; check the spelling and the current folder.",
            Assert.Throws<InputException>(() => TextLines.Read(missing)).Message);
        Assert.Equal($"{folder}: is a folder and cannot be read as a file; name a file inside it.",
            Assert.Throws<InputException>(() => TextLines.Read(folder)).Message);
    }

    [Fact]
    public void Files_of_different_length_are_named_with_both_counts()
    {
        var (source, target) = (Write("a", "x\ny\n"), Write("b", "1\n2\n3\n"));
        var failure = Assert.Throws<InputException>(() => ParallelCorpus.Read(source, target));
        Assert.Equal(
            $"{source} has 2 lines but {target} has 3; line n of one must translate line n of the other, so give both "
            + $"files the same number of lines; {source} ends with 'y'", failure.Message);
    }

    [Fact]
    public void A_corpus_without_pairs_is_refused()
    {
        var failure = Assert.Throws<InputException>(() => ParallelCorpus.Read(Write("a", ""), Write("b", "")));
        Assert.Contains("hold no pair of sentences", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lines_longer_than_the_buffer_and_a_last_line_without_a_feed_are_whole()
    {
        string[] lines = [new string('爱', 50_000), "", new string('b', 200_000), "end"];
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        Assert.Equal(lines, TextLines.Read(stream, "standard input"));
    }

    [Fact]
    public void A_line_is_given_before_the_next_one_is_read()
    {
        using var stream = new MemoryStream([.. "good\n"u8, 0xFF]);
        using var lines = TextLines.Read(stream, "standard input").GetEnumerator();
        Assert.True(lines.MoveNext());
        Assert.Equal("good", lines.Current);
        var failure = Assert.Throws<InputException>(() => lines.MoveNext());
        Assert.StartsWith("standard input:2: not valid UTF-8", failure.Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
