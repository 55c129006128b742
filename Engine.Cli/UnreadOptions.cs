using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// Refuses options that are given but that the chosen optimizer, schedule, task or decoder does not read: who gives a
/// momentum to Adam is told so, rather than left to believe that it did something.
/// </summary>
internal static class UnreadOptions
{
    /// <exception cref="InputException">An option is given that nothing reads.</exception>
    public static void Refuse(TrainOptions options, TrainingConfiguration c)
    {
        (string Name, bool IsGiven)[] given =
        [
            ("momentum", options.Momentum is not null), ("nesterov", options.Nesterov is not null),
            ("beta1", options.Beta1 is not null), ("beta2", options.Beta2 is not null),
            ("epsilon", options.Epsilon is not null), ("learning-rate", options.LearningRate is not null),
            ("decay-every", options.DecayEvery is not null), ("decay-factor", options.DecayFactor is not null),
            ("patience", options.Patience is not null),
        ];
        // A classifier cuts its source lines alone.
        string[] cut = c.Task == "classify" ? [c.SourceTokenizer] : [c.SourceTokenizer, c.TargetTokenizer];
        (string Name, bool IsGiven)[] merging =
        [
            ("bpe-merges", options.BpeMerges is not null), ("bpe-dropout", options.BpeDropout is not null),
            ("punctuation", options.Punctuation is not null),
        ];
        foreach (var (name, _) in merging.Where(option => option.IsGiven && !cut.Contains("bpe")))
            throw new InputException($"--{name} is read by --tokenizer bpe alone; leave it out, or choose that.");
        if (options.VocabSize is not null && cut.All(tokenizer => tokenizer == "bpe"))
            throw new InputException("--vocab-size is not read by --tokenizer bpe; give --bpe-merges.");
        // A label is one token: neither its length nor its line's length over it says anything.
        if (options.MaxTargetLength is not null) Refuse("max-target-length", "--task", c.Task, ["translate"]);
        if (options.MaxRatio is not null) Refuse("max-ratio", "--task", c.Task, ["translate"]);
        if (options.ActivationDropout is not null)
            Refuse("activation-dropout", "--architecture", c.Architecture, ["transformer"]);
        if (options.ValidSentences is not null) Refuse("valid-sentences", "--task", c.Task, ["translate"]);
        if (options.CheckpointEvery is not null && c.Average < 2)
            throw new InputException("--checkpoint-every is read beside --average alone; leave it out, or give " +
                "--average 10, say.");
        foreach (var (name, _) in given.Where(option => option.IsGiven))
        {
            Refuse(name, "--optimizer", c.Optimizer, OptimizerChoice.ReadersOf(name));
            Refuse(name, "--schedule", c.Schedule, ScheduleChoice.ReadersOf(name));
        }
    }

    /// <exception cref="InputException">What is chosen is none of those that read the option.</exception>
    public static void Refuse(string name, string option, string chosen, IReadOnlyList<string> readers)
    {
        if (!readers.Contains(chosen))
            throw new InputException($"--{name} is not read by {option} {chosen}; leave it out, or choose " +
                $"{string.Join(", ", readers)}.");
    }
}
