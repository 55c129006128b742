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
                $"{Name(nameof(Sharing))} all needs one vocabulary, which bpe does not have with another tokenizer; "
                + $"give {Name(Tokenizer)} bpe.");
        }
        Require(DModel % Heads == 0, Name(nameof(Heads)), Heads, $"a divisor of {Name(nameof(DModel))}, {DModel}");
        if (Positions == PositionEncoding.Rotary)
            Require(
                DModel / Heads % 2 == 0, $"{Name(nameof(DModel))} / {Name(nameof(Heads))}", DModel / Heads,
                $"even, since {Name(nameof(Positions))} rotary turns features in pairs");
        if (Architectures.IsRecurrent(Architecture))
            Require(
                DModel % 2 == 0, Name(nameof(DModel)), DModel,
                $"even for {Name(nameof(Architecture))} {Architecture}");
        if (Normalization == Normalization.Group)
            Require(
                DModel % NormGroups == 0, Name(nameof(NormGroups)), NormGroups,
                $"a divisor of {Name(nameof(DModel))}, {DModel}");
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
                $"{Name(nameof(BatchTokens))} is {BatchTokens}; a batch would have {rows:N0} rows of ")
                + FormattableString.Invariant($"{widest:N0} features, and a ")
                + FormattableString.Invariant($"tensor has at most {ModelTensors.MostElements:N0} elements; ")
                + "choose fewer tokens.");
        }
        if (Accumulators > 1 && Normalization == Normalization.Batch)
            throw new InputException(
                $"{Name(nameof(Accumulators))} is {Accumulators}, but {Name(nameof(Normalization))} batch sums in the "
                + "order of the batches, which takes one; leave it out.");
        if (Schedule == "noam")
            Require(Warmup >= 1, Name(nameof(Warmup)), Warmup, $"at least 1 for {Name(nameof(Schedule))} noam");
        if (ScheduleChoice.NeedsLength(Schedule) && Updates == 0 && Epochs == 0)
            throw new InputException($"{Name(nameof(Schedule))} {Schedule} falls to 0 by the end of the run and must "
                + $"know its length; give {Name(nameof(Updates))} or {Name(nameof(Epochs))}.");
        if (Nesterov && Optimizer == "sgd" && Momentum == 0)
        {
            throw new InputException(
                $"{Name(nameof(Nesterov))} looks ahead along the momentum, which is 0; give "
                + $"{Name(nameof(Momentum))} 0.9, say.");
        }
        if (Updates == 0 && Epochs == 0 && Minutes == 0)
            throw new InputException($"no limit is set; give {Name(nameof(Updates))}, {Name(nameof(Epochs))} or "
                + $"{Name(nameof(Minutes))} above 0.");
        if (Best == "bleu" && Task == "classify")
            throw new InputException(
                $"{Name(nameof(Best))} bleu scores translations, which {Name(nameof(Task))} classify "
                + $"does not make; give {Name(nameof(Best))} loss or {Name(nameof(Best))} accuracy.");
        if (Best == "accuracy" && Task == "translate")
            throw new InputException(
                $"{Name(nameof(Best))} accuracy counts labels, which {Name(nameof(Task))} translate "
                + $"does not make; give {Name(nameof(Best))} loss or {Name(nameof(Best))} bleu.");
    }

    private static string Name(string property) => OptionTable.InMessages(property);

    private static void Require(bool holds, string name, int value, string range)
    {
        if (!holds) throw new InputException(FormattableString.Invariant($"{name} is {value}; it must be {range}."));
    }
}
