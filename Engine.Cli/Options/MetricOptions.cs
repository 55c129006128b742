using Engine.Storage;
using Engine.Text;

namespace Engine.Cli;

/// <summary>Checks the options of BLEU and chrF.</summary>
internal static class MetricOptions
{
    private const int MostWordOrder = 6;

    /// <summary>Refuses options that the metrics do not know.</summary>
    /// <param name="tokenizer">The value of <c>--tokenize</c>.</param>
    /// <param name="wordOrder">The value of <c>--chrf-word-order</c>.</param>
    /// <exception cref="InputException">The tokenizer is unknown, or the order is outside its range.</exception>
    public static void Check(string tokenizer, int wordOrder)
    {
        if (!Bleu.Tokenizers.Contains(tokenizer))
            throw new InputException(
                $"--tokenize '{tokenizer}' is not known; use {string.Join(", ", Bleu.Tokenizers)}.");
        if (wordOrder is < 0 or > MostWordOrder)
            throw new InputException($"--chrf-word-order is {wordOrder}; it must be 0 (chrF) to {MostWordOrder} "
                + "(2 is chrF++).");
    }
}
