using Engine.Inspection;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>Translates lines with the options of <c>engine translate</c>, and writes the translations.</summary>
internal sealed class LineTranslator
{
    private readonly TranslationModel model;
    private TranslationOptions options;
    private bool lists, explains;

    /// <summary>A translator with a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How to translate.</param>
    /// <param name="lists">Whether the translations of each line are listed with their scores.</param>
    /// <param name="explains">Whether lines about its tokens follow each translation.</param>
    /// <exception cref="InputException">The model cannot decode with the options.</exception>
    public LineTranslator(TranslationModel model, TranslationOptions options, bool lists, bool explains)
    {
        model.Require(options);
        (this.model, this.options, this.lists, this.explains) = (model, options, lists, explains);
        RequireOwnTokens(options, explains);
    }

    /// <summary>Replaces the decoding options; options that are left out return to their defaults.</summary>
    /// <param name="arguments">Decoding options, as <c>engine translate</c> takes them.</param>
    /// <exception cref="InputException">An option is unknown, outside of its range or of no use here.</exception>
    public void Set(string[] arguments)
    {
        var given = Arguments.Parse<TranslateOptions>("translate", ["--model", "as it is", .. arguments]);
        if (given.Input is not null || given.Output is not null || given.Threads is not null)
            throw new InputException("the prompt keeps its input, output and threads; set options of the decoder.");
        var chosen = DecoderOptions.Of(given);
        model.Require(chosen);
        RequireOwnTokens(chosen, given.Explain);
        (options, lists, explains) = (chosen, given.NBest is not null, given.Explain);
    }

    /// <summary>Writes the translations of some lines.</summary>
    /// <param name="lines">The lines.</param>
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
        if (explains)
        {
            Explain(lines, team, name, first, output);
            return;
        }
        var number = first - 1;
        foreach (var found in model.Translate(lines, options, team, name, first, progress))
        {
            if (!lists) output.Write(found[0].Text + "\n");
            else foreach (var (text, score) in found) output.Write(Listed(number, text, score));
            number++;
        }
    }

    /// <summary>Writes the translations of some lines, each with lines about its tokens.</summary>
    private void Explain(IReadOnlyList<string> lines, ThreadTeam team, string name, int first, TextWriter output)
    {
        var answers = new string[lines.Count];
        team.Run(lines.Count, i => answers[i] = string.IsNullOrWhiteSpace(lines[i])
            ? Line(first - 1 + i, "", 0)
            : Explained(WordReasons.Trace(model, lines[i], options, name, first + i), first - 1 + i));
        foreach (var answer in answers) output.Write(answer);
    }

    private string Explained(DecodingTrace trace, int number) => string.Concat(
        (lists ? trace.Translations : trace.Translations.Take(1)).Select(translation =>
            Line(number, translation.Text, translation.Score)
            + string.Concat(WordReasons.Of(trace, translation).Select(reason => reason + "\n"))));

    private string Line(int number, string text, double score) =>
        lists ? Listed(number, text, score) : text + "\n";

    // The format of n-best lists that Moses made common: sentences count from 0.
    private static string Listed(int number, string text, double score) =>
        FormattableString.Invariant($"{number} ||| {WithoutBars(text)} ||| {score:F6}\n");

    private static void RequireOwnTokens(TranslationOptions options, bool explains)
    {
        if (explains && options.ReplaceUnknown)
            throw new InputException("--explain is about the words that the model chose, and --replace-unknown copies "
                + "others; leave one of them out.");
    }

    // As Moses escapes bars, so that a line has three fields whatever the text.
    private static string WithoutBars(string text) =>
        text.Replace("|||", "&#124;&#124;&#124;", StringComparison.Ordinal);
}
