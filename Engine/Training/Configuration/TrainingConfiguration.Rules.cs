using Engine.Layers;
using Engine.Models;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

// The rules between options; what holds of one option alone stands at its property.
public sealed partial record TrainingConfiguration
{
    /// <summary>Checks that training can work with every value, and with the values together.</summary>
    /// <exception cref="InputException">It cannot; the message names an option, its range and its value.</exception>
    public void Validate()
    {
        foreach (var option in OptionTable.All) option.Check(this);
        CheckModel();
        CheckTraining();
    }

    private void CheckModel()
    {
        if (Task == "translate" && Sharing == EmbeddingSharing.All
            && !Tokenizers.CanShareVocabulary(SourceTokenizer, TargetTokenizer))
        {
            throw new InputException(
                "--sharing all needs one vocabulary, which bpe does not have with another tokenizer; "
                + "give --tokenizer bpe.");
        }
        Require(DModel % Heads == 0, "--heads", Heads, $"a divisor of --d-model, {DModel}");
        if (Positions == PositionEncoding.Rotary)
            Require(
                DModel / Heads % 2 == 0, "--d-model / --heads", DModel / Heads,
                "even, since --positions rotary turns features in pairs");
        if (Architectures.IsRecurrent(Architecture))
            Require(DModel % 2 == 0, "--d-model", DModel, $"even for --architecture {Architecture}");
        if (Normalization == Normalization.Group)
            Require(DModel % NormGroups == 0, "--norm-groups", NormGroups, $"a divisor of --d-model, {DModel}");
        ModelTensors.RequirePossible(this);
    }

    private void CheckTraining()
    {
        // R-Drop reads a batch twice.
        var rows = (long)BatchTokens * (RDrop > 0 ? 2 : 1);
        var widest = ModelTensors.WidestRow(this);
        if (rows > ModelTensors.MostElements / widest)
        {
            throw new InputException(FormattableString.Invariant(
                $"--batch-tokens is {BatchTokens}; a batch would have {rows:N0} rows of {widest:N0} features, and a ")
                + FormattableString.Invariant($"tensor has at most {ModelTensors.MostElements:N0} elements; ")
                + "choose fewer tokens.");
        }
        if (Schedule == "noam") Require(Warmup >= 1, "--warmup", Warmup, "at least 1 for --schedule noam");
        if (ScheduleChoice.NeedsLength(Schedule) && Updates == 0 && Epochs == 0)
            throw new InputException($"--schedule {Schedule} falls to 0 by the end of the run and must know its " +
                "length; give --updates or --epochs.");
        if (Nesterov && Optimizer == "sgd" && Momentum == 0)
        {
            throw new InputException(
                "--nesterov looks ahead along the momentum, which is 0; give --momentum 0.9, say.");
        }
        if (Updates == 0 && Epochs == 0 && Minutes == 0)
            throw new InputException("no limit is set; give --updates, --epochs or --minutes above 0.");
        if (Best == "bleu" && Task == "classify")
            throw new InputException("--best bleu scores translations, which --task classify does not make; " +
                "give --best loss.");
    }

    private static void Require(bool holds, string name, int value, string range)
    {
        if (!holds) throw new InputException(FormattableString.Invariant($"{name} is {value}; it must be {range}."));
    }
}
