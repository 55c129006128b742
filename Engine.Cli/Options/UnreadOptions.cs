using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// Refuses options that are given but that the chosen architecture, optimizer, schedule, task or decoder does not
/// read: who gives a momentum to Adam is told so, rather than left to believe that it did something.
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
        OfTask("pooling", options.Pooling, "classify");
        OfTask("sharing", options.Sharing, "translate");
        // A label is one token: neither its length nor its line's length over it says anything.
        OfTask("max-target-length", options.MaxTargetLength, "translate");
        OfTask("max-ratio", options.MaxRatio, "translate");
        OfTask("valid-sentences", options.ValidSentences, "translate");
        OfArchitecture("kernel", options.Kernel, "conv");
        OfArchitecture("d-ff", options.DFf, "transformer");
        OfArchitecture("activation", options.Activation, "transformer");
        OfArchitecture("activation-dropout", options.ActivationDropout, "transformer");
        OfArchitecture("norm-first", options.NormFirst, "transformer");
        OfArchitecture("normalization", options.Normalization, "transformer");
        OfArchitecture("norm-groups", options.NormGroups, "transformer");
        OfArchitecture("positions", options.Positions, "transformer");
        OfArchitecture("max-length", options.MaxLength, "transformer");
        if (c.Task == "classify") // only translators of the other architectures attend
        {
            OfArchitecture("heads", options.Heads, "transformer");
            OfArchitecture("attention-dropout", options.AttentionDropout, "transformer");
        }
        if (options.NormGroups is not null)
            Refuse("norm-groups", "--normalization", ConfigurationFile.NameOf(c.Normalization), ["group"]);
        if (options.MaxLength is not null)
            Refuse("max-length", "--positions", ConfigurationFile.NameOf(c.Positions), ["learned"]);
        if (options.CheckpointEvery is not null && c.Average < 2)
            throw new InputException("--checkpoint-every is read beside --average alone; leave it out, or give " +
                "--average 10, say.");
        foreach (var (name, _) in given.Where(option => option.IsGiven))
        {
            Refuse(name, "--optimizer", c.Optimizer, OptimizerChoice.ReadersOf(name));
            Refuse(name, "--schedule", c.Schedule, ScheduleChoice.ReadersOf(name));
        }

        void OfTask(string name, object? given, string reader)
        {
            if (given is not null) Refuse(name, "--task", c.Task, [reader]);
        }

        void OfArchitecture(string name, object? given, string reader)
        {
            if (given is not null) Refuse(name, "--architecture", c.Architecture, [reader]);
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
