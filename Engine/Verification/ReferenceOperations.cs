using Engine.Layers;

namespace Engine.Verification;

/// <summary>
/// The engine's ways to compute each operation of the reference cases. A way reads the case and gives its outputs. A
/// way that cannot compute the case (another variant, a mask that a layout cannot express) gives none. If there are
/// several ways, all must agree.
/// </summary>
internal static class ReferenceOperations
{
    private static readonly Dictionary<string, Action<ReferenceRun>[]> ByName = new(StringComparer.Ordinal)
    {
        ["add"] = [run => run.Give(Op.Add(run.Input("x"), run.Input("z")))],
        ["sub"] = [run => run.Give(Op.Subtract(run.Input("x"), run.Input("z")))],
        ["mul"] = [run => run.Give(Op.Multiply(run.Input("x"), run.Input("z")))],
        ["div"] = [run => run.Give(Op.Divide(run.Input("x"), run.Input("z")))],
        ["matmul"] = [run => run.Give(Op.MatMul(run.Input("x"), run.Input("z")))],
        ["exp"] = [run => run.Give(Op.Exp(run.Input("x")))],
        ["log"] = [run => run.Give(Op.Log(run.Input("x")))],
        ["sqrt"] = [run => run.Give(Op.Sqrt(run.Input("x")))],
        ["sigmoid"] = [run => run.Give(Op.Sigmoid(run.Input("x")))],
        ["tanh"] = [run => run.Give(Op.Tanh(run.Input("x")))],
        ["relu"] = [run => run.Give(Op.Relu(run.Input("x")))],
        ["leaky_relu"] =
            [run => run.Give(Op.LeakyRelu(run.Input("x"), run.Case.Number("negative_slope", 0.01)))],
        ["elu"] = [run => run.Give(Op.Elu(run.Input("x"), run.Case.Number("alpha", 1)))],
        ["softplus"] = [run => run.Give(Op.Softplus(run.Input("x")))],
        ["gelu"] = [Gelu],
        ["gelu_tanh"] = [Gelu],
        ["silu"] = [Silu, Swish],
        ["swish_beta"] = [Swish],
        ["glu"] = [run => run.Give(AlongDimension(run, Op.Glu))],
        ["softmax"] = [run => run.Give(AlongDimension(run, Op.Softmax))],
        ["log_softmax"] = [run => run.Give(AlongDimension(run, Op.LogSoftmax))],
        ["sum"] = [run => run.Give(Reduce(run, Op.Sum, Op.Sum))],
        ["mean"] = [run => run.Give(Reduce(run, Op.Mean, Op.Mean))],
        ["max"] = [run => run.Give(Op.Max(run.Input("x"), run.Case.Integer("dim"), run.Case.Flag("keepdim")))],
        ["transpose"] =
            [run => run.Give(Op.Transpose(run.Input("x"), run.Case.Integer("dim0"), run.Case.Integer("dim1")))],
        ["concat"] =
            [run => run.Give(Op.Concatenate([.. run.Case.Names("in.").Select(run.Input)], run.Case.Integer("dim")))],
        ["cross_entropy"] = [CrossEntropy],
        ["mse_loss"] = [run => run.Give(Op.MeanSquaredError(run.Input("x"), run.Input("target")))],
        ["binary_cross_entropy_with_logits"] = [BinaryCrossEntropy],
        ["linear"] = [Linear],
        ["embedding"] = [Embedding],
        ["layer_norm"] = [LayerNorm],
        ["bilinear"] = [Bilinear],
        ["rms_norm"] = [RmsNorm],
        ["batch_norm"] = [BatchNorm],
        ["instance_norm"] = [InstanceNorm],
        ["group_norm"] = [GroupNorm],
        ["sinusoidal_positional_encoding"] = [SinusoidalPositions],
        ["rotary_positional_encoding"] = [RotaryPositions],
        ["relative_position_attention"] = [ReferenceAttention.Relative, ReferenceAttention.RelativeComposed],
        ["swiglu_feed_forward"] = [SwigluFeedForward],
        ["rnn"] = [run => ReferenceSequences.Recurrent(run, (x, h, random) => new Rnn<double>(x, h, random))],
        ["lstm"] = [run => ReferenceSequences.Recurrent(run, (x, h, random) => new Lstm<double>(x, h, random))],
        ["gru"] = [run => ReferenceSequences.Recurrent(run, (x, h, random) => new Gru<double>(x, h, random))],
        ["conv1d"] = [ReferenceSequences.Conv1d],
        ["scaled_dot_product_attention"] = [ReferenceAttention.Rows, ReferenceAttention.Composed],
        ["multi_head_attention"] = [ReferenceAttention.MultiHead],
        ["transformer_encoder_layer"] = [ReferenceModels.EncoderLayer],
        ["transformer_decoder_layer"] = [ReferenceModels.DecoderLayer],
        ["transformer"] = [ReferenceModels.Transformer],
        ["optimizer.sgd"] = [ReferenceOptimizers.Sgd],
        ["optimizer.adagrad"] = [ReferenceOptimizers.Adagrad],
        ["optimizer.adadelta"] = [ReferenceOptimizers.Adadelta],
        ["optimizer.rmsprop"] = [ReferenceOptimizers.RmsProp],
        ["optimizer.nadam"] = [ReferenceOptimizers.NAdam],
        ["optimizer.adam"] = [ReferenceOptimizers.Adam],
        ["optimizer.adamw"] = [ReferenceOptimizers.AdamW],
        ["clip_grad_norm"] = [ReferenceOptimizers.ClipByNorm],
    };

    /// <summary>The paths of an operation; null if the engine has none.</summary>
    public static IReadOnlyList<Action<ReferenceRun>>? Of(string operation) => ByName.GetValueOrDefault(operation);

    /// <summary>Where initial values come from that the case's own replace.</summary>
    public static RandomStream Unused => new(0);

    private static void Gelu(ReferenceRun run)
    {
        var approximate = run.Case.Text("approximate", run.Case.Operation == "gelu" ? "none" : "tanh");
        if (approximate == "none") run.Give(Op.Gelu(run.Input("x")));
        if (approximate == "tanh") run.Give(Op.GeluTanh(run.Input("x")));
    }

    private static void Silu(ReferenceRun run)
    {
        if (run.Case.Number("beta", 1) == 1) run.Give(Op.Silu(run.Input("x")));
    }

    private static void Swish(ReferenceRun run)
    {
        run.Give(new Layers.Swish<double>(run.Case.Number("beta", 1)).Forward(run.Input("x")));
    }

    private static Tensor<double> AlongDimension(ReferenceRun run, Func<Tensor<double>, Tensor<double>> alongLast)
    {
        var (x, dimension) = (run.Input("x"), run.Case.Integer("dim"));
        return dimension == -1 || dimension == x.Shape.Rank - 1
            ? alongLast(x)
            : Op.Transpose(alongLast(Op.Transpose(x, dimension, -1)), dimension, -1);
    }

    private static Tensor<double> Reduce(
        ReferenceRun run,
        Func<Tensor<double>, Tensor<double>> all,
        Func<Tensor<double>, int, bool, Tensor<double>> one) =>
        run.Case.Has("dim")
            ? one(run.Input("x"), run.Case.Integer("dim"), run.Case.Flag("keepdim"))
            : all(run.Input("x"));

    private static Reduction? ReductionOf(ReferenceRun run) => run.Case.Text("reduction", "mean") switch
    {
        "mean" => Reduction.Mean,
        "sum" => Reduction.Sum,
        _ => null,
    };

    private static void CrossEntropy(ReferenceRun run)
    {
        if (ReductionOf(run) is not { } reduction) return;
        run.Give(Op.CrossEntropy(
            run.Input("x"), run.Case.NeedIntegers("in.target").Values, run.Case.Integer("ignore_index", -100),
            run.Case.Number("label_smoothing", 0), reduction));
    }

    private static void BinaryCrossEntropy(ReferenceRun run)
    {
        if (ReductionOf(run) is { } reduction)
            run.Give(Op.BinaryCrossEntropyWithLogits(run.Input("x"), run.Input("target"), reduction));
    }

    private static void SwigluFeedForward(ReferenceRun run)
    {
        var w1 = run.Case.Need("param.w1.weight").Shape; // [dFf, dModel]
        var layer = new FeedForward<double>(w1[^1], w1[0], Unused, Activation.Swiglu);
        run.Give(run.Load(layer).Forward(run.Input("x")));
    }

    private static void Linear(ReferenceRun run)
    {
        var weight = run.Case.Need("param.weight").Shape; // [outputs, inputs]
        var hasBias = run.Case.Numbers.ContainsKey("param.bias");
        run.Give(run.Load(new Linear<double>(weight[^1], weight[0], Unused, hasBias)).Forward(run.Input("x")));
    }

    private static void Embedding(ReferenceRun run)
    {
        var table = run.Case.Need("param.weight").Shape; // [count, dModel]
        var (shape, indices) = run.Case.NeedIntegers("in.indices");
        var layer = run.Load(new Embedding<double>(table[0], table[^1], Unused, run.Case.Integer("padding_idx", -1)));
        run.Give(Op.Reshape(layer.Forward(run.Tape, indices), [.. shape.AsSpan(), table[^1]]));
    }

    private static void LayerNorm(ReferenceRun run)
    {
        var layer = new LayerNorm<double>(run.Case.Need("param.weight").Count, run.Case.Number("eps", 1e-5));
        run.Give(run.Load(layer).Forward(run.Input("x")));
    }

    private static void Bilinear(ReferenceRun run)
    {
        var weight = run.Case.Need("param.weight").Shape; // [outputs, xFeatures, zFeatures]
        if (weight.Rank != 3) return;
        var layer = run.Load(new Bilinear<double>(weight[1], weight[2], weight[0], Unused));
        run.Give(layer.Forward(run.Input("x"), run.Input("z")));
    }

    private static void RotaryPositions(ReferenceRun run)
    {
        var x = run.Input("x"); // [..., length, dK]
        if (run.Case.Text("pairs", "interleaved") != "interleaved" || x.Shape.Rank < 2) return;
        var (length, dK) = (x.Shape[^2], x.Shape[^1]);
        var angles = new RotaryAngles<double>(dK, run.Case.Number("base", 10000));
        var layout = SequenceLayout.Full(x.Count / dK / length, length);
        run.Give(Op.Reshape(Op.Rotary(ReferenceAttention.Flatten(x), angles, layout, dK), x.Shape));
    }

    private static void RmsNorm(ReferenceRun run)
    {
        var layer = new RmsNorm<double>(run.Case.Need("param.weight").Count, run.Case.Number("eps"));
        run.Give(run.Load(layer).Forward(run.Input("x")));
    }

    private static void BatchNorm(ReferenceRun run)
    {
        var layer = new BatchNorm<double>(
            run.Case.Need("param.weight").Count, run.Case.Number("eps", 1e-5), run.Case.Number("momentum", 0.1));
        run.Give(run.Load(layer).Forward(run.Input("x")));
    }

    private static void InstanceNorm(ReferenceRun run)
    {
        var layer = new InstanceNorm<double>(run.Case.Need("param.weight").Count, run.Case.Number("eps", 1e-5));
        run.Give(run.Load(layer).Forward(run.Input("x")));
    }

    private static void GroupNorm(ReferenceRun run)
    {
        var layer = new GroupNorm<double>(
            run.Case.Integer("num_groups"), run.Case.Need("param.weight").Count, run.Case.Number("eps", 1e-5));
        run.Give(run.Load(layer).Forward(run.Input("x")));
    }

    private static void SinusoidalPositions(ReferenceRun run)
    {
        var (length, dModel) = (run.Case.Integer("length"), run.Case.Integer("dim"));
        run.Give(new SinusoidalPositions<double>(dModel).Forward(run.Tape, SequenceLayout.Full(1, length)));
    }
}
