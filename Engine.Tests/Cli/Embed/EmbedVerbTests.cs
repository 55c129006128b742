using System.Text.Json.Nodes;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>Word vectors from text, and runs that begin with them.</summary>
public sealed class EmbedVerbTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_file_holds_the_words_of_all_texts_and_the_same_seed_writes_the_same_file()
    {
        string[] both = ["--source", tiny.Source, "--source", tiny.Target, "--dim", "4", "--epochs", "1"];
        var done = Embed([.. both, "--out", folder["v"]]);
        Assert.Equal((0, $"{folder["v"]}: 10 vectors of 4 numbers\n"), (done.Code, done.Output));
        Assert.Equal(10, WordVectors.Load(folder["v"]).Words.Count);
        Embed([.. both, "--out", folder["w"]]);
        Assert.Equal(File.ReadAllBytes(folder["v"]), File.ReadAllBytes(folder["w"]));
        Embed([.. both, "--out", folder["w"], "--seed", "2", "--overwrite"]);
        Assert.NotEqual(File.ReadAllBytes(folder["v"]), File.ReadAllBytes(folder["w"]));
        Embed(["--lowercase", .. both, "--out", folder["x"]]);
        Assert.Equal(5, WordVectors.Load(folder["x"]).Words.Count);
        Embed(["--tokenizer", "bpe", "--bpe-merges", "0", .. both, "--out", folder["y"]]);
        Assert.False(WordVectors.Load(folder["y"]).Of("\u2581").IsEmpty);
    }

    [Fact]
    public void A_run_begins_with_vectors_says_how_many_words_it_knows_and_goes_on_without_them()
    {
        Embed("--source", tiny.Source, "--dim", "16", "--out", folder["a"]);
        Embed("--source", tiny.Target, "--dim", "16", "--vocab-size", "7", "--out", folder["b"]);
        // The step is smaller than half the last bit of a weight.
        string[] run =
        [
            "--out", folder["m"], "--embeddings", folder["a"], "--target-embeddings", folder["b"],
            .. TinyRun.Small.Select(value => value == "0.01" ? "1e-30" : value),
        ];
        var done = Train(run);
        Assert.Equal(0, done.Code);
        Assert.Contains($"words 5 of 5 source tokens begin with their vector in {folder["a"]}\n", done.Error);
        Assert.Contains($"words 3 of 5 target tokens begin with their vector in {folder["b"]}\n", done.Error);
        var model = TranslationModel.Load(folder["m"]);
        var vector = WordVectors.Load(folder["a"]).Of("red").ToArray();
        var row = model.Network.NamedParameters[0].Value.Value.Data
            .Slice(16 * model.Source.Vocabulary.IdOf("red"), 16).ToArray();
        Assert.All(row.Zip(vector), pair => Assert.Equal(row[0] / vector[0], pair.First / pair.Second, 1e-4));
        var report = JsonNode.Parse(File.ReadAllText(folder["m/run.json"]))!;
        var files = report["data"]!.AsArray().Select(file => (string)file!["path"]!);
        Assert.Contains(folder["a"], files);
        Assert.Contains(folder["b"], files);

        // What the vectors began is in the state: a resumed run ends with the bytes of one that was not interrupted.
        string[] small = TinyRun.Small[..^2]; // without --updates
        string[] begin = ["--embeddings", folder["a"], .. small];
        Train([.. begin, "--out", folder["whole"], "--updates", "6"]);
        Train([.. begin, "--out", folder["parts"], "--updates", "3"]);
        File.Delete(folder["a"]);
        Assert.Equal(0, Train("--resume", "--out", folder["parts"], "--updates", "6").Code);
        Assert.Equal(Weights("whole"), Weights("parts"));
        Train([.. small, "--out", folder["random"], "--updates", "6"]);
        Assert.NotEqual(Weights("whole"), Weights("random"));
    }

    [Fact]
    public void Options_and_files_that_do_not_fit_are_refused_before_anything_is_written()
    {
        Embed("--source", tiny.Source, "--dim", "8", "--epochs", "1", "--out", folder["v"]);
        Embed("--source", tiny.Target, "--dim", "16", "--epochs", "1", "--out", folder["w"]);
        string[] small = ["--out", folder["m"], .. TinyRun.Small];
        Assert.Equal(
            $"engine: {folder["v"]}: its vectors have 8 numbers, but the model's rows have --d-model 16; give "
            + "--d-model 8, or learn vectors with --dim 16",
            Train([.. small, "--embeddings", folder["v"]]).Mistake());
        Assert.Equal(
            $"engine: {folder["w"]}: none of its words is a source token of the model; learn vectors with the "
            + "tokenizer of the run (word), or leave the option out",
            Train([.. small, "--embeddings", folder["w"]]).Mistake());
        Assert.Equal(
            "engine: --resume continues a run, whose weights are in its folder, and --embeddings begins one; leave one "
            + "of them out",
            Train("--resume", "--out", tiny.Model, "--embeddings", folder["w"]).Mistake());
        Assert.Equal(
            "engine: --from begins with all weights of a model, and --target-embeddings with word vectors; give one of "
            + "them",
            Train("--from", tiny.Model, "--out", folder["m"], "--target-embeddings", folder["w"]).Mistake());
        Assert.Equal(
            "engine: --target-embeddings is of translations, and --task classify has labels; leave it out",
            Train([.. small, "--task", "classify", "--target-embeddings", folder["w"]]).Mistake());
        Assert.False(Directory.Exists(folder["m"]));

        var before = File.ReadAllBytes(folder["v"]);
        foreach (var (message, more) in ((string, string[])[])
            [
                ("exists already; choose another --out, or add --overwrite", []),
                ("--dim is 0; it must be 1 to 65536.", ["--dim", "0", "--overwrite"]),
                ("--bpe-merges", ["--bpe-merges", "5", "--overwrite"]),
                ("--source-tokenizer", ["--tokenizer", "syllable", "--overwrite"]),
                ("is the text to read; name another file for --out", ["--source", folder["v"], "--overwrite"]),
            ])
            Assert.Contains(message, Embed(["--source", tiny.Source, "--out", folder["v"], .. more]).Mistake());
        Assert.Equal(before, File.ReadAllBytes(folder["v"]));
    }

    private static CommandResult Embed(params string[] arguments) => CommandLine.Run(["embed", .. arguments]);

    private CommandResult Train(params string[] arguments) =>
        CommandLine.Run(["train", "--source", tiny.Source, "--target", tiny.Target, .. arguments]);

    private byte[] Weights(string model) => File.ReadAllBytes(folder[$"{model}/model.safetensors"]);
}
