using CommandLine;
using Engine.Storage;
using Engine.Text;

namespace Engine.Cli;

/// <summary>The options of <c>engine corpus</c>.</summary>
[Verb("corpus")]
internal sealed class CorpusOptions
{
    [Option("task", MetaValue = "NAME")]
    public string? Task { get; set; }

    [Option("pairs", MetaValue = "N")]
    public int? Pairs { get; set; }

    [Option("seed", MetaValue = "N")]
    public long? Seed { get; set; }

    [Option("out", Required = true, MetaValue = "DIR")]
    public string Out { get; set; } = "";

    [Option("overwrite")]
    public bool Overwrite { get; set; }
}

/// <summary>Writes the train, valid and test files of a toy task.</summary>
internal static class CorpusVerb
{
    /// <summary>What is written where the options do not say; that which <c>data/zh-en</c> holds.</summary>
    public const string DefaultTask = "zh-en";
    public const int DefaultPairs = 20_000;
    public const long DefaultSeed = 1;

    /// <summary>Writes the files and says so; the exit code.</summary>
    /// <exception cref="InputException">The task is unknown, or a file of other content is in the way.</exception>
    public static int Run(CorpusOptions options, CommandStreams streams)
    {
        var task = ToyTasks.Create(options.Task ?? DefaultTask);
        using var progress = new ProgressLine(streams);
        var corpus = ToyCorpus.Generate(
            task, options.Pairs ?? DefaultPairs, options.Seed ?? DefaultSeed, progress);
        var written = corpus.Save(options.Out, options.Overwrite);
        foreach (var (path, lines) in written)
            streams.Output.WriteLine($"{path}: {lines} lines");
        return 0;
    }
}
