using Engine.Layers;

namespace Engine.Verification;

/// <summary>
/// Reference cases of recurrence, on [batch, length, inputs], and of convolution, on [batch, inputs, length].
/// </summary>
internal static class ReferenceSequences
{
    /// <summary>A recurrent network of one layer and direction.</summary>
    public static void Recurrent(ReferenceRun run, Func<int, int, RandomStream, Recurrent<double>> create)
    {
        var x = run.Input("x"); // [batch, length, inputs]
        var (batch, length, hidden) = (x.Shape[0], x.Shape[1], run.Case.Integer("hidden_size"));
        var network = run.Load(create(x.Shape[2], hidden, ReferenceOperations.Unused));
        var y = network.Forward(ReferenceAttention.Flatten(x), SequenceLayout.Full(batch, length));
        run.Give(Op.Reshape(y, [batch, length, hidden]));
    }

    /// <summary>A convolution with the same number of zeros on both sides.</summary>
    public static void Conv1d(ReferenceRun run)
    {
        var x = run.Input("x"); // [batch, inputs, length]
        var (batch, inputs, length) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        var padding = run.Case.Integer("padding", 0);
        var window = new Window(
            run.Case.Integer("kernel_size"), run.Case.Integer("stride", 1), padding, padding,
            run.Case.Integer("dilation", 1));
        var outputs = run.Case.Need("param.weight").Shape[0];
        var layer = run.Load(new Conv1d<double>(inputs, outputs, window, ReferenceOperations.Unused));
        var rows = ReferenceAttention.Flatten(Op.Transpose(x)); // [batch length, inputs]
        var y = layer.Forward(rows, SequenceLayout.Full(batch, length)); // [batch results, outputs]
        run.Give(Op.Transpose(Op.Reshape(y, [batch, window.Outputs(length), outputs])));
    }
}
