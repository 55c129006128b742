using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>Translates lines with the options of <c>engine translate</c>, and writes the translations.</summary>
internal sealed class LineTranslator
{
    private readonly TranslationModel model;
    private TranslationOptions options;
    private bool lists;

    /// <summary>A translator with a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How to translate.</param>
    /// <param name="lists">Whether the translations of each line are listed with their scores.</param>
    /// <exception cref="InputException">The model cannot decode with the options.</exception>
    public LineTranslator(TranslationModel model, TranslationOptions options, bool lists)
    {
        model.Require(options);
        (this.model, this.options, this.lists) = (model, options, lists);
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
        (options, lists) = (chosen, given.NBest is not null);
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
        var number = first - 1;
        foreach (var found in model.Translate(lines, options, team, name, first, progress))
        {
            if (!lists) output.Write(found[0].Text + "\n");
            // The format of n-best lists that Moses made common: sentences count from 0.
            else foreach (var (text, score) in found)
                output.Write(FormattableString.Invariant($"{number} ||| {WithoutBars(text)} ||| {score:F6}\n"));
            number++;
        }
    }

    // As Moses escapes bars, so that a line has three fields whatever the text.
    private static string WithoutBars(string text) =>
        text.Replace("|||", "&#124;&#124;&#124;", StringComparison.Ordinal);
}
