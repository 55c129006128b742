using Engine.Storage;
using Engine.Training;

namespace Engine.Inspection;

/// <summary>What switching parts off does to a sentence.</summary>
/// <param name="Translation">The greedy translation of the whole model.</param>
/// <param name="TranslationWithout">The greedy translation without the parts.</param>
/// <param name="Reference">
/// The target whose probability is compared: the given target, or the whole model's own.
/// </param>
/// <param name="LogProbability">Its log-probability, by the whole model.</param>
/// <param name="LogProbabilityWithout">Its log-probability, without the parts.</param>
/// <param name="Loss">Its mean loss of a token, by the whole model.</param>
/// <param name="LossWithout">Its mean loss of a token, without the parts.</param>
public sealed record Comparison(
    string Translation, string TranslationWithout, string Reference, double LogProbability,
    double LogProbabilityWithout, double Loss, double LossWithout)
{
    private static readonly IReadOnlySet<string> Nothing = new HashSet<string>();

    /// <summary>Translates a sentence with and without parts of a model.</summary>
    /// <param name="model">The model; its weights do not change.</param>
    /// <param name="source">The source line.</param>
    /// <param name="reference">The right translation; null for the whole model's own.</param>
    /// <param name="interventions">What is switched off.</param>
    /// <exception cref="InputException">A line is blank, or has too many tokens.</exception>
    public static Comparison Of(
        TranslationModel model, string source, string? reference, Interventions interventions)
    {
        var own = PassRecorder.Record(model, source, parts: Nothing);
        var without = PassRecorder.Record(model, source, interventions: interventions, parts: Nothing);
        var target = reference ?? own.TargetText;
        var whole = reference is null ? own : PassRecorder.Record(model, source, target, parts: Nothing);
        var rest = PassRecorder.Record(model, source, target, interventions, Nothing);
        return new Comparison(
            own.TargetText, without.TargetText, target, whole.LogProbability!.Value, rest.LogProbability!.Value,
            whole.Loss!.Value, rest.Loss!.Value);
    }
}
