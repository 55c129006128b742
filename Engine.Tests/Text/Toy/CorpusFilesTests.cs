using Engine.Cli;
using Engine.Storage;
using Engine.Text;

namespace Engine.Tests.Text.Toy;

public sealed class CorpusFilesTests : IDisposable
{
    private static readonly CommandStreams Null = new(Stream.Null, TextWriter.Null, TextWriter.Null);

    private readonly string folder = Directory.CreateTempSubdirectory("engine-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void The_verb_writes_six_files_that_read_back_as_corpora()
    {
        Assert.Equal(0, CorpusVerb.Run(Options(seed: 1), Null));
        Assert.Equal(["test.in", "test.out", "train.in", "train.out", "valid.in", "valid.out"],
            Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        var train = ParallelCorpus.Read(Path.Combine(folder, "train.in"), Path.Combine(folder, "train.out"));
        Assert.Equal(180, train.Count);
    }

    [Fact]
    public void Files_with_other_content_stay_unless_overwrite_is_set()
    {
        CorpusVerb.Run(Options(seed: 1), Null);
        CorpusVerb.Run(Options(seed: 1), Null); // files with the same content are no obstacle
        var path = Path.Combine(folder, "train.in");
        var before = File.ReadAllText(path);
        var refusal = Assert.Throws<InputException>(() => CorpusVerb.Run(Options(seed: 2), Null));
        Assert.Equal(
            $"{path}: exists with other content; choose another ToyCorpus.Save(folder) or add "
            + "ToyCorpus.Save(overwrite)",
            refusal.Message);
        Assert.Equal(before, File.ReadAllText(path));
        CorpusVerb.Run(Options(seed: 2, overwrite: true), Null);
        Assert.NotEqual(before, File.ReadAllText(path));
    }

    [Fact]
    public void A_file_that_is_no_text_stays_unless_overwrite_is_set()
    {
        var path = Path.Combine(folder, "train.in");
        File.WriteAllBytes(path, [0x28, 0xB5, 0x2F, 0xFD, 0, 0xFF]);
        Assert.StartsWith(
            $"{path}: exists with other content;",
            Assert.Throws<InputException>(() => CorpusVerb.Run(Options(seed: 1), Null)).Message);
        Assert.Equal(6, File.ReadAllBytes(path).Length);
        CorpusVerb.Run(Options(seed: 1, overwrite: true), Null);
        Assert.Equal(180, TextLines.Read(path).Count);
    }

    [Fact]
    public void A_file_where_the_folder_should_be_is_refused()
    {
        var path = Path.Combine(folder, "file");
        File.WriteAllText(path, "");
        var options = Options(seed: 1);
        options.Out = path;
        Assert.Contains(
            "the folder cannot be made",
            Assert.Throws<InputException>(() => CorpusVerb.Run(options, Null)).Message,
            StringComparison.Ordinal);
    }

    private CorpusOptions Options(long seed, bool overwrite = false) =>
        new() { Task = "reverse", Pairs = 200, Seed = seed, Out = folder, Overwrite = overwrite };
}
