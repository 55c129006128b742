using Engine.Tests.Inspection;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>What <c>engine export</c> writes, and what it refuses.</summary>
public sealed class ExportVerbTests : IDisposable
{
    private const string TwoVocabularies =
        "encoder.onnx decoder.onnx config.json source_vocab.json target_vocab.json translate.cs";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("transformer", TwoVocabularies)]
    [InlineData("gru", TwoVocabularies)]
    [InlineData("bpe", "encoder.onnx decoder.onnx config.json vocab.json merges.txt tokenizer.json translate.cs")]
    [InlineData("classifier", "classifier.onnx config.json source_vocab.json labels.json classify.cs")]
    public void The_folder_has_graphs_text_files_and_a_program_and_the_same_model_gives_the_same_bytes(
        string name, string files)
    {
        var model = ExportedModels.Source(name);
        var done = Export("--model", model, "--onnx", folder["a"]);
        Assert.Equal((0, ""), (done.Code, done.Error));
        Assert.Equal(
            files.Split(' ').Select(file => FormattableString.Invariant(
                $"{folder["a/" + file]}: {new FileInfo(folder["a/" + file]).Length:N0} bytes")),
            done.OutputLines);
        Assert.Equal(files.Split(' ').Order(), Directory.GetFiles(folder["a"]).Select(Path.GetFileName).Order());
        Assert.Equal(0, Export("--model", model, "--onnx", folder["b"]).Code);
        foreach (var file in files.Split(' '))
        {
            Assert.Equal(File.ReadAllBytes(folder["a/" + file]), File.ReadAllBytes(folder["b/" + file]));
            var isMade = Path.GetExtension(file) is ".onnx" or ".cs" || file == "tokenizer.json";
            if (!isMade) // it is a copy
                Assert.Equal(File.ReadAllBytes(Path.Combine(model, file)), File.ReadAllBytes(folder["a/" + file]));
        }
    }

    [Fact]
    public void Files_with_other_content_stay_unless_they_may_be_replaced()
    {
        string[] one = ["--model", ExportedModels.Source("transformer"), "--onnx", folder["a"]];
        Assert.Equal(0, Export(one).Code);
        Assert.Equal(0, Export(one).Code); // the same content
        string[] other = ["--model", ExportedModels.Source("gru"), "--onnx", folder["a"]];
        var before = File.ReadAllBytes(folder["a/encoder.onnx"]);
        Assert.Equal(
            $"engine: {folder["a/encoder.onnx"]}: exists with other content; choose another --onnx, or add --overwrite",
            Export(other).Mistake());
        Assert.Equal(before, File.ReadAllBytes(folder["a/encoder.onnx"]));
        Assert.Equal(0, Export([.. other, "--overwrite"]).Code);
        Assert.NotEqual(before, File.ReadAllBytes(folder["a/encoder.onnx"]));
        File.WriteAllText(folder["a/translate.cs"], "mine");
        Assert.Contains("translate.cs: exists with other content", Export(other).Mistake());
        Assert.Equal("mine", File.ReadAllText(folder["a/translate.cs"]));
        Directory.CreateDirectory(folder["b/encoder.onnx"]);
        Assert.Contains(
            "encoder.onnx: exists with other content",
            Export("--model", ExportedModels.Source("gru"), "--onnx", folder["b"]).Mistake());
    }

    [Theory]
    [InlineData("conv translate")]
    [InlineData("conv classify")]
    public void A_network_without_a_graph_is_refused_by_the_key_that_names_it(string name)
    {
        SmallModels.Create(name).Save(folder["conv"]);
        Assert.Equal(
            $"engine: {folder["conv/config.json"]}: \"architecture\" is conv, of which there is no ONNX export; "
            + "transformer, rnn, gru and lstm can be exported",
            Export("--model", folder["conv"], "--onnx", folder["a"]).Mistake());
        Assert.False(Directory.Exists(folder["a"]));
    }

    [Fact]
    public void What_is_no_model_and_what_is_no_place_for_one_is_refused()
    {
        var model = ExportedModels.Source("gru");
        Assert.Equal(
            "engine: option --onnx is missing; write engine export --onnx DIR", Export("--model", model).Mistake());
        Assert.Contains("there is no such folder", Export("--model", folder["no"], "--onnx", folder["a"]).Mistake());
        Assert.Contains(
            "not a model folder, config.json is missing",
            Export("--model", folder.Path, "--onnx", folder["a"]).Mistake());
        Assert.Equal(
            $"engine: {model}/: is the model's folder; name another folder for --onnx",
            Export("--model", model, "--onnx", model + "/").Mistake());
        File.WriteAllText(folder["file"], "");
        Assert.Contains(
            $"{folder["file"]} is a file; choose another folder",
            Export("--model", model, "--onnx", folder["file/x"]).Mistake());
        Assert.False(Directory.Exists(folder["a"]));
    }

    [Fact]
    public void The_program_of_a_model_that_normalizes_text_asks_for_the_tables_of_the_system()
    {
        foreach (var (name, isInvariant) in (IEnumerable<(string, string)>)[("gru", "false"), ("transformer", "true")])
        {
            Assert.Equal(isInvariant == "false", ModelFolder.ReadConfiguration(ExportedModels.Source(name)).Nfkc);
            Export("--model", ExportedModels.Source(name), "--onnx", folder[name]);
            Assert.Contains(
                $"#:property InvariantGlobalization={isInvariant}\n", File.ReadAllText(folder[name + "/translate.cs"]));
        }
    }

    private static CommandResult Export(params string[] arguments) => CommandLine.Run(["export", .. arguments]);
}
