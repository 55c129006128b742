using Engine.Text;

namespace Engine.Cli;

/// <summary>BLEU and chrF as lines of text.</summary>
internal static class ScoreLines
{
    /// <summary>Writes the scores as sacreBLEU prints them, and the signatures that reproduce them.</summary>
    public static void Write(TextWriter output, BleuScore bleu, ChrFScore chrF)
    {
        output.WriteLine(bleu);
        output.WriteLine(chrF);
        output.WriteLine($"BLEU signature: {bleu.Signature}");
        output.WriteLine($"{chrF.Name} signature: {chrF.Signature}");
    }
}
