using System.Text.Json.Nodes;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

public sealed class BpeTrainingTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("target", "source_merges.txt source_vocab.json target_merges.txt target_vocab.json")]
    [InlineData("all", "merges.txt vocab.json")]
    public void A_model_with_subwords_translates_after_loading_as_before(string sharing, string files)
    {
        string[] options = ["--tokenizer", "bpe", "--bpe-merges", "30", "--sharing", sharing, "--bpe-dropout", "0.2"];
        Train("a", [.. options, "--threads", "1"]);
        Train("b", [.. options, "--threads", "2"]);
        Assert.Equal(
            files.Split(' '),
            Directory.GetFiles(folder["a"]).Select(file => Path.GetFileName(file)!)
                .Where(name => name.EndsWith("vocab.json") || name.EndsWith("merges.txt")).Order());
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(folder["a"], "model.safetensors")),
            File.ReadAllBytes(Path.Combine(folder["b"], "model.safetensors")));
        var model = TranslationModel.Load(folder["a"]);
        Assert.Equal(sharing == "all", ReferenceEquals(model.Source, model.Target));
        Assert.Equal("red  grün 我▁", model.Source.Decode(model.Source.Encode("red  grün 我▁")));
        var translated = CommandLine.RunOn("red green blue\n  \n", "translate", "--model", folder["a"]);
        Assert.Equal((0, ""), (translated.Code, translated.Output.Split('\n')[1]));
    }

    [Fact]
    public void BPE_dropout_tokenizes_the_pairs_again_in_each_epoch()
    {
        Train("m", "--tokenizer", "bpe", "--bpe-dropout", "0.5");
        var model = TranslationModel.Load(folder["m"]);
        var corpus = Engine.Text.ParallelCorpus.Read(tiny.Source, tiny.Target);
        var pairs = new TrainingPairs(model, corpus);
        var random = new RandomStream(1);
        int[][] Cut(long epoch) => [.. pairs.Epoch(random.Fork(0), random.Fork(epoch)).SelectMany(batch => batch.Source)
            .Chunk(64)];
        Assert.Equal(Cut(1), Cut(1));
        Assert.NotEqual(Cut(1), Cut(2));
        var uncut = model.Encode(corpus.Source[0], corpus.Target[0]).Source;
        Assert.NotEqual(uncut, model.Encode(corpus.Source[0], corpus.Target[0], random).Source);
    }

    [Fact]
    public void The_normalizer_of_lines_is_saved_and_used()
    {
        Train("m", "--lowercase", "--nfkc");
        var model = TranslationModel.Load(folder["m"]);
        Assert.Equal("red", model.Target.Decode(model.Target.Encode("ＲＥＤ")));
        Assert.True(model.IsRight("red green", "RED  green"));
    }

    [Theory]
    [InlineData("vocab.json")]
    [InlineData("merges.txt")]
    public void A_folder_without_a_file_of_the_tokenizer_is_refused(string name)
    {
        Train("m", "--tokenizer", "bpe", "--sharing", "all");
        File.Delete(Path.Combine(folder["m"], name));
        Assert.Equal(
            $"{folder["m"]}: not a model folder, {name} is missing; name a folder that training wrote.",
            Assert.Throws<InputException>(() => TranslationModel.Load(folder["m"])).Message);
    }

    [Fact]
    public void Weights_beside_other_merges_or_another_normalizer_are_refused()
    {
        Train("m", "--tokenizer", "bpe", "--sharing", "all");
        var merges = Path.Combine(folder["m"], "merges.txt");
        var lines = File.ReadAllLines(merges);
        File.WriteAllLines(merges, lines[..^1]);
        var weights = Path.Combine(folder["m"], "model.safetensors");
        var expected = $"{weights}: was not saved with the config.json, vocab.json and merges.txt beside it, perhaps "
            + "because a save was interrupted; restore the files that belong together, or train again.";
        Assert.Equal(expected, Assert.Throws<InputException>(() => TranslationModel.Load(folder["m"])).Message);
        File.WriteAllLines(merges, lines);
        TranslationModel.Load(folder["m"]);
        var path = Path.Combine(folder["m"], "config.json");
        var configuration = JsonNode.Parse(File.ReadAllText(path))!;
        configuration["lowercase"] = true;
        File.WriteAllText(path, configuration.ToJsonString());
        Assert.Equal(expected, Assert.Throws<InputException>(() => TranslationModel.Load(folder["m"])).Message);
    }

    [Fact]
    public void A_classifier_with_subwords_is_saved_and_labels_lines()
    {
        var lines = File.ReadAllLines(tiny.Source);
        File.WriteAllLines(folder["labels"], lines.Select(line => line[..1]));
        Assert.Equal(0, CommandLine.Run([
            "train", "--task", "classify", "--source", tiny.Source, "--target", folder["labels"], "--out", folder["m"],
            "--tokenizer", "bpe", "--bpe-dropout", "0.1", .. TinyRun.Small]).Code);
        Assert.True(File.Exists(Path.Combine(folder["m"], "source_merges.txt")));
        Assert.Equal(0, CommandLine.RunOn("red green blue\n", "classify", "--model", folder["m"]).Code);
    }

    [Theory]
    [InlineData("--bpe-merges is not read by --tokenizer auto; leave it out, or choose bpe.", "--bpe-merges", "9")]
    [InlineData("--bpe-dropout is not read by --tokenizer auto; leave it out, or choose bpe.", "--bpe-dropout", "0")]
    [InlineData(
        "--punctuation is not read by --tokenizer auto; leave it out, or choose bpe.", "--punctuation", "keep")]
    [InlineData(
        "--vocab-size is not read by --tokenizer bpe; give --bpe-merges.", "--vocab-size", "99", "--tokenizer", "bpe")]
    [InlineData("--punctuation 'cut' is not known; use split, keep.", "--punctuation", "cut", "--tokenizer", "bpe")]
    [InlineData("--bpe-merges is -1; it must be 0 to 10000000.", "--bpe-merges", "-1", "--tokenizer", "bpe")]
    [InlineData("--bpe-dropout is 1; it must be at least 0 and below 1.", "--bpe-dropout", "1", "--tokenizer", "bpe")]
    [InlineData(
        "--sharing all needs one vocabulary, which bpe does not have with another tokenizer; give --tokenizer bpe.",
        "--sharing", "all", "--source-tokenizer", "bpe")]
    public void Options_that_do_not_go_together_are_refused(string message, params string[] options) =>
        Assert.Equal("engine: " + message, CommandLine.Run(["train", .. options]).Mistake());

    private void Train(string name, params string[] options) =>
        Assert.Equal(0, CommandLine.Run([
            "train", "--source", tiny.Source, "--target", tiny.Target, "--out", folder[name], .. options,
            .. TinyRun.Small]).Code);
}
