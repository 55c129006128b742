using Engine.Layers;
using Engine.Models;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

// The ranges of the values, by the names of their options.
public sealed partial record TrainingConfiguration
{
    private const string Share = "at least 0 and below 1";

    /// <summary>Checks that every value is one that training can work with.</summary>
    /// <exception cref="InputException">One is not; the message names it, its range and the value given.</exception>
    public void Validate()
    {
        OneOf("--task", Task, "translate", "classify");
        OneOf("--architecture", Architecture, [.. Architectures.Names]);
        OneOf("--source-tokenizer", SourceTokenizer, ["auto", .. Tokenizers.Names]);
        OneOf("--target-tokenizer", TargetTokenizer, ["auto", .. Tokenizers.Names]);
        OneOf("--punctuation", Punctuation, "split", "keep");
        OneOf("--optimizer", Optimizer, [.. OptimizerChoice.Names]);
        OneOf("--schedule", Schedule, [.. ScheduleChoice.Names]);
        Require(VocabSize >= 5, "--vocab-size", VocabSize, "at least 5 (four tokens are special)");
        Require(BpeMerges >= 0, "--bpe-merges", BpeMerges, "at least 0");
        Require(BpeDropout is >= 0 and < 1, "--bpe-dropout", BpeDropout, Share);
        if (Task == "translate" && Sharing == EmbeddingSharing.All
            && (SourceTokenizer == "bpe") != (TargetTokenizer == "bpe"))
        {
            throw new InputException(
                "--sharing all wants one vocabulary, which bpe does not have with another tokenizer; "
                + "give --tokenizer bpe.");
        }
        Require(DModel >= 1, "--d-model", DModel, "at least 1");
        Require(DFf >= 1, "--d-ff", DFf, "at least 1");
        Require(Heads >= 1 && DModel % Heads == 0, "--heads", Heads, $"a divisor of --d-model, {DModel}");
        Require(
            Positions != PositionEncoding.Rotary || DModel / Heads % 2 == 0, "--d-model / --heads", DModel / Heads,
            "even, since --positions rotary turns features in pairs");
        Require(MaxLength >= 2, "--max-length", MaxLength, "at least 2 (a token and the end)");
        Require(Layers >= 1, "--layers", Layers, "at least 1");
        Require(Kernel >= 3 && Kernel % 2 == 1, "--kernel", Kernel, "odd and at least 3");
        if (Architecture is "rnn" or "gru" or "lstm")
            Require(DModel % 2 == 0, "--d-model", DModel, $"even for --architecture {Architecture}");
        Require(Dropout is >= 0 and < 1, "--dropout", Dropout, Share);
        Require(AttentionDropout is null or (>= 0 and < 1), "--attention-dropout", AttentionDropout ?? 0, Share);
        Require(EmbeddingDropout is null or (>= 0 and < 1), "--embedding-dropout", EmbeddingDropout ?? 0, Share);
        Require(ActivationDropout is null or (>= 0 and < 1), "--activation-dropout", ActivationDropout ?? 0, Share);
        Require(NormGroups >= 1, "--norm-groups", NormGroups, "at least 1");
        if (Normalization == Normalization.Group)
            Require(DModel % NormGroups == 0, "--norm-groups", NormGroups, $"a divisor of --d-model, {DModel}");
        Require(LearningRate is > 0 and < 1e6, "--learning-rate", LearningRate, "above 0");
        Require(Warmup >= 0, "--warmup", Warmup, "at least 0");
        if (Schedule == "noam") Require(Warmup >= 1, "--warmup", Warmup, "at least 1 for --schedule noam");
        if (ScheduleChoice.NeedsLength(Schedule) && Updates == 0 && Epochs == 0)
            throw new InputException($"--schedule {Schedule} falls to 0 at the last update and must know which that " +
                "is; give --updates or --epochs.");
        Require(DecayEvery >= 1, "--decay-every", DecayEvery, "at least 1");
        Require(DecayFactor is > 0 and < 1, "--decay-factor", DecayFactor, "above 0 and below 1");
        Require(Patience >= 0, "--patience", Patience, "at least 0");
        Require(Momentum is >= 0 and < 1, "--momentum", Momentum, Share);
        if (Nesterov && Optimizer == "sgd" && Momentum == 0)
        {
            throw new InputException(
                "--nesterov looks ahead along the momentum, which is 0; give --momentum 0.9, say.");
        }
        Require(Beta1 is >= 0 and < 1, "--beta1", Beta1, Share);
        Require(Beta2 is >= 0 and < 1, "--beta2", Beta2, Share);
        Require(Epsilon > 0, "--epsilon", Epsilon, "above 0");
        Require(WeightDecay >= 0, "--weight-decay", WeightDecay, "at least 0");
        Require(L1 >= 0, "--l1", L1, "at least 0");
        Require(L2 >= 0, "--l2", L2, "at least 0");
        Require(ClipNorm >= 0, "--clip-norm", ClipNorm, "at least 0");
        Require(ClipValue >= 0, "--clip-value", ClipValue, "at least 0");
        Require(LabelSmoothing is >= 0 and < 1, "--label-smoothing", LabelSmoothing, Share);
        Require(RDrop is >= 0 and < 1e6, "--r-drop", RDrop, "at least 0");
        Require(BatchTokens >= 1, "--batch-tokens", BatchTokens, "at least 1");
        Require(MaxSourceLength >= 0, "--max-source-length", MaxSourceLength, "at least 0 (0: no limit)");
        Require(MaxTargetLength >= 0, "--max-target-length", MaxTargetLength, "at least 0 (0: no limit)");
        Require(MaxRatio is 0 or (>= 1 and < 1e6), "--max-ratio", MaxRatio, "at least 1, or 0 for no limit");
        Require(Window >= 0, "--window", Window, "at least 0 (0: hold all pairs)");
        Require(Accumulate >= 1, "--accumulate", Accumulate, "at least 1");
        Require(Updates >= 0, "--updates", Updates, "at least 0");
        Require(Epochs >= 0, "--epochs", Epochs, "at least 0");
        Require(Minutes is >= 0 and < 1e6, "--minutes", Minutes, "at least 0");
        if (Updates == 0 && Epochs == 0 && Minutes == 0)
            throw new InputException("no limit is set; give --updates, --epochs or --minutes above 0.");
        Require(ValidEvery >= 1, "--valid-every", ValidEvery, "at least 1");
        Require(ValidSentences >= 0, "--valid-sentences", ValidSentences, "at least 0");
        OneOf("--best", Best, "loss", "bleu");
        if (Best == "bleu" && Task == "classify")
            throw new InputException("--best bleu scores translations, which --task classify has none of; " +
                "give --best loss.");
        Require(EarlyStopping >= 0, "--early-stopping", EarlyStopping, "at least 0");
        Require(Average >= 0, "--average", Average, "at least 0");
        Require(CheckpointEvery >= 0, "--checkpoint-every", CheckpointEvery, "at least 0");
        Require(Ema is >= 0 and < 1, "--ema", Ema, Share);
    }

    private static void OneOf(string name, string value, params string[] valid)
    {
        if (!valid.Contains(value))
            throw new InputException($"{name} '{value}' is not known; use {string.Join(", ", valid)}.");
    }

    private static void Require(bool holds, string name, double value, string range)
    {
        if (!holds) throw new InputException(FormattableString.Invariant($"{name} is {value}; it must be {range}."));
    }
}
