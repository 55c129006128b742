using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>Translates lines as the options of <c>engine translate</c> say, and writes what comes out.</summary>
internal sealed class LineTranslator
{
    private readonly TranslationModel model;
    private TranslationOptions options;
    private bool lists;

    /// <summary>A translator with a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How to translate.</param>
    /// <param name="lists">Whether the translations of each line are listed with their scores.</param>
    /// <exception cref="InputException">The model cannot do what the options want.</exception>
    public LineTranslator(TranslationModel model, TranslationOptions options, bool lists)
    {
        model.Require(options);
        (this.model, this.options, this.lists) = (model, options, lists);
    }

    /// <summary>Translates otherwise from now on: what is not said has its default.</summary>
    /// <param name="arguments">Options of <c>engine translate</c> that concern decoding.</param>
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
    /// <param name="name">What messages call the text.</param>
    /// <param name="first">The number of the first line.</param>
    /// <param name="output">Where they go.</param>
    /// <param name="progress">Is told how much is translated.</param>
    /// <exception cref="InputException">A line has too many tokens.</exception>
    public void Translate(
        IReadOnlyList<string> lines, ThreadTeam team, string name, int first, TextWriter output,
        IProgress<WorkProgress>? progress)
    {
        var number = first - 1;
        foreach (var found in model.Translate(lines, options, team, name, first, progress))
        {
            if (!lists) output.Write(found[0].Text + "\n");
            // The form that Moses made common: sentences count from 0.
            else foreach (var (text, score) in found)
                output.Write(FormattableString.Invariant($"{number} ||| {text} ||| {score:F6}\n"));
            number++;
        }
    }
}
