using Engine.Inspection;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>Translates lines with the options of <c>engine translate</c>, and writes the translations.</summary>
internal sealed class LineTranslator
{
    private readonly TranslationEnsemble models;
    private readonly UnknownReport unknown;
    private readonly bool hasPrefixes, isPrompt;
    private TranslationOptions options;
    private TranslationForm form;
    private (string Line, int Number)? last; // what :why is about

    /// <summary>A translator with one model or several.</summary>
    /// <param name="models">The models.</param>
    /// <param name="given">The options of the verb.</param>
    /// <param name="options">How to translate.</param>
    /// <param name="unknown">Is told of the lines.</param>
    /// <param name="isPrompt">Whether a person types the lines: they have no numbers then.</param>
    /// <exception cref="InputException">The models cannot decode with the options.</exception>
    public LineTranslator(
        TranslationEnsemble models, TranslateOptions given, TranslationOptions options, UnknownReport unknown,
        bool isPrompt)
    {
        (this.models, this.unknown, this.isPrompt) = (models, unknown, isPrompt);
        hasPrefixes = given.Prefix is not null;
        (this.options, form) = Checked(given, options);
    }

    /// <summary>The commands that a prompt has for the translator.</summary>
    public IReadOnlyList<PromptCommand> Commands =>
    [
        new(
            ":set",
            [
                (":set", "show the decoding options"),
                (":set ...", "change the options; options that are left out return to their defaults"),
                ("", "for example :set --decoder beam --beam 8 --n-best 3, or :set --decoder sample"),
            ],
            (arguments, _) => Set(arguments)),
        new(
            ":why",
            [
                (":why", "about each word of the last translation: its probability, where the model"),
                ("", "looked, and what else was likely"),
            ],
            (_, output) => Why(output)),
    ];

    /// <summary>Writes the translations of some lines.</summary>
    /// <param name="lines">The lines, each with its prefix if there are prefixes (<see cref="LineService.Beside"/>).
    /// </param>
    /// <param name="team">Threads that share the work.</param>
    /// <param name="name">The name of the text in messages.</param>
    /// <param name="first">The number of the first line.</param>
    /// <param name="output">Receives the translations.</param>
    /// <param name="progress">Is told which part is translated.</param>
    /// <exception cref="InputException">A line has too many tokens.</exception>
    public void Translate(
        IReadOnlyList<string> lines, ThreadTeam team, string name, int first, TextWriter output,
        IProgress<WorkProgress>? progress)
    {
        var asked = form.Wanted(options);
        if (hasPrefixes)
        {
            var pairs = lines.Select(line => line.Split('\n', 2)).ToArray();
            lines = Array.ConvertAll(pairs, pair => pair[0]);
            asked = asked with { Prefixes = Array.ConvertAll(pairs, pair => pair[1]) };
        }
        if (form.Explains) Explain(lines, asked, team, name, first, output);
        else
        {
            foreach (var (i, found) in models.Translate(lines, asked, team, name, first, progress).Index())
                output.Write(form.TextOf(lines[i], NumberOf(first + i), found, models.First.Source));
        }
        last = (lines[^1], first + lines.Count - 1);
        unknown.Add(lines);
    }

    /// <summary>Writes the translations of some lines, each with lines about its tokens.</summary>
    private void Explain(
        IReadOnlyList<string> lines, TranslationOptions asked, ThreadTeam team, string name, int first,
        TextWriter output)
    {
        var answers = new string[lines.Count];
        team.Run(lines.Count, i =>
        {
            var own = asked.Prefixes is { } prefixes ? asked with { Prefixes = [prefixes[i]] } : asked;
            answers[i] = string.IsNullOrWhiteSpace(lines[i])
                ? Line(first + i, "", 0)
                : Explained(WordReasons.Trace(models.First, lines[i], own, name, first + i), first + i);
        });
        foreach (var answer in answers) output.Write(answer);
    }

    private string Explained(DecodingTrace trace, int number) => string.Concat(
        (form.Lists ? trace.Translations : trace.Translations.Take(1)).Select(translation =>
            Line(number, translation.Text, translation.Score)
            + string.Concat(WordReasons.Of(trace, translation).Select(reason => reason + "\n"))));

    private string Line(int number, string text, double score) =>
        (form.Lists ? TranslationForm.Listed(NumberOf(number), text, score) : text) + "\n";

    private int? NumberOf(int line) => isPrompt ? null : line;

    /// <summary>Shows the decoding options, or replaces them and shows them.</summary>
    private string Set(string[] arguments)
    {
        if (arguments.Length > 0)
        {
            var known = Arguments.OptionsOf(typeof(TranslateOptions));
            // At a prompt nobody misses the dashes of ':set decoder beam n-best 2'.
            var words = Arguments.WithDashes(known, arguments);
            try
            {
                Take(words);
            }
            catch (InputException mistake)
            {
                throw new InputException(Arguments.AsTyped(mistake.Message, known, words), mistake);
            }
        }
        return DecoderOptions.TextOf(options) + form.Options;
    }

    private void Take(string[] arguments)
    {
        var given = Arguments.Parse<TranslateOptions>("translate", arguments);
        if (given.Model.Any() || given.Input is not null || given.Output is not null || given.Threads is not null
            || given.Prefix is not null || given.ReportUnknown)
            throw new InputException("the prompt keeps its model, input, output and threads; set options of the "
                + "decoder.");
        (options, form) = Checked(given, DecoderOptions.Of(given));
    }

    /// <summary>Explains the translation of the last line.</summary>
    private string? Why(TextWriter output)
    {
        RequireOneModel(":why");
        if (last is not ({ } line, var number) || string.IsNullOrWhiteSpace(line))
            throw new InputException("there is no translation to explain yet; type a sentence first.");
        var trace = WordReasons.Trace(models.First, line, options, "line", number);
        foreach (var reason in WordReasons.Of(trace, trace.Translations[0])) output.Write(reason + "\n");
        return null;
    }

    private (TranslationOptions Options, TranslationForm Form) Checked(TranslateOptions given, TranslationOptions asked)
    {
        var form = TranslationForm.Of(given);
        models.Require(asked);
        if (form.Explains) RequireOneModel("--explain");
        return (asked, form);
    }

    private void RequireOneModel(string option)
    {
        if (models.Count > 1)
            throw new InputException($"{option} looks into one model, and there are {models.Count}; give one --model.");
    }
}
