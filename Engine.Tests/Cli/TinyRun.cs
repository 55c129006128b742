using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>A corpus of fifty pairs and a model that was briefly trained on it.</summary>
public sealed class TinyRun : IDisposable
{
    /// <summary>Options with which training takes a second.</summary>
    public static readonly string[] Small =
    [
        "--preset", "toy", "--d-model", "16", "--heads", "2", "--layers", "1",
        "--learning-rate", "0.01", "--warmup", "5", "--dropout", "0", "--updates", "20",
    ];

    /// <summary>The options that <see cref="Model"/> was trained with.</summary>
    public static readonly string[] OfModel = [.. Small, "--d-ff", "32"];

    private readonly TemporaryFolder folder = new();

    public TinyRun()
    {
        string[] words = ["red", "green", "blue", "grey", "pink"];
        var lines = Enumerable.Range(0, 50).Select(i => $"{words[i % 5]} {words[i / 5 % 5]} {words[i / 25]}").ToArray();
        File.WriteAllLines(Source, lines);
        File.WriteAllLines(Target, lines.Select(line => line.ToUpperInvariant()));
        Trained = CommandLine.Run(
            ["train", "--source", Source, "--target", Target, "--out", Model, .. OfModel]);
    }

    public string Source => folder["text.a"];

    public string Target => folder["text.b"];

    public string Model => folder["model"];

    internal CommandResult Trained { get; }

    public void Dispose() => folder.Dispose();
}
