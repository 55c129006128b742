using Engine.Decoding;
using Engine.Kernels;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>Translates lines as the options of <c>engine translate</c> say, and writes what comes out.</summary>
/// <param name="model">The model.</param>
/// <param name="beam">How to search; null to decode greedily.</param>
/// <param name="lists">Whether the best translations of each line are listed with their scores.</param>
internal sealed class LineTranslator(TranslationModel model, BeamOptions? beam, bool lists)
{
    /// <summary>Writes the translations of some lines.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="team">Threads that share the work.</param>
    /// <param name="name">What messages call the text.</param>
    /// <param name="first">The number of the first line.</param>
    /// <param name="output">Where they go.</param>
    /// <exception cref="InputException">A line has too many tokens.</exception>
    public void Translate(
        IReadOnlyList<string> lines, ThreadTeam team, string name, int first, TextWriter output)
    {
        if (beam is null)
        {
            foreach (var translation in model.Translate(lines, team, name, first)) output.Write(translation + "\n");
            return;
        }
        var number = first - 1;
        foreach (var best in model.Search(lines, beam, team, name, first))
        {
            if (!lists) output.Write(best[0].Text + "\n");
            // The form that Moses made common: sentences count from 0.
            else foreach (var (text, score) in best)
                output.Write(FormattableString.Invariant($"{number} ||| {text} ||| {score:F6}\n"));
            number++;
        }
    }
}
