// The training step of ../torch/training_step.py, through TorchSharp and the libtorch of its NuGet package.
// Prints one JSON line in the form of `Engine.Bench quick --only training_step`.
using System.Diagnostics;
using System.Text.Json;
using static TorchSharp.torch;

// --preset, --threads, --seconds
var options = args.Chunk(2).ToDictionary(pair => pair[0], pair => pair[1]);
var preset = options.GetValueOrDefault("--preset", "tiny");
var threads = int.Parse(options.GetValueOrDefault("--threads", "2"));
var seconds = double.Parse(options.GetValueOrDefault("--seconds", "8"));
var shape = Shape.Presets[preset];

set_num_threads(threads);
random.manual_seed(0);
using var model = new Model(shape);
var parameters = model.parameters().ToList();
var adam = optim.Adam(parameters, lr: 1e-3, beta1: 0.9, beta2: 0.98, eps: 1e-9);
var (source, target) = shape.Sentences();

for (var i = 0; i < 3; i++) Step();
var times = new List<double>();
var start = Stopwatch.GetTimestamp();
while (times.Count < 3 || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
{
    var begin = Stopwatch.GetTimestamp();
    Step();
    times.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
}

times.Sort();
var median = times[times.Count / 2];
using var process = Process.GetCurrentProcess();
Console.WriteLine(JsonSerializer.Serialize(new
{
    @case = "training_step", engine = "TorchSharp, libtorch " + __version__, preset, threads, batch = shape.Batch,
    source_length = shape.SourceLength, target_length = shape.TargetLength, vocab = shape.Vocabulary,
    parameters = parameters.Sum(parameter => parameter.numel()), ms_median = Math.Round(median, 2),
    ms_min = Math.Round(times[0], 2), target_tokens_per_s = (long)(shape.Batch * shape.TargetLength / median * 1000),
    peak_rss_mb = process.PeakWorkingSet64 >> 20, steps = times.Count,
}));

// Forward, loss, backward, clipping, update.
void Step()
{
    using var scope = NewDisposeScope(); // frees the step's tensors at once, not at a garbage collection
    adam.zero_grad();
    var input = target[TensorIndex.Colon, TensorIndex.Slice(stop: shape.TargetLength)]; // [batch, tgtLen]
    var expected = target[TensorIndex.Colon, TensorIndex.Slice(1)]; // [batch, tgtLen], one token later
    var logits = model.forward(source, input); // [batch, tgtLen, vocabulary]
    var loss = nn.functional.cross_entropy(
        logits.reshape(-1, shape.Vocabulary), expected.reshape(-1), ignore_index: 0, label_smoothing: 0.1);
    loss.backward();
    nn.utils.clip_grad_norm_(parameters, 1.0);
    adam.step();
}

/// <summary>A preset: the model's and the batch's dimensions, as in QuickShapes.cs.</summary>
internal sealed record Shape(
    int DModel, int DFf, int Heads, int Layers, int Vocabulary, int Batch, int SourceLength, int TargetLength,
    double Dropout)
{
    public static readonly Dictionary<string, Shape> Presets = new()
    {
        ["toy"] = new(64, 256, 4, 2, 200, 64, 12, 12, 0.1),
        ["tiny"] = new(128, 256, 4, 4, 9712, 256, 16, 16, 0.3),
        ["base"] = new(512, 2048, 8, 6, 8000, 32, 24, 24, 0.1),
    };

    /// <summary>Random tokens; a quarter of the rows each is 0, 1, 2 and 3 tokens short. 0 is padding.</summary>
    public (Tensor Source, Tensor Target) Sentences()
    {
        var source = randint(3, Vocabulary, [Batch, SourceLength], int64);
        var target = randint(3, Vocabulary, [Batch, TargetLength + 1], int64);
        for (var row = 0; row < Batch; row++)
        {
            if (row % 4 == 0) continue;
            source[row, TensorIndex.Slice(SourceLength - (row % 4))] = 0;
            target[row, TensorIndex.Slice(TargetLength + 1 - (row % 4))] = 0;
        }
        return (source, target);
    }
}

/// <summary>A post-norm Transformer with final norms, one embedding table for everything, and sinusoids.</summary>
internal sealed class Model : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Shape shape;
    private readonly TorchSharp.Modules.Embedding embedding;
    private readonly TorchSharp.Modules.Transformer transformer;
    private readonly TorchSharp.Modules.Dropout dropout;
    private readonly Tensor sinusoids, causal;

    public Model(Shape shape) : base("model")
    {
        this.shape = shape;
        embedding = nn.Embedding(shape.Vocabulary, shape.DModel, padding_idx: 0);
        nn.init.normal_(embedding.weight!, 0, Math.Pow(shape.DModel, -0.5));
        transformer = nn.Transformer(
            shape.DModel, shape.Heads, shape.Layers, shape.Layers, shape.DFf, shape.Dropout);
        dropout = nn.Dropout(shape.Dropout);
        var places = arange(512, float32).unsqueeze(1);
        var rates = exp(arange(0, shape.DModel, 2, float32) * (-Math.Log(10000) / shape.DModel));
        sinusoids = stack([sin(places * rates), cos(places * rates)], -1).flatten(1); // [512, dModel]
        causal = triu(ones(shape.TargetLength, shape.TargetLength), 1).to_type(ScalarType.Bool);
        causal = zeros(shape.TargetLength, shape.TargetLength).masked_fill(causal, float.NegativeInfinity);
        RegisterComponents();
    }

    /// <summary>Logits [batch, tgtLen, vocabulary].</summary>
    public override Tensor forward(Tensor source, Tensor target)
    {
        var padding = source.eq(0);
        var y = transformer.call(
            Embed(source), Embed(target), null!, causal, null!, padding, target.eq(0), padding);
        return nn.functional.linear(y.transpose(0, 1), embedding.weight!);
    }

    // [batch, length] to [length, batch, dModel], the layout of TorchSharp's Transformer.
    private Tensor Embed(Tensor tokens)
    {
        var embedded = embedding.forward(tokens) * Math.Sqrt(shape.DModel);
        return dropout.forward(embedded + sinusoids[TensorIndex.Slice(stop: tokens.shape[1])]).transpose(0, 1);
    }
}
