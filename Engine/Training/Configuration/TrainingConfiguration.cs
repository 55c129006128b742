using Engine.Layers;
using Engine.Models;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// Everything that a training run can be told, with the defaults. A preset, a JSON file and command-line options
/// override one another, in that order; the result is saved with the model as <c>config.json</c>.
/// </summary>
public sealed partial record TrainingConfiguration
{
    /// <summary>
    /// The kind of network: <c>transformer</c>, <c>rnn</c>, <c>gru</c>, <c>lstm</c> or <c>conv</c>.
    /// </summary>
    public string Architecture { get; init; } = "transformer";

    /// <summary>What the target lines are: <c>translate</c>, translations, or <c>classify</c>, a label each.</summary>
    public string Task { get; init; } = "translate";

    /// <summary>
    /// How source lines are cut: <c>word</c>, <c>char</c>, <c>bpe</c>, or <c>auto</c> to look at them.
    /// </summary>
    public string SourceTokenizer { get; init; } = "auto";

    /// <summary>
    /// How target lines are cut: <c>word</c>, <c>char</c>, <c>bpe</c>, or <c>auto</c> to look at them.
    /// </summary>
    public string TargetTokenizer { get; init; } = "auto";

    /// <summary>The most tokens of a vocabulary of words or characters, the four special ones included.</summary>
    public int VocabSize { get; init; } = 10_000;

    /// <summary>How many merges are learned at the most; of both sides together if they share one table: bpe.</summary>
    public int BpeMerges { get; init; } = 10_000;

    /// <summary>How likely a merge is passed over when a pair is cut anew for each epoch: bpe.</summary>
    public double BpeDropout { get; init; }

    /// <summary>
    /// Whether merges keep punctuation apart from words, <c>split</c>, or only spaces part words, <c>keep</c>, which
    /// suits text whose punctuation stands apart already: bpe.
    /// </summary>
    public string Punctuation { get; init; } = "split";

    /// <summary>Whether both sides are lower-cased before they are cut, in training and in use.</summary>
    public bool Lowercase { get; init; }

    /// <summary>Whether both sides take Unicode's form NFKC before they are cut, in training and in use.</summary>
    public bool Nfkc { get; init; }

    /// <summary>Features of a row between the layers.</summary>
    public int DModel { get; init; } = 64;

    /// <summary>Features within a feed-forward network.</summary>
    public int DFf { get; init; } = 256;

    /// <summary>Attention heads of a layer; dModel is a multiple of it.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Layers of the encoder, and as many of the decoder.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>How many positions a convolution looks at, odd: conv.</summary>
    public int Kernel { get; init; } = 3;

    /// <summary>How a classifier makes one row of a line's rows.</summary>
    public Pooling Pooling { get; init; } = Pooling.Mean;

    /// <summary>The probability of dropout.</summary>
    public double Dropout { get; init; } = 0.05;

    /// <summary>The probability of dropout of attention weights; null for <see cref="Dropout"/>.</summary>
    public double? AttentionDropout { get; init; }

    /// <summary>The probability of dropout of embedded tokens; null for <see cref="Dropout"/>.</summary>
    public double? EmbeddingDropout { get; init; }

    /// <summary>
    /// The probability of dropout within feed-forward networks; null for <see cref="Dropout"/>: transformer.
    /// </summary>
    public double? ActivationDropout { get; init; }

    /// <summary>Whether sublayers normalize their input rather than the residual sum.</summary>
    public bool NormFirst { get; init; }

    /// <summary>How sublayers and stacks normalize.</summary>
    public Normalization Normalization { get; init; } = Normalization.Layer;

    /// <summary>Groups of features of the group normalization; dModel is a multiple of it.</summary>
    public int NormGroups { get; init; } = 8;

    /// <summary>The feed-forward networks' activation, and whether they are gated.</summary>
    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>How the model knows the order of its tokens.</summary>
    public PositionEncoding Positions { get; init; } = PositionEncoding.Sinusoidal;

    /// <summary>
    /// The most tokens of a sentence, its end included, if positions are learned: each has a row in a table.
    /// </summary>
    public int MaxLength { get; init; } = 512;

    /// <summary>Which of source embedding, target embedding and output projection are one table.</summary>
    public EmbeddingSharing Sharing { get; init; } = EmbeddingSharing.Target;

    /// <summary>One of <see cref="OptimizerChoice.Names"/>.</summary>
    public string Optimizer { get; init; } = "adam";

    /// <summary>
    /// The highest learning rate, reached after the warm-up. The presets' are right for adam, adamw, nadam and rmsprop;
    /// in place of the toy model's 0.003, lion wants 0.001, adagrad 0.03, sgd 0.3 with a momentum of 0.9, and adadelta
    /// 1 with a beta2 of 0.9 and an epsilon of 1e-6.
    /// </summary>
    public double LearningRate { get; init; } = 0.003;

    /// <summary>One of <see cref="ScheduleChoice.Names"/>: what the learning rate does after the warm-up.</summary>
    public string Schedule { get; init; } = "inverse-sqrt";

    /// <summary>Updates over which the learning rate rises, whatever the schedule.</summary>
    public int Warmup { get; init; } = 400;

    /// <summary>Updates between two reductions of the learning rate: step.</summary>
    public int DecayEvery { get; init; } = 1000;

    /// <summary>What the learning rate is multiplied by when it is reduced: step, plateau.</summary>
    public double DecayFactor { get; init; } = 0.5;

    /// <summary>How many validations in a row may bring no lower loss; one more reduces the rate: plateau.</summary>
    public int Patience { get; init; } = 2;

    /// <summary>The part of the momentum that stays from step to step: sgd, rmsprop.</summary>
    public double Momentum { get; init; }

    /// <summary>Whether the step looks ahead along the momentum: sgd.</summary>
    public bool Nesterov { get; init; }

    /// <summary>The decay of the mean of gradients: adam, adamw, nadam, lion.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>
    /// The decay of the mean of squared gradients: adam, adamw, nadam, rmsprop (its alpha), adadelta (its rho); lion's
    /// of gradients.
    /// </summary>
    public double Beta2 { get; init; } = 0.98;

    /// <summary>Keeps the optimizer's quotient finite: all but sgd and lion.</summary>
    public double Epsilon { get; init; } = 1e-9;

    /// <summary>
    /// Weight decay: decoupled for adamw and lion, L2 for the others. Matrices and tables decay, biases and
    /// normalizations do not.
    /// </summary>
    public double WeightDecay { get; init; }

    /// <summary>What the sum of the weights' magnitudes adds to the loss, by this factor.</summary>
    public double L1 { get; init; }

    /// <summary>What half the sum of the weights' squares adds to the loss, by this factor.</summary>
    public double L2 { get; init; }

    /// <summary>The largest norm of a step's gradients; larger ones are scaled down. 0 for none.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>
    /// The largest magnitude of a number of the gradients, cut before their norm is taken. 0 for none.
    /// </summary>
    public double ClipValue { get; init; }

    /// <summary>How much of each target's probability is spread over the vocabulary.</summary>
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>
    /// alpha of R-Drop: every batch is read twice, with different dropout, and this weighs how far the two predictions
    /// differ; 0 for one pass. The paper's is 5 for translation.
    /// </summary>
    public double RDrop { get; init; }

    /// <summary>A batch's pairs times its longest side, at the most.</summary>
    public int BatchTokens { get; init; } = 1024;

    /// <summary>The most tokens of a source line to learn from; longer pairs are dropped. 0 for no limit.</summary>
    public int MaxSourceLength { get; init; }

    /// <summary>The most tokens of a target line to learn from; longer pairs are dropped. 0 for no limit.</summary>
    public int MaxTargetLength { get; init; }

    /// <summary>
    /// How many times as long as a pair's shorter side its longer one may be, in tokens; others are dropped. 0 for no
    /// limit.
    /// </summary>
    public double MaxRatio { get; init; }

    /// <summary>
    /// How many pairs are held at a time, read anew in each epoch and shuffled among themselves; 0 to hold all.
    /// </summary>
    public int Window { get; init; }

    /// <summary>Batches whose gradients make one update.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Updates after which training ends; 0 for no such limit.</summary>
    public int Updates { get; init; }

    /// <summary>Passes over the training pairs after which training ends; 0 for no such limit.</summary>
    public int Epochs { get; init; } = 14;

    /// <summary>Minutes of training after which it ends; 0 for no such limit.</summary>
    public double Minutes { get; init; }

    /// <summary>Updates between two validations.</summary>
    public int ValidEvery { get; init; } = 500;

    /// <summary>How many of the first validation sentences are translated for BLEU; 0 for all.</summary>
    public int ValidSentences { get; init; } = 200;

    /// <summary>Which model is kept: that of the lowest <c>loss</c>, or of the highest <c>bleu</c>.</summary>
    public string Best { get; init; } = "loss";

    /// <summary>Validations in a row without a better model after which training ends; 0 for never.</summary>
    public int EarlyStopping { get; init; }

    /// <summary>How many of the last checkpoints are averaged when training ends; 0 or 1 for none.</summary>
    public int Average { get; init; }

    /// <summary>Updates between two checkpoints; 0 for one at each validation.</summary>
    public int CheckpointEvery { get; init; }

    /// <summary>
    /// The decay of an exponential moving average of the weights, which is then validated and saved in their place; 0
    /// for none.
    /// </summary>
    public double Ema { get; init; }

    /// <summary>What every random choice follows from.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>The keys of <see cref="ConfigurationFile"/> that say what a model is, not how it is trained.</summary>
    public static IReadOnlyList<string> KeysOfModel { get; } =
    [
        "architecture", "task", "sourceTokenizer", "targetTokenizer", "vocabSize", "bpeMerges", "punctuation",
        "lowercase", "nfkc", "dModel", "dFf", "heads", "layers", "kernel", "pooling", "normFirst", "normalization",
        "normGroups", "activation", "positions", "maxLength", "sharing",
    ];

    /// <summary>The names of the presets.</summary>
    public static IReadOnlyList<string> Presets { get; } = ["toy", "tiny", "base"];

    /// <summary>The configuration of a preset.</summary>
    /// <exception cref="InputException">There is no such preset.</exception>
    public static TrainingConfiguration Preset(string name) => name switch
    {
        "toy" => new TrainingConfiguration(),
        // The Transformer-Tiny of Wu et al. 2021 (arXiv 2105.14462), made for corpora of some ten thousand pairs, as
        // their code trains it with fairseq, which drops neither attention weights nor features within feed-forward
        // networks unless told to. Their two GPUs take a batch of 4,096 tokens each, of pairs of one length; 60 updates
        // are an epoch of their 29,000 pairs. They end after ten epochs that bring no better loss; that is left out:
        // from one validation to the next a model's loss moves by more than a thousand updates gain, so that one lucky
        // model decides when a run ends.
        "tiny" => new TrainingConfiguration
        {
            DModel = 128, DFf = 256, Heads = 4, Layers = 4, Dropout = 0.3, AttentionDropout = 0,
            ActivationDropout = 0, Sharing = EmbeddingSharing.All, SourceTokenizer = "bpe", TargetTokenizer = "bpe",
            LearningRate = 0.005, Warmup = 2000, Epsilon = 1e-8, ClipNorm = 0, BatchTokens = 4096, Accumulate = 2,
            Epochs = 0, Updates = 8000, ValidEvery = 60, ValidSentences = 0, Average = 10,
        },
        // The base model of Vaswani et al. 2017.
        "base" => new TrainingConfiguration
        {
            DModel = 512, DFf = 2048, Heads = 8, Layers = 6, Dropout = 0.1, LearningRate = 0.0007, Warmup = 4000,
            BatchTokens = 4096, Epochs = 0, Updates = 100_000,
        },
        _ => throw new InputException($"--preset '{name}' is not known; the presets are {string.Join(", ", Presets)}."),
    };

    /// <summary>With the tokenizers that another model has, where these are to be chosen.</summary>
    internal TrainingConfiguration CutLike(TrainingConfiguration other) =>
        this with { SourceTokenizer = other.SourceTokenizer, TargetTokenizer = other.TargetTokenizer };
}
