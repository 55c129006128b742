using CommandLine;
using Engine.Storage;
using Engine.Text.Toy;

namespace Engine.Cli;

/// <summary>The options of <c>engine corpus</c>.</summary>
[Verb("corpus", HelpText = "Write a toy parallel corpus.")]
internal sealed class CorpusOptions
{
    [Option("task", Default = "zh-en", MetaValue = "NAME", HelpText = "zh-en, dates, numbers, reverse, copy or sort.")]
    public string Task { get; set; } = "zh-en";

    [Option("pairs", Default = 10_000, MetaValue = "N", HelpText = "Pairs in all: 90% train, 5% validate, 5% test.")]
    public int Pairs { get; set; } = 10_000;

    [Option("seed", Default = 1L, MetaValue = "N", HelpText = "The same seed writes the same files.")]
    public long Seed { get; set; } = 1;

    [Option("out", Required = true, MetaValue = "DIR", HelpText = "The folder to write.")]
    public string Out { get; set; } = "";

    [Option("overwrite", HelpText = "Replace files that are there with other content.")]
    public bool Overwrite { get; set; }
}

/// <summary>Writes the train, valid and test files of a toy task.</summary>
internal static class CorpusVerb
{
    /// <summary>Writes the files and says so; the exit code.</summary>
    /// <exception cref="InputException">The task is unknown, or a file of other content is in the way.</exception>
    public static int Run(CorpusOptions options, TextWriter output)
    {
        var task = ToyTasks.Create(options.Task);
        var corpus = ToyCorpus.Generate(task, options.Pairs, options.Seed);
        var written = corpus.Save(options.Out, options.Overwrite);
        foreach (var (path, lines) in written)
            output.WriteLine($"{path}: {lines} lines");
        return 0;
    }
}
