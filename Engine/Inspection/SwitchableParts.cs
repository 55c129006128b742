using Engine.Layers;
using Engine.Models;
using Engine.Text;
using Engine.Training;

namespace Engine.Inspection;

/// <summary>
/// The parts of a model that <see cref="Interventions"/> can switch off, beside its heads (see
/// <see cref="ModelSummary.Attention"/>) and the padding mask: what the model's layers ask an observer about.
/// </summary>
/// <param name="Residuals">The paths of the residual sums, in the order of the computation.</param>
/// <param name="CausalMask">Whether the model has a causal mask; a causal window or a recurrence is none.</param>
/// <param name="Scaling">Whether scores are divided by √dK.</param>
/// <param name="Positions">Whether the model has positions of any kind.</param>
public sealed record SwitchableParts(
    IReadOnlyList<string> Residuals, bool CausalMask, bool Scaling, bool Positions)
{
    /// <summary>The parts of a model.</summary>
    public static SwitchableParts Of(TextModel model)
    {
        var observer = new AskedParts(model.Network);
        using var tape = new Tape<float>(Mode.Inference) { Observer = observer };
        var one = SequenceLayout.Full(1, 1);
        int[] end = [Vocabulary.End];
        if (model is TranslationModel translator)
            translator.Network.Decode(tape, end, one, translator.Network.Encode(tape, end, one), one);
        else ((ClassificationModel)model).Network.Logits(tape, end, one);
        return new SwitchableParts(
            [.. observer.Asked.Where(asked => asked.Part == ObservedNetwork.Residual).Select(asked => asked.Path)],
            Has(ObservedAttention.CausalMask), Has(ObservedAttention.Scaling), Has(ObservedAttention.Positions));

        bool Has(string part) => observer.Asked.Any(asked => asked.Part == part);
    }

    /// <summary>Leaves nothing out, and remembers what it was asked about.</summary>
    private sealed class AskedParts(Module<float> network) : ModuleObserver<float>(network)
    {
        public List<(string Path, string Part)> Asked { get; } = [];

        public override bool Omits(string part)
        {
            if (!Asked.Contains((Path, part))) Asked.Add((Path, part));
            return false;
        }
    }
}
