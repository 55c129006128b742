using System.Runtime.CompilerServices;
using Engine.Cli;
using Engine.Training;

namespace Engine.Tests.Interop;

/// <summary>Text, models that were trained on it for seconds, and what <c>engine export</c> makes of models.</summary>
public sealed class OnnxFixture : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("engine-onnx-").FullName;

    public OnnxFixture()
    {
        foreach (var side in (string[])["zh", "en"])
        {
            var lines = File.ReadLines(Path.Combine(Root, "data", "zh-en", "train." + side));
            File.WriteAllLines(this["text." + side], lines.Take(2000));
            File.WriteAllLines(this["valid." + side], lines.Skip(2000).Take(20));
        }
        Run("corpus", "--task", "sentiment", "--pairs", "2400", "--out", this["opinions"]);
    }

    /// <summary>Sentences, half of which the models have seen in training.</summary>
    internal string[] Chinese => [.. File.ReadLines(this["text.zh"]).Take(500).Concat(
        File.ReadLines(Path.Combine(Root, "data", "zh-en", "test.zh")).Take(500))];

    /// <summary>Opinions that the models have seen.</summary>
    internal string[] Opinions => [.. File.ReadLines(Path.Combine(this["opinions"], "train.text")).Take(1000)];

    internal string this[string name] => Path.Combine(folder, name);

    internal static string Root { get; } = Path.GetFullPath(Path.Combine(FolderOfThisFile(), "..", "..", ".."));

    /// <summary>Trains a model that translates, and gives its folder.</summary>
    internal string Train(string name, params string[] options)
    {
        Run(
        [
            "train", "--source", this["text.zh"], "--target", this["text.en"], "--valid-source", this["valid.zh"],
            "--valid-target", this["valid.en"], "--keep-checkpoints", "0", "--out", this[name], .. options,
        ]);
        return this[name];
    }

    /// <summary>Exports a model, and gives the folder of the graphs.</summary>
    internal string Export(string model)
    {
        Run("export", "--model", model, "--onnx", model + ".onnx");
        return model + ".onnx";
    }

    /// <summary>Saves a model, exports it, and gives the folder of the graphs.</summary>
    internal string Export(TextModel model, string name)
    {
        model.Save(this[name]);
        return Export(this[name]);
    }

    internal static void Run(params string[] arguments)
    {
        using var error = new StringWriter();
        var code = Program.Run(arguments, new CommandStreams(new MemoryStream(), new StringWriter(), error));
        Assert.True(code == 0, error.ToString());
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static string FolderOfThisFile([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
