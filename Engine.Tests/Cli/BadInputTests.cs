using System.Text.Json.Nodes;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

public sealed class BadInputTests : IClassFixture<TinyRun>, IDisposable
{
    private readonly TinyRun tiny;
    private readonly TemporaryFolder folder = new();

    public BadInputTests(TinyRun tiny)
    {
        this.tiny = tiny;
        File.WriteAllText(folder["a"], "one\ntwo\nthree\n");
        File.WriteAllText(folder["b"], "eins\nzwei\ndrei\n");
        File.WriteAllText(folder["short"], "eins\n");
        File.WriteAllText(folder["blank"], "\n \n\t\n");
        File.WriteAllBytes(folder["latin"], [.. "eins\nzw"u8, 0xE4, .. "i\ndrei\n"u8]);
        File.WriteAllText(folder["key.json"], """{ "dModle": 64 }""");
        File.WriteAllText(folder["value.json"], """{ "dModel": "wide" }""");
        File.WriteAllText(folder["null.json"], """{ "dModel": null }""");
        File.WriteAllText(folder["share.json"], """{ "attentionDropout": "much" }""");
        File.WriteAllText(folder["list.json"], "[64]");
        File.WriteAllText(folder["twice.json"], """{ "dModel": 64, "dModel": 32 }""");
        File.WriteAllText(folder["enum.json"], """{ "sharing": "some" }""");
        File.WriteAllText(folder["two.json"], """{ "activation": "gelu, silu" }""");
        File.WriteAllText(folder["not.json"], "dModel: 64");
        Directory.CreateDirectory(folder["full"]);
        File.WriteAllText(Path.Combine(folder["full"], "thesis.txt"), "all I have");
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("{0}/none: there is no such file; check the spelling", "--source", "{0}/none", "--target", "{0}/b")]
    [InlineData("{0}/full: is a folder and cannot be read as a file;", "--source", "{0}/a", "--target", "{0}/full")]
    [InlineData("{0}/a has 3 lines but {0}/short has 1;", "--source", "{0}/a", "--target", "{0}/short")]
    [InlineData("{0}/blank and {0}/b hold no pair of sentences;", "--source", "{0}/blank", "--target", "{0}/b")]
    [InlineData("{0}/latin:2: not valid UTF-8 at byte 3 of the line;", "--source", "{0}/a", "--target", "{0}/latin")]
    [InlineData("--source is given without --target;", "--source", "{0}/a")]
    [InlineData("--target is given without --source;", "--target", "{0}/b")]
    [InlineData(
        "--valid-target is given without --valid-source;",
        "--source", "{0}/a", "--target", "{0}/b", "--valid-target", "{0}/b")]
    [InlineData(
        "--valid-source goes with --source and --target;",
        "--valid-source", "{0}/a", "--valid-target", "{0}/b")]
    [InlineData("{0}/full: the folder is not empty;", "--source", "{0}/a", "--target", "{0}/b", "--out", "{0}/full")]
    [InlineData(
        "{0}/a: is a file, but a model is a folder;",
        "--source", "{0}/a", "--target", "{0}/b", "--out", "{0}/a")]
    [InlineData(
        "{0}/a/m: {0}/a is a file; choose another folder",
        "--source", "{0}/a", "--target", "{0}/b", "--out", "{0}/a/m")]
    [InlineData("{0}/b: exists already;", "--source", "{0}/a", "--target", "{0}/a", "--out", "{0}/m", "--log", "{0}/b")]
    [InlineData(
        "{0}/full: is a folder; name a file for --log",
        "--source", "{0}/a", "--target", "{0}/b", "--out", "{0}/m", "--log", "{0}/full")]
    [InlineData(
        "{0}/no/l: its folder does not exist;",
        "--source", "{0}/a", "--target", "{0}/b", "--out", "{0}/m", "--log", "{0}/no/l")]
    [InlineData(
        "{0}/b: is read by this run;",
        "--source", "{0}/a", "--target", "{0}/b", "--out", "{0}/m", "--overwrite", "--log", "{0}/b")]
    [InlineData(
        "{0}/key.json:1: key 'dModle' is not known (did you mean dModel?); correct", "--config", "{0}/key.json")]
    [InlineData(
        "{0}/value.json:1: the value of 'dModel' must be a whole number, not '\"wide\"';",
        "--config", "{0}/value.json")]
    [InlineData(
        "{0}/null.json:1: the value of 'dModel' must be a whole number, not 'null';", "--config", "{0}/null.json")]
    [InlineData(
        "{0}/share.json:1: the value of 'attentionDropout' must be a number or null, not '\"much\"';",
        "--config", "{0}/share.json")]
    [InlineData("{0}/not.json:1: not valid JSON at byte 1 of the line (", "--config", "{0}/not.json")]
    [InlineData("{0}/none.json: there is no such file; check the spelling", "--config", "{0}/none.json")]
    [InlineData("{0}/full: is a folder and cannot be read as a file;", "--config", "{0}/full")]
    [InlineData("{0}/list.json:1: a configuration is a JSON object, such as ", "--config", "{0}/list.json")]
    [InlineData(
        "{0}/twice.json:1: key 'dModel' is given twice in one object, and only one value can count;",
        "--config", "{0}/twice.json")]
    [InlineData(
        "{0}/enum.json:1: the value of 'sharing' must be one of \"none\", \"target\", \"all\", not '\"some\"';",
        "--config", "{0}/enum.json")]
    [InlineData("{0}/two.json:1: the value of 'activation' must be one of \"relu\", ", "--config", "{0}/two.json")]
    public void Training_refuses_bad_input_in_one_line_and_changes_nothing(string expected, params string[] arguments)
    {
        var before = DiskSnapshot.Of(folder.Path);
        var mistake = CommandLine.Run(["train", .. arguments.Select(InFolder)]).Mistake();
        Assert.StartsWith("engine: " + InFolder(expected), mistake);
        Assert.Equal(before, DiskSnapshot.Of(folder.Path));
    }

    [Fact]
    public void A_folder_without_a_model_is_refused()
    {
        Assert.StartsWith(
            $"engine: {folder["none"]}: there is no such folder;",
            CommandLine.Run("translate", "--model", folder["none"]).Mistake());
        Assert.StartsWith(
            $"engine: {folder["full"]}: not a model folder, config.json is missing;",
            CommandLine.Run("translate", "--model", folder["full"]).Mistake());
    }

    [Theory]
    [InlineData("model.safetensors", 0)]
    [InlineData("model.safetensors", 5)]
    [InlineData("model.safetensors", 4000)]
    [InlineData("source_vocab.json", 20)]
    [InlineData("target_vocab.json", 0)]
    [InlineData("config.json", 30)]
    public void A_truncated_file_of_a_model_is_named(string name, int length)
    {
        CopyModel();
        var path = Path.Combine(folder["model"], name);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]);
        Assert.StartsWith(
            $"engine: {path}:", CommandLine.RunOn("red", "translate", "--model", folder["model"]).Mistake());
    }

    [Fact]
    public void A_vocabulary_of_another_size_than_the_weights_is_refused()
    {
        CopyModel();
        var path = Path.Combine(folder["model"], "source_vocab.json");
        File.WriteAllText(path, """{ "<pad>": 0, "<unk>": 1, "<bos>": 2, "<eos>": 3, "red": 4 }""");
        var configuration = Path.Combine(folder["model"], "config.json");
        var separate = File.ReadAllText(configuration);
        File.WriteAllText(configuration, separate.Replace("\"sharing\": \"target\"", "\"sharing\": \"all\""));
        Assert.Matches(
            @"source_vocab\.json: has 5 tokens, but target_vocab\.json beside it has \d+, and with --sharing all both "
            + @"hold one vocabulary; restore the files that belong together, or train again\.$",
            CommandLine.Run("translate", "--model", folder["model"]).Mistake());
        File.WriteAllText(configuration, separate);
        var target = Path.Combine(folder["model"], "target_vocab.json");
        var kept = File.ReadAllBytes(target);
        File.Copy(path, target, overwrite: true);
        Assert.Contains(
            "model.safetensors: holds ", CommandLine.Run("translate", "--model", folder["model"]).Mistake());
        File.WriteAllBytes(target, kept);
        File.WriteAllText(path, """{ "<pad>": 0, "<unk>": 1, "<bos>": 2, "<eos>": 3, "red": 3 }""");
        Assert.StartsWith($"engine: {path}:1: ", CommandLine.Run("translate", "--model", folder["model"]).Mistake());
    }

    [Theory]
    [InlineData("{0}/none: there is no such file;", "--input", "{0}/none")]
    [InlineData("{0}/full: is a folder and cannot be read as a file;", "--input", "{0}/full")]
    [InlineData("{0}/full: is a folder; name a file for --output", "--output", "{0}/full")]
    [InlineData("{0}/no/x: its folder does not exist;", "--output", "{0}/no/x")]
    [InlineData("{0}/latin:2: not valid UTF-8", "--input", "{0}/latin", "--output", "{0}/b")]
    public void Translation_refuses_bad_input_in_one_line_and_writes_nothing(string expected, params string[] arguments)
    {
        var before = DiskSnapshot.Of(folder.Path);
        var mistake = CommandLine.Run(["translate", "--model", tiny.Model, .. arguments.Select(InFolder)]).Mistake();
        Assert.StartsWith("engine: " + InFolder(expected), mistake);
        Assert.Equal(before, DiskSnapshot.Of(folder.Path));
    }

    [Fact]
    public void A_line_that_is_not_UTF8_ends_a_pipe_after_the_lines_before_it()
    {
        var result = CommandLine.RunOn([.. "red\n\n"u8, 0xFF, (byte)'\n'], "translate", "--model", tiny.Model);
        Assert.Equal(2, result.Code);
        Assert.Equal(2, result.Output.Count(letter => letter == '\n'));
        Assert.StartsWith(
            "engine: standard input:3: not valid UTF-8 at byte 1 of the line;",
            Assert.Single(result.Error.TrimEnd().Split('\n')));
    }

    [Fact]
    public void A_vocabulary_of_another_save_than_the_weights_is_refused()
    {
        CopyModel();
        var path = Path.Combine(folder["model"], "source_vocab.json");
        var tokens = File.ReadAllText(path);
        File.WriteAllText(path, tokens.Replace("red", "rot", StringComparison.Ordinal));
        Assert.StartsWith(
            $"engine: {Path.Combine(folder["model"], "model.safetensors")}: was not saved with the config.json, ",
            CommandLine.Run("translate", "--model", folder["model"]).Mistake());
        File.WriteAllText(path, tokens);
        Assert.Equal(0, CommandLine.Run("translate", "--model", folder["model"]).Code);
    }

    [Theory]
    [InlineData("\"normalization\": \"layer\"", "\"normalization\": \"instance\"")]
    [InlineData("\"normGroups\": 8", "\"normGroups\": 4")]
    public void Another_normalization_than_the_weights_were_trained_with_is_refused(string saved, string other)
    {
        CopyModel();
        var path = Path.Combine(folder["model"], "config.json");
        var text = File.ReadAllText(path);
        Assert.Contains(saved, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(saved, other, StringComparison.Ordinal));
        Assert.Contains(
            "was not saved with the config.json", CommandLine.Run("translate", "--model", folder["model"]).Mistake());
    }

    [Fact]
    public void A_run_that_diverges_leaves_a_log_of_valid_json()
    {
        var result = CommandLine.Run(
        [
            "train", "--source", tiny.Source, "--target", tiny.Target, "--out", folder["m"], "--log", folder["log"],
            "--learning-rate", "100000", "--optimizer", "sgd", "--clip-norm", "0", "--warmup", "0",
            "--valid-every", "1", "--updates", "9",
        ]);
        Assert.Equal(1, result.Code);
        Assert.DoesNotContain("   at ", result.Error);
        Assert.All(File.ReadLines(folder["log"]), line => Assert.NotNull(JsonNode.Parse(line)));
        using (var log = new JsonLinesLog(folder["log"], FileMode.Create))
        {
            log.Updated(new UpdateReport(1, 1, double.NaN, double.PositiveInfinity, 0.1, 2, TimeSpan.Zero, 0));
            log.Validated(new ValidationReport(1, ValidationLoss.None, true, TimeSpan.Zero, []));
            log.Validated(new ValidationReport(2, new(0, 0.25), true, TimeSpan.Zero, []));
        }
        var lines = File.ReadLines(folder["log"]).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal((null, null), (lines[0]["loss"], lines[0]["gradient_norm"]));
        Assert.Equal((null, null, null), (lines[1]["loss"], lines[1]["smoothed_loss"], lines[1]["perplexity"]));
        Assert.Equal(0.1, (double)lines[0]["learning_rate"]!);
        string[] names = ["loss", "smoothed_loss", "perplexity"];
        Assert.Equal([0, 0.25, 1], names.Select(name => (double)lines[2][name]!));
    }

    [Fact]
    public void A_log_that_cannot_be_created_is_named() => Assert.StartsWith(
        $"{folder["no/log"]}: the log cannot be made (",
        Assert.Throws<InputException>(() => new JsonLinesLog(folder["no/log"])).Message);

    [Fact]
    public void A_folder_that_cannot_be_created_is_named() => Assert.StartsWith(
        $"{folder["a/m"]}: the folder cannot be made (",
        Assert.Throws<InputException>(() => TranslationModel.Load(tiny.Model).Save(folder["a/m"])).Message);

    [Fact]
    public void A_line_that_is_too_long_is_refused_with_its_number()
    {
        var line = string.Concat(Enumerable.Repeat("red ", 40_000));
        var mistake = CommandLine.RunOn($"{line}\nred\n", "translate", "--model", tiny.Model).Mistake();
        Assert.StartsWith("engine: standard input:1: the line that begins 'red red red", mistake);
        Assert.EndsWith("has 40,000 tokens; a line may have at most 4,096. Split it.", mistake);
        File.WriteAllText(folder["in"], "red\n" + line);
        Assert.StartsWith($"engine: {folder["in"]}:2: the line", CommandLine.Run(
            "translate", "--model", tiny.Model, "--input", folder["in"], "--output", folder["out"]).Mistake());
        Assert.False(File.Exists(folder["out"]));
    }

    [Fact]
    public void A_line_that_is_too_long_ends_training_before_it_begins()
    {
        var text = "one\n\nthree\n" + string.Concat(Enumerable.Repeat("four ", 5000));
        File.WriteAllText(folder["a"], text);
        File.WriteAllText(folder["b"], "eins\nzwei\ndrei\nvier\n");
        string[] common =
            ["--out", folder["m"], "--updates", "1", "--tokenizer", "word", "--preset", "toy", "--max-ratio", "0"];
        string Mistake(params string[] options)
        {
            var result = CommandLine.Run(["train", .. options, .. common]);
            Assert.Equal(2, result.Code);
            Assert.False(Path.Exists(folder["m"]));
            return result.Error.TrimEnd().Split('\n')[^1];
        }
        string Expected(string name, string side) => $"^engine: {folder[name]}:4: the line that begins 'four .*' has "
            + "5,000 tokens; a line may have at most 4,096. Split it. "
            + $"--max-{side}-length 4096 drops such lines of training text.$";
        string[] valid = ["--valid-source", folder["b"], "--valid-target", folder["b"]];
        Assert.Matches(Expected("a", "source"), Mistake(["--source", folder["a"], "--target", folder["b"], .. valid]));
        Assert.Matches(Expected("a", "target"), Mistake(["--source", folder["b"], "--target", folder["a"], .. valid]));
        Assert.Matches(Expected("a", "source"), Mistake(
            ["--source", folder["a"], "--target", folder["b"], "--window", "2", .. valid]));
        Assert.Matches(Expected("a", "source"), Mistake("--source", folder["b"], "--target", folder["b"],
            "--valid-source", folder["a"], "--valid-target", folder["b"]));
    }

    private string InFolder(string text) => text.Replace("{0}", folder.Path, StringComparison.Ordinal);

    private void CopyModel()
    {
        Directory.CreateDirectory(folder["model"]);
        foreach (var file in Directory.EnumerateFiles(tiny.Model))
            File.Copy(file, Path.Combine(folder["model"], Path.GetFileName(file)));
    }
}
