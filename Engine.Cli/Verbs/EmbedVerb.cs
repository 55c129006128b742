using CommandLine;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine embed</c>.</summary>
[Verb("embed")]
internal sealed class EmbedOptions
{
    [Option("source", Required = true, MetaValue = "F")]
    public IEnumerable<string> Source { get; set; } = [];

    [Option("out", Required = true, MetaValue = "F")]
    public string Out { get; set; } = "";

    [Option("overwrite")]
    public bool Overwrite { get; set; }

    [Option("dim", MetaValue = "N")]
    public int? Dim { get; set; }

    [Option("window", MetaValue = "N")]
    public int? Window { get; set; }

    [Option("negatives", MetaValue = "N")]
    public int? Negatives { get; set; }

    [Option("epochs", MetaValue = "N")]
    public int? Epochs { get; set; }

    [Option("subsample", MetaValue = "X")]
    public double? Subsample { get; set; }

    [Option("learning-rate", MetaValue = "X")]
    public double? LearningRate { get; set; }

    [Option("seed", MetaValue = "N")]
    public long? Seed { get; set; }

    [Option("tokenizer", MetaValue = "auto|word|char|bpe")]
    public string? Tokenizer { get; set; }

    [Option("vocab-size", MetaValue = "N")]
    public int? VocabSize { get; set; }

    [Option("bpe-merges", MetaValue = "N")]
    public int? BpeMerges { get; set; }

    [Option("lowercase")]
    public bool Lowercase { get; set; }
}

/// <summary><c>engine embed</c>: learns word vectors from text and writes them in word2vec's text form.</summary>
internal static class EmbedVerb
{
    private static readonly WordVectorOptions Defaults = new();

    private static readonly TrainingConfiguration Text = new();

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help =>
        FormattableString.Invariant($"""
        engine embed: learn word vectors from text, by word2vec's skip-gram with negative sampling.

        Usage: engine embed --source F --out F [options]

          --source F         text, one sentence a line (required); give it again for further files
          --out F            the vectors, in word2vec's text form (required)
          --overwrite        replace the file
          --dim N            the numbers of a vector (default {Defaults.Dimension})
          --window N         up to N words to each side are near (default {Defaults.Window}, drawn from 1 to N)
          --negatives N      random words that each near word is told from (default {Defaults.Negatives})
          --epochs N         how often the text is read (default {Defaults.Epochs})
          --subsample X      words with a larger share of the text are thinned out (default {Defaults.Subsample})
          --learning-rate X  at the beginning; it falls linearly (default {Defaults.LearningRate})
          --seed N           the same seed writes the same file (default {Defaults.Seed})
          --tokenizer NAME   auto (default), word, char or bpe: that of the run that begins with the vectors
          --vocab-size N     the most tokens (default {Text.VocabSize})
          --bpe-merges N     instead, with bpe: the most merges (default {Text.BpeMerges})
          --lowercase        lower-case the text first

        Examples:
          engine embed --source data/zh-en/train.zh --dim 64 --epochs 20 --out zh.txt
          engine train --embeddings zh.txt
        """);

    /// <summary>Writes the file, prints what is in it, and returns the exit code.</summary>
    /// <exception cref="InputException">A file or a value is not as it must be; nothing has been written.</exception>
    public static int Run(EmbedOptions options, CommandStreams streams)
    {
        var text = TextOptions(options);
        var how = Defaults with
        {
            Dimension = options.Dim ?? Defaults.Dimension,
            Window = options.Window ?? Defaults.Window,
            Negatives = options.Negatives ?? Defaults.Negatives,
            Epochs = options.Epochs ?? Defaults.Epochs,
            Subsample = options.Subsample ?? Defaults.Subsample,
            LearningRate = options.LearningRate ?? Defaults.LearningRate,
            Seed = options.Seed ?? Defaults.Seed,
        };
        how.Validate();
        string[] sources = [.. options.Source];
        if (sources.Any(source => Path.GetFullPath(source) == Path.GetFullPath(options.Out)))
            throw new InputException($"{options.Out}: is the text to read; name another file for --out");
        OutputPath.Check(options.Out, "--out");
        if (File.Exists(options.Out) && AtomicFile.Replaces(options.Out, followsLinks: true) && !options.Overwrite)
            throw new InputException($"{options.Out}: exists already; choose another --out, or add --overwrite");
        InputFile.RequireOnce(sources);
        using var progress = new ProgressLine(streams);
        var lines = TextLines.ReadAll(sources, progress, progress.Say);
        var vectors = WordVectorTraining.Learn(lines, text, how, progress);
        vectors.Save(options.Out);
        streams.Output.WriteLine(Printable.Of(FormattableString.Invariant(
            $"{options.Out}: {vectors.Words.Count} vectors of {vectors.Dimension} numbers")));
        return ExitCode.Done;
    }

    /// <summary>How lines become tokens, by the options of <c>train</c> of the same names.</summary>
    private static TrainingConfiguration TextOptions(EmbedOptions options)
    {
        var tokenizer = options.Tokenizer ?? Text.SourceTokenizer;
        var text = Text with
        {
            SourceTokenizer = tokenizer,
            TargetTokenizer = tokenizer,
            VocabSize = options.VocabSize ?? Text.VocabSize,
            BpeMerges = options.BpeMerges ?? Text.BpeMerges,
            Lowercase = options.Lowercase,
        };
        text.Validate();
        if (options.VocabSize is not null) OptionTable.Of(nameof(text.VocabSize)).CheckIsRead(text);
        if (options.BpeMerges is not null) OptionTable.Of(nameof(text.BpeMerges)).CheckIsRead(text);
        return text;
    }
}
