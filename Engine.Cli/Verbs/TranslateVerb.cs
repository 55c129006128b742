using CommandLine;
using Engine.Decoding;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine translate</c>.</summary>
[Verb("translate")]
internal sealed class TranslateOptions : DecoderArguments
{
    [Option("model", MetaValue = "DIR")]
    public IEnumerable<string> Model { get; set; } = [];

    [Option("input", MetaValue = "F")]
    public string? Input { get; set; }

    [Option("output", MetaValue = "F")]
    public string? Output { get; set; }

    [Option("n-best", MetaValue = "N")]
    public override int? NBest { get; set; }

    [Option("prefix", MetaValue = "F")]
    public string? Prefix { get; set; }

    [Option("json")]
    public bool Json { get; set; }

    [Option("word-scores")]
    public bool WordScores { get; set; }

    [Option("alignment")]
    public bool Alignment { get; set; }

    [Option("explain")]
    public bool Explain { get; set; }

    [Option("report-unknown")]
    public bool ReportUnknown { get; set; }
}

/// <summary><c>engine translate</c>: writes a translation, or several, of each line that it reads.</summary>
internal static class TranslateVerb
{
    private static readonly BeamOptions Beam = new();
    private static readonly SamplingOptions Sampling = new();

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help =>
        FormattableString.Invariant($"""
        engine translate: translate with a model that 'engine train' saved, one sentence a line.

        Usage: engine translate [options]

          --model DIR        the model's folder, by default the latest run under runs. Several models of one
                             target vocabulary translate together, by the mean of their probabilities
          --input F          the text; by default, and for -, standard input, with a prompt on a terminal
          --output F         the file to write, whole or not at all; standard output by default
          --decoder NAME     greedy (default): the most likely word at each step. beam: the most likely of
                             N translations that grow side by side. sample: words drawn at random
        beam
          --beam N           translations that grow side by side (default {Beam.Width})
          --length-penalty X a translation's score is its log-probability / ((5 + length) / 6)^X; a larger X
                             favours longer translations (default {Beam.LengthPenalty})
          --beam-stopping width|never   when the search ends. width (default): when N translations have
                             ended. never: only when no other translation can reach a better score
        sample
          --temperature X    below 1: likelier words; above 1: more variety (default {Sampling.Temperature})
          --top-k N          draw from the N likeliest words
          --top-p X          draw from the fewest likeliest words whose probabilities sum to X
          --seed N           the same seed draws the same words (default {Sampling.Seed})
        all decoders
          --n-best N         beam, sample: N translations of each line, as 'line ||| translation ||| score'.
                             Lines count from 0. A ||| in a translation is written &#124;&#124;&#124;
          --min-length N  --max-length N   tokens of a translation (default: 0; twice the source's, plus 10)
          --repetition-penalty X   above 1: words of the translation are less likely to recur (default 1)
          --no-repeat-ngram N      no sequence of N words occurs twice
          --prefix F         line n of F (- for standard input) is the beginning that each translation
                             of line n gets; the decoder goes on from there. An empty line forces nothing
          --replace-unknown  write the most attended source word in place of <unk> (word tokenizers)
          --report-unknown   at the end, count the words of the input that the model does not know
        what is written
          --word-scores      after each translation ' ||| ' and the probability of each word: love 0.947
          --alignment        after each translation ' ||| ' and pairs i-j: word i of the line belongs to
                             word j of the translation, from 0 (Pharaoh's form). A token belongs to the
                             source token that the last layer's heads look at most (mean weights)
          --json             one JSON object a line: line (from 1), source, unknown words, and translations
                             with text, score, tokens with log-probabilities, words and alignment
          --explain          below each translation a line for each word: its probability, the source words
                             that the last layer's heads look at most, and other words that were likely
          --threads N        by default one for each processor; the translations do not depend on N

        An empty line gives an empty line. Text is UTF-8. Memory is bounded whatever the lines (4,096 tokens
        at most); --beam, --n-best and --max-length multiply it.

        Examples:
          echo 我现在爱你 | engine translate --model runs/zh-en-1
          engine translate --model runs/zh-en-1 --input data/zh-en/test.zh --output test.translated
          engine translate --model runs/zh-en-1 --model runs/zh-en-2 --decoder beam --beam 5 --n-best 5
          engine translate --model runs/zh-en-1 --decoder sample --temperature 0.7 --top-p 0.9 --n-best 3
        """);

    /// <summary>Translates until the input ends, and returns the exit code.</summary>
    /// <exception cref="InputException">The model, a file or a line of the input is not as it must be.</exception>
    public static int Run(TranslateOptions options, CommandStreams streams)
    {
        var translation = DecoderOptions.Of(options);
        TranslationForm.Of(options);
        if (options.Prefix == LineByLine.Dash && options.Input is null or LineByLine.Dash)
            throw new InputException("--input and --prefix cannot both be standard input; name a file for one of them");
        OutputPath.RequireOther(options.Output, "--output", ("--prefix", options.Prefix));
        if (options.Prefix is not null && LineByLine.IsPrompt(options.Input, options.Output, streams))
            throw new InputException("--prefix belongs to the lines of a text; name the text with --input, or pipe it");
        return LineByLine.Run(options.Input, options.Output, options.Threads, streams, say =>
        {
            var folders = options.Model.Any() ? options.Model.ToArray() : [LatestRun.Model(null, streams, "translate")];
            var models = new TranslationEnsemble([.. folders.Select(folder => TranslationModel.Load(folder))], folders);
            models.First.Notice = say;
            var unknown = new UnknownReport(
                models.First.Source, options.ReportUnknown, streams.ErrorIsTerminal, say);
            var translator = new LineTranslator(
                models, options, translation, unknown,
                LineByLine.IsPrompt(options.Input, options.Output, streams));
            return new LineService(translator.Translate)
            {
                Commands = translator.Commands, End = unknown.End, Beside = options.Prefix,
            };
        });
    }
}
