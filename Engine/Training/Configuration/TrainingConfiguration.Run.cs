namespace Engine.Training;

// How pairs are gathered into batches, how long a run lasts, and what it keeps.
public sealed partial record TrainingConfiguration
{
    /// <summary>The most tokens in a batch, padding included: its pairs times its longest side.</summary>
    [Help(OptionGroup.Batches, "most tokens of a batch, padding included")]
    [Range(AtLeast = 1, AtMost = int.MaxValue)]
    public int BatchTokens { get; init; } = 1024;

    /// <summary>The most tokens of a source line to learn from; longer pairs are dropped. 0 for no limit.</summary>
    [Help(OptionGroup.Batches)]
    [Range(AtLeast = 0, AtMost = int.MaxValue, Zero = "no limit")]
    public int MaxSourceLength { get; init; }

    /// <summary>The most tokens of a target line to learn from; longer pairs are dropped. 0 for no limit.</summary>
    [Help(OptionGroup.Batches)]
    [Range(AtLeast = 0, AtMost = int.MaxValue, Zero = "no limit")]
    [ReadBy(nameof(Task), "translate")] // a label is one token
    public int MaxTargetLength { get; init; }

    /// <summary>
    /// The greatest ratio of a pair's longer side to its shorter side, in tokens; other pairs are dropped. 0 for no
    /// limit.
    /// </summary>
    [Help(OptionGroup.Batches, "drop longer pairs")]
    [Range(AtLeast = 1, Below = 1e6, Zero = "no limit")]
    [ReadBy(nameof(Task), "translate")]
    public double MaxRatio { get; init; }

    /// <summary>
    /// Pairs that are held in memory at a time: each epoch reads them again, and shuffles within the window. 0 to hold
    /// all pairs.
    /// </summary>
    [Help(OptionGroup.Batches, "pairs in memory")]
    [Range(AtLeast = 0, AtMost = int.MaxValue, Zero = "all")]
    public int Window { get; init; }

    /// <summary>Batches whose gradients make one update.</summary>
    [Help(OptionGroup.Batches, "batches of one update")]
    [Range(AtLeast = 1, AtMost = int.MaxValue)]
    public int Accumulate { get; init; } = 1;

    /// <summary>
    /// How many sums of gradients an update keeps apart until its end; 0 for a number that follows from the network's
    /// size: 8, or 4 or 2 for a large network. Threads and processes share these sums, so that more than this number
    /// of them would find nothing to do. Another number changes the last bits of the result.
    /// </summary>
    [Help(OptionGroup.Batches, "sums that ranks share")]
    [Range(AtLeast = 0, AtMost = 64, Zero = "by size")]
    public int Accumulators { get; init; }

    /// <summary>Updates after which training ends; 0 for no such limit.</summary>
    [Help(OptionGroup.Run, "most updates of the run")]
    [Range(AtLeast = 0, AtMost = int.MaxValue, Zero = "no limit")]
    public int Updates { get; init; }

    /// <summary>Passes over the training pairs after which training ends; 0 for no such limit.</summary>
    [Help(OptionGroup.Run, "most passes over the training pairs")]
    [Range(AtLeast = 0, AtMost = int.MaxValue, Zero = "no limit")]
    public int Epochs { get; init; } = 14;

    /// <summary>Minutes of training after which it ends; 0 for no such limit.</summary>
    [Help(OptionGroup.Run)]
    [Range(AtLeast = 0, Below = 1e6, Zero = "no limit")]
    public double Minutes { get; init; }

    /// <summary>Updates between two validations.</summary>
    [Help(OptionGroup.Run, "updates between validations")]
    [Range(AtLeast = 1, AtMost = int.MaxValue)]
    public int ValidEvery { get; init; } = 500;

    /// <summary>How many of the first validation sentences are translated for BLEU; 0 for all.</summary>
    [Help(OptionGroup.Run, "validation sentences for BLEU")]
    [Range(AtLeast = 0, AtMost = int.MaxValue, Zero = "all")]
    [ReadBy(nameof(Task), "translate")]
    public int ValidSentences { get; init; } = 200;

    /// <summary>Which model is kept: the model with the lowest loss, or with the highest BLEU or accuracy.</summary>
    [Help(OptionGroup.Run, "model to keep")]
    [OneOf("loss", "bleu", "accuracy")]
    public string Best { get; init; } = "loss";

    /// <summary>
    /// Patience: training ends after this number of validations in a row without a better model. 0 for never.
    /// </summary>
    [Help(OptionGroup.Run, "patience, in validations")]
    [Range(AtLeast = 0, AtMost = int.MaxValue, Zero = "never")]
    public int EarlyStopping { get; init; }

    /// <summary>How many of the last checkpoints are averaged when training ends; 0 or 1 for none.</summary>
    [Help(OptionGroup.Run, "last checkpoints to average at the end")]
    [Range(AtLeast = 0, AtMost = int.MaxValue, Zero = "none")]
    public int Average { get; init; }

    /// <summary>Updates between two checkpoints; 0 for one at each validation.</summary>
    [Help(OptionGroup.Run)]
    [Range(AtLeast = 0, AtMost = int.MaxValue, Zero = "at validations")]
    public int CheckpointEvery { get; init; }

    /// <summary>
    /// How many checkpoints stay in the folder to be looked at, spread evenly over the run: the first has the weights
    /// with which the run began, the last the weights of its last update. 0 for none.
    /// </summary>
    [Help(OptionGroup.Run, "checkpoints to look at, over the run")]
    [Range(AtLeast = 0, AtMost = 1000, Zero = "none")]
    public int KeepCheckpoints { get; init; } = 5;

    /// <summary>
    /// The decay of an exponential moving average of the weights, which is validated and saved in their place; 0 for
    /// none.
    /// </summary>
    [Help(OptionGroup.Run, "average of weights")]
    [Range(AtLeast = 0, Below = 1)]
    public double Ema { get; init; }

    /// <summary>The seed of every random choice.</summary>
    [Help(OptionGroup.Run)]
    public long Seed { get; init; } = 1;
}
