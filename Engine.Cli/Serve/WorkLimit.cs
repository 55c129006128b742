using Engine.Decoding;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// Bounds what one request computes and keeps, so that no request takes the memory of all others. The model's own limit
/// of a line's tokens holds beside it.
/// </summary>
internal static class WorkLimit
{
    /// <summary>The most texts of a request.</summary>
    public const int Texts = 64;

    /// <summary>The most tokens of a text's hypotheses together: what the model decodes at a time, too.</summary>
    private const long HypothesisTokens = 32_768;

    /// <summary>The most numbers that an answer records: they are some 60 MB of JSON.</summary>
    private const long Numbers = 8_000_000;

    /// <summary>The most weights of attention that steps compute anew: some seconds of a small model.</summary>
    private const long Weights = 200_000_000;

    // Scores before and after the scaling, after the mask, and weights; and the rows of a layer that a pass records.
    private const int SquaresOfAttention = 4, RowsOfLayer = 16;

    /// <summary>Refuses a translation whose hypotheses could have too many tokens together.</summary>
    /// <exception cref="InputException">They could.</exception>
    public static void RequireTranslation(TranslationModel model, string text, TranslationOptions options)
    {
        var (hypotheses, longest) = (HypothesesOf(options), LongestOf(model, text, options));
        if (hypotheses * longest <= HypothesisTokens || hypotheses == 1) return;
        throw new InputException(FormattableString.Invariant(
            $"{hypotheses} translations of up to {longest:N0} tokens grow at once; {HypothesisTokens:N0} tokens ")
            + "together are the most. Use a narrower beam, fewer samples or a smaller max_length.");
    }

    /// <summary>Refuses a trace that would record or compute too many numbers.</summary>
    /// <param name="model">The model.</param>
    /// <param name="text">The sentence.</param>
    /// <param name="options">How to translate.</param>
    /// <param name="recomputes">Whether each step is computed from the first token on, as with parts switched off.
    /// </param>
    /// <exception cref="InputException">It would.</exception>
    public static void RequireTrace(
        TranslationModel model, string text, TranslationOptions options, bool recomputes)
    {
        RequireTranslation(model, text, options);
        var source = model.Source.Encode(text).Length + 1L;
        var longest = LongestOf(model, text, options);
        var c = model.Configuration;
        var vocabulary = model.TargetTokens <= Inspection.DecodingTracer.LargestVocabulary ? model.TargetTokens : 0;
        var row = vocabulary + ((long)c.Layers * c.Heads * (source + (longest / 2)));
        Require(HypothesesOf(options) * longest * row, "a shorter sentence, a narrower beam or a smaller max_length");
        if (recomputes) RequireRecomputed(model, text, options);
    }

    /// <summary>
    /// Refuses a long translation with parts switched off, which computes each step from the first token on.
    /// </summary>
    /// <exception cref="InputException">The steps could compute too many weights of attention.</exception>
    public static void RequireRecomputed(TranslationModel model, string text, TranslationOptions options)
    {
        var (source, longest) = (model.Source.Encode(text).Length + 1L, LongestOf(model, text, options));
        // Step t attends from t tokens to the source and to themselves.
        var all = (source * longest * longest / 2) + (longest * longest * longest / 3);
        var weights = HypothesesOf(options) * model.Configuration.Layers * model.Configuration.Heads * all;
        if (weights <= Weights) return;
        throw new InputException(
            "with parts switched off each step is computed anew, and the attention could have "
            + FormattableString.Invariant($"{weights:N0} weights in all; {Weights:N0} are the most. ")
            + "Use a shorter sentence, a narrower beam or a smaller max_length.");
    }

    /// <summary>Refuses a pass that would record too many numbers.</summary>
    /// <exception cref="InputException">It would.</exception>
    public static void RequirePass(TextModel model, string source, string? target)
    {
        var c = model.Configuration;
        var n = model.Source.Encode(source).Length + 1L;
        Require(NumbersWith(0), "a shorter sentence");
        if (model is not TranslationModel translation) return;
        // The model's own translation is made only where it could be too long.
        if (target is null && NumbersWith(LongestOf(translation, source, new TranslationOptions())) <= Numbers) return;
        target ??= translation.Translate([source])[0];
        Require(NumbersWith(translation.Target.Encode(target).Length + 1L), "a shorter sentence");

        long NumbersWith(long m)
        {
            var attention = SquaresOfAttention * c.Heads * ((n * n) + (n * m) + (m * m));
            return c.Layers * (attention + (RowsOfLayer * (n + m) * c.DModel));
        }
    }

    private static void Require(long numbers, string remedy)
    {
        if (numbers > Numbers)
            throw new InputException(FormattableString.Invariant(
                $"the answer could hold {numbers:N0} numbers; {Numbers:N0} are the most. Use {remedy}."));
    }

    private static long HypothesesOf(TranslationOptions options) => options.Decoder switch
    {
        BeamOptions beam => beam.Width,
        SamplingOptions sampling => sampling.NBest,
        _ => 1,
    };

    private static long LongestOf(TranslationModel model, string text, TranslationOptions options) =>
        model.MaximumLength(options, model.Source.Encode(text).Length + 1);
}
