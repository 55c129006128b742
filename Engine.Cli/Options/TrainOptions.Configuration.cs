using Engine.Layers;
using Engine.Models;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

// What the options make of the configuration.
internal sealed partial class TrainOptions
{
    /// <summary>The preset, overridden by the configuration file, overridden by the options.</summary>
    /// <param name="earlier">The folder of the run to go on with, or of the model to begin with; its configuration
    /// takes the place of a preset that is not given.</param>
    /// <exception cref="InputException">The file cannot be read, or a value is not one to train with.</exception>
    public TrainingConfiguration Configuration(string? earlier = null)
    {
        var c = earlier is not null && Preset is null
            ? EarlierRun.ConfigurationOf(earlier)
            : TrainingConfiguration.Preset(Preset ?? (Source is null ? "toy" : "tiny"));
        if (Config is not null) c = ConfigurationFile.Load(Config, c);
        // Who asks for 200 updates means 200, not "200, or the preset's epochs if they end earlier".
        if (Updates is not null || Epochs is not null || Minutes is not null)
            c = c with { Updates = Updates ?? 0, Epochs = Epochs ?? 0, Minutes = Minutes ?? 0 };
        c = c with
        {
            Task = Task ?? c.Task,
            Architecture = Architecture ?? c.Architecture,
            SourceTokenizer = SourceTokenizer ?? Tokenizer ?? c.SourceTokenizer,
            TargetTokenizer = TargetTokenizer ?? Tokenizer ?? c.TargetTokenizer,
            VocabSize = VocabSize ?? c.VocabSize,
            BpeMerges = BpeMerges ?? c.BpeMerges,
            BpeDropout = BpeDropout ?? c.BpeDropout,
            Punctuation = Punctuation ?? c.Punctuation,
            Lowercase = Lowercase ?? c.Lowercase,
            Nfkc = Nfkc ?? c.Nfkc,
            DModel = DModel ?? c.DModel,
            DFf = DFf ?? c.DFf,
            Heads = Heads ?? c.Heads,
            Layers = Layers ?? c.Layers,
            Kernel = Kernel ?? c.Kernel,
            Pooling = Pooling is null ? c.Pooling : OneOf<Pooling>("pooling", Pooling),
            Dropout = Dropout ?? c.Dropout,
            AttentionDropout = AttentionDropout ?? c.AttentionDropout,
            EmbeddingDropout = EmbeddingDropout ?? c.EmbeddingDropout,
            ActivationDropout = ActivationDropout ?? c.ActivationDropout,
            NormFirst = NormFirst ?? c.NormFirst,
            Normalization = Normalization is null
                ? c.Normalization
                : OneOf<Normalization>("normalization", Normalization),
            NormGroups = NormGroups ?? c.NormGroups,
            Activation = Activation is null ? c.Activation : OneOf<Activation>("activation", Activation),
            Positions = Positions is null ? c.Positions : OneOf<PositionEncoding>("positions", Positions),
            MaxLength = MaxLength ?? c.MaxLength,
            Sharing = Sharing is null ? c.Sharing : OneOf<EmbeddingSharing>("sharing", Sharing),
            Optimizer = Optimizer ?? c.Optimizer,
            LearningRate = LearningRate ?? c.LearningRate,
            Schedule = Schedule ?? c.Schedule,
            Warmup = Warmup ?? c.Warmup,
            DecayEvery = DecayEvery ?? c.DecayEvery,
            DecayFactor = DecayFactor ?? c.DecayFactor,
            Patience = Patience ?? c.Patience,
            Momentum = Momentum ?? c.Momentum,
            Nesterov = Nesterov ?? c.Nesterov,
            Beta1 = Beta1 ?? c.Beta1,
            Beta2 = Beta2 ?? c.Beta2,
            Epsilon = Epsilon ?? c.Epsilon,
            WeightDecay = WeightDecay ?? c.WeightDecay,
            L1 = L1 ?? c.L1,
            L2 = L2 ?? c.L2,
            ClipNorm = ClipNorm ?? c.ClipNorm,
            ClipValue = ClipValue ?? c.ClipValue,
            RDrop = RDrop ?? c.RDrop,
            LabelSmoothing = LabelSmoothing ?? c.LabelSmoothing,
            BatchTokens = BatchTokens ?? c.BatchTokens,
            MaxSourceLength = MaxSourceLength ?? c.MaxSourceLength,
            MaxTargetLength = MaxTargetLength ?? c.MaxTargetLength,
            MaxRatio = MaxRatio ?? c.MaxRatio,
            Window = Window ?? c.Window,
            Accumulate = Accumulate ?? c.Accumulate,
            ValidEvery = ValidEvery ?? c.ValidEvery,
            ValidSentences = ValidSentences ?? c.ValidSentences,
            Best = Best ?? c.Best,
            EarlyStopping = EarlyStopping ?? c.EarlyStopping,
            Average = Average ?? c.Average,
            CheckpointEvery = CheckpointEvery ?? c.CheckpointEvery,
            Ema = Ema ?? c.Ema,
            Seed = Seed ?? c.Seed,
        };
        c.Validate();
        UnreadOptions.Refuse(this, c);
        return c;
    }

    private static TEnum OneOf<TEnum>(string name, string value) where TEnum : struct, Enum
    {
        var choices = Enum.GetValues<TEnum>();
        var names = Array.ConvertAll(choices, choice => ConfigurationFile.NameOf(choice));
        var found = Array.IndexOf(names, value);
        return found >= 0
            ? choices[found]
            : throw new InputException($"--{name} '{value}' is not known; use {string.Join(", ", names)}.");
    }
}
