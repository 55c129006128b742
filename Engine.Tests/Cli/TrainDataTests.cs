using Engine.Tests.Storage;
using Engine.Tests.Text;

namespace Engine.Tests.Cli;

public sealed class TrainDataTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly string[] lines = [.. Enumerable.Range(0, 40).Select(i => i == 7 ? "a b c d e f g" : $"a {i % 5}")];

    public TrainDataTests()
    {
        Write("train");
        Write("val");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Training_reports_the_pairs_that_each_limit_drops()
    {
        var result = Train("--max-source-length", "5", "--max-target-length", "9", "--max-ratio", "1.5");
        Assert.Equal(0, result.Code);
        Assert.Contains(
            "train --max-source-length 5 drops 1, --max-target-length 9 drops 0, --max-ratio 1.5 drops 0: "
            + "39 pairs left\n", result.Error);
        Assert.DoesNotContain("drops", Train().Error);
    }

    [Fact]
    public void Limits_that_leave_no_pair_are_refused() => Assert.Contains(
        "no pair is left to train on: of 40, --max-source-length drops 40, --max-target-length 0 and --max-ratio 0; "
        + "raise them, or set them to 0 for no limit.", Train("--max-source-length", "1").Mistake());

    [Fact]
    public void A_window_of_the_whole_corpus_trains_the_model_that_training_in_memory_does()
    {
        Assert.Equal(0, Train("--out", folder["m"]).Code);
        Assert.Equal(0, Train("--out", folder["s"], "--window", "40").Code);
        Assert.Equal(0, Train("--out", folder["w"], "--window", "16").Code);
        byte[] Weights(string name) => File.ReadAllBytes(Path.Combine(folder[name], "model.safetensors"));
        Assert.Equal(Weights("m"), Weights("s"));
        Assert.NotEqual(Weights("m"), Weights("w"));
    }

    [Fact]
    public void A_window_needs_text_to_validate_on()
    {
        File.Delete(folder["val.a"]);
        Assert.Contains(
            "--window reads the text in parts, so that no pairs can be set aside for validation; name --valid-source",
            Train("--window", "9").Mistake());
    }

    [Fact]
    public void Val_and_dev_and_the_only_test_split_are_found_compressed_or_not()
    {
        Write("test_2016");
        var result = Train();
        Assert.Contains($"valid 40 pairs: {folder["val.a"]}, ", result.Error);
        Assert.Contains($"test  40 pairs: {folder["test_2016.a"]}, ", result.Error);
        File.Move(folder["val.a"], folder["dev.a"]);
        File.Delete(folder["val.b"]);
        File.WriteAllBytes(folder["dev.b.gz"], GzipInputTests.Compress(lines));
        Write("test_2017");
        result = Train();
        Assert.Contains($"valid 40 pairs: {folder["dev.a"]}, {folder["dev.b.gz"]}", result.Error);
        Assert.DoesNotContain("test ", result.Error);
    }

    [Fact]
    public void Lines_that_end_in_carriage_returns_and_byte_order_marks_are_said_and_train_the_same_model()
    {
        Assert.Equal(0, Train("--out", folder["m"]).Code);
        File.WriteAllText(folder["train.a"], string.Join('\r', lines));
        File.WriteAllText(folder["train.b"], string.Join("\r\n", lines.Select(line => "\uFEFF" + line)));
        var result = Train("--out", folder["r"]);
        Assert.Contains($"{folder["train.a"]}: the lines end in carriage returns alone", result.Error);
        Assert.Contains($"{folder["train.b"]}:2: a byte order mark (U+FEFF) begins the line", result.Error);
        byte[] Weights(string name) => File.ReadAllBytes(Path.Combine(folder[name], "model.safetensors"));
        Assert.Equal(Weights("m"), Weights("r"));
    }

    [Fact]
    public void Source_and_target_in_one_file_are_said()
    {
        const string Said = "train source and target are the same file, so that the model learns to copy\n";
        Assert.DoesNotContain(Said, Train().Error);
        Assert.Contains(Said, CommandLine.Run(
        [
            "train", "--source", folder["train.a"], "--target", Path.Combine(folder.Path, ".", "train.a"),
            "--out", folder["m"], .. TinyRun.Small,
        ]).Error);
    }

    [Fact]
    public void Limits_on_the_target_are_refused_for_labels()
    {
        foreach (var option in (string[])["--max-target-length", "--max-ratio"])
            Assert.Contains(
                $"{option} is not read by --task classify", Train("--task", "classify", option, "3").Mistake());
    }

    private CommandResult Train(params string[] arguments) => CommandLine.Run(
    [
        "train", "--source", folder["train.a"], "--target", folder["train.b"], "--tokenizer", "word",
        .. arguments.Contains("--out") ? Array.Empty<string>() : ["--out", folder[Guid.NewGuid().ToString()]],
        .. TinyRun.Small, .. arguments,
    ]);

    private void Write(string split)
    {
        foreach (var side in (string[])["a", "b"]) File.WriteAllLines(folder[$"{split}.{side}"], lines);
    }
}
