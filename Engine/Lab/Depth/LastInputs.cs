using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>A recurrent network that learns to say the sum of a sequence's last two inputs.</summary>
internal sealed class LastInputs
{
    /// <summary>The length of a sequence.</summary>
    public const int Steps = 25;

    private const int Hidden = 24, Sequences = 32, Inputs = 2;

    private readonly RandomStream random;
    private readonly Rnn<double> rnn;
    private readonly Linear<double> last;
    private readonly SequenceLayout layout = SequenceLayout.Full(Sequences, Steps);

    /// <summary>A network with random weights.</summary>
    /// <param name="seed">Draws weights and sequences.</param>
    /// <param name="gain">The factor of the recurrent matrix, which is orthogonal.</param>
    public LastInputs(long seed, double gain)
    {
        random = new RandomStream(seed);
        (rnn, last) = (new(Inputs, Hidden, random.Fork(0)), new(Hidden, 1, random.Fork(1)));
        Initializers.Orthogonal<double>([Hidden, Hidden], random.Fork(2), gain)
            .CopyTo(rnn.NamedParameters.Single(one => one.Key == "weight_hh_l0").Value.Update());
    }

    /// <summary>What is trained.</summary>
    public IReadOnlyList<Parameter<double>> Parameters => [.. rnn.Parameters, .. last.Parameters];

    /// <summary>The loss of a batch, and its gradients.</summary>
    public double Gradients(int batch, out GradientSet<double> gradients)
    {
        using var tape = new Tape<double>();
        var loss = Loss(tape, tape.Constant(Rows(batch)));
        gradients = tape.Backward(loss);
        return loss.Item();
    }

    /// <summary>The norm of the gradient at the first inputs of all, after clipping all gradients by norm.</summary>
    public double FarGradient(double clip)
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Rows(0));
        var gradients = tape.Backward(Loss(tape, x));
        GradientClipping.ByNorm(gradients, clip);
        var sum = 0.0;
        for (var s = 0; s < Sequences; s++)
        {
            foreach (var g in gradients[x].Slice(layout.Start(s) * Inputs, Inputs)) sum += g * g;
        }
        return Math.Sqrt(sum);
    }

    private Tensor<double> Rows(int batch) =>
        Initializers.Normal<double>([Sequences * Steps, Inputs], 1, random.Fork(3).Fork(batch));

    // The target of a sequence is the last sum of its two inputs.
    private Tensor<double> Loss(Tape<double> tape, Tensor<double> x)
    {
        var y = last.Forward(rnn.Last(rnn.Forward(x, layout), layout)); // [sequences, 1]
        var values = x.ToArray();
        double[] targets =
            [.. Enumerable.Range(0, Sequences).Select(s => Target(values.AsSpan(layout.Start(s) * Inputs)))];
        return Op.MeanSquaredError(y, tape.Constant([Sequences, 1], targets));
    }

    private static double Target(ReadOnlySpan<double> sequence) =>
        sequence[(Steps - 1) * Inputs] + sequence[((Steps - 1) * Inputs) + 1];
}
