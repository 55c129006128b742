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

/// <summary><c>engine corpus</c>: writes the training, validation and test files of a toy task.</summary>
internal static class CorpusVerb
{
    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help =>
        $"""
        engine corpus: write a toy parallel corpus: training, validation and test files of both sides.

        Usage: engine corpus --out DIR [options]

          --out DIR          the folder to write (required)
          --task NAME        {string.Join(", ", ToyTasks.All.Select(task => task.Name))}
                             (default {ToyTasks.DefaultName})
          --pairs N          pairs in all (default {ToyCorpus.DefaultPairs}): 90% to train, 5% to validate, 5% to test
          --seed N           the same seed writes the same files (default {ToyCorpus.DefaultSeed})
          --overwrite        replace files with other content

        Examples:
          engine corpus --out data/zh-en
          engine corpus --task reverse --pairs 5000 --out /tmp/reverse
        """;

    /// <summary>Writes the files, prints their paths, and returns the exit code.</summary>
    /// <exception cref="InputException">The task is unknown, or a file of other content is in the way.</exception>
    public static int Run(CorpusOptions options, CommandStreams streams)
    {
        var task = ToyTasks.Create(options.Task ?? ToyTasks.DefaultName);
        using var progress = new ProgressLine(streams);
        var corpus = ToyCorpus.Generate(
            task, options.Pairs ?? ToyCorpus.DefaultPairs, options.Seed ?? ToyCorpus.DefaultSeed, progress);
        var written = corpus.Save(options.Out, options.Overwrite);
        foreach (var (path, lines) in written)
            streams.Output.WriteLine($"{path}: {lines} lines");
        return ExitCode.Done;
    }
}
