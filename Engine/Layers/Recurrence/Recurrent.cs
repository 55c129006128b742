using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// A recurrent network over sequences of different lengths. It has one or several layers, and reads in one or both
/// directions. The parameters have the names and layouts of PyTorch's: <c>weight_ih_l0</c> [gates h, inputs],
/// <c>weight_hh_l0</c> [gates h, h], <c>bias_ih_l0</c> and <c>bias_hh_l0</c> [gates h]. The names of the backward
/// direction end with <c>_reverse</c>; the names of the next layer have <c>l1</c> in place of <c>l0</c>, and so on.
/// </summary>
/// <remarks>
/// The weights come from Xavier's uniform distribution. The biases start at 0, the bias of an LSTM's forget gate at 1
/// (Gers et al. 2000). The output of a bidirectional layer (Schuster and Paliwal 1997) is the concatenation of the
/// outputs of both directions.
/// </remarks>
public abstract class Recurrent<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<Direction> passes = [];
    private readonly int directions, hidden, states;
    private readonly double dropout;

    private protected Recurrent(
        int gates, int states, int inputs, int hidden, RandomStream random, int layers, bool bidirectional,
        double dropout)
    {
        if (inputs < 1 || hidden < 1 || layers < 1)
            throw new ShapeException($"{Name}: {inputs} inputs, {hidden} hidden features and " +
                $"{layers} layers; there must be at least 1 of each.");
        DropoutProbability.Check(dropout);
        directions = bidirectional ? 2 : 1;
        (this.hidden, this.states, this.dropout) = (hidden, states, dropout);
        for (var pass = 0; pass < layers * directions; pass++)
        {
            var (layer, isReverse) = (pass / directions, pass % directions == 1);
            var suffix = $"l{layer}{(isReverse ? "_reverse" : "")}";
            var features = layer == 0 ? inputs : directions * hidden;
            passes.Add(new Direction(
                Add("weight_ih_" + suffix, Initializers.XavierUniform<T>([gates * hidden, features], random)),
                Add("weight_hh_" + suffix, Initializers.XavierUniform<T>([gates * hidden, hidden], random)),
                Add("bias_ih_" + suffix, Tensor<T>.Zeros([gates * hidden])),
                Add("bias_hh_" + suffix, Tensor<T>.Zeros([gates * hidden])),
                isReverse));
        }
    }

    /// <summary>The number of features of an output row, of all directions together.</summary>
    public int Outputs => directions * hidden;

    /// <summary>
    /// The number of values of a sequence's state: h for each layer and direction, with an LSTM followed by c.
    /// </summary>
    public int StateWidth => passes.Count * states * hidden;

    /// <summary>Reads whole sequences.</summary>
    /// <param name="x">[rows, inputs].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <param name="initial">
    /// The state of each sequence before its first row, [sequences, <see cref="StateWidth"/>]; null for zeros.
    /// </param>
    /// <returns>h of the last layer after each row, [rows, <see cref="Outputs"/>]; zeros in padding.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public Tensor<T> Forward(Tensor<T> x, SequenceLayout layout, Tensor<T>? initial = null) =>
        Run(x, layout, initial, null);

    /// <summary>
    /// A summary of each sequence: h of the forward direction after the last row, concatenated with h of the backward
    /// direction after the first row.
    /// </summary>
    /// <param name="y">The output of <see cref="Forward"/>, [rows, <see cref="Outputs"/>].</param>
    /// <param name="layout">Which rows form which sequence.</param>
    /// <returns>[sequences, <see cref="Outputs"/>]; zeros for a sequence without rows.</returns>
    public Tensor<T> Last(Tensor<T> y, SequenceLayout layout)
    {
        var last = Op.SequenceRow(y, layout, ^1); // [sequences, outputs]
        if (directions == 1) return last;
        var first = Op.SequenceRow(y, layout, 0); // [sequences, outputs]
        // [sequences, outputs]
        return Op.Concatenate([Op.Slice(last, 1, 0, hidden), Op.Slice(first, 1, hidden, hidden)], 1);
    }

    /// <summary>Reads one more row of each sequence.</summary>
    /// <param name="x">[sequences, inputs].</param>
    /// <param name="state">The state of each sequence before the row, [sequences, <see cref="StateWidth"/>].</param>
    /// <returns>
    /// h of the last layer, [sequences, <see cref="Outputs"/>], and the state of each sequence after the row.
    /// </returns>
    /// <exception cref="InvalidOperationException">The network is bidirectional.</exception>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    public (Tensor<T> Y, Tensor<T> State) Step(Tensor<T> x, Tensor<T> state)
    {
        if (directions > 1)
            throw new InvalidOperationException($"{Name}.Step: the backward direction begins at a sequence's end; " +
                "use Forward, or a network with one direction.");
        var after = new List<Tensor<T>>();
        var y = Run(x, SequenceLayout.Full(x.Shape[0], 1), state, after);
        return (y, after.Count == 1 ? after[0] : Op.Concatenate(after, 1)); // [sequences, state width]
    }

    /// <summary>Runs the recurrence of one layer in one direction.</summary>
    private protected abstract Tensor<T> Recur(
        Tensor<T> projected, Tensor<T> weight, Tensor<T> bias, SequenceLayout layout, Tensor<T>? initial, bool reverse);

    private string Name => GetType().Name.Split('`')[0];

    private Tensor<T> Run(Tensor<T> x, SequenceLayout layout, Tensor<T>? initial, List<Tensor<T>>? after)
    {
        var tape = x.Tape;
        var width = states * hidden;
        if (initial is not null && (initial.Shape.Rank != 2 || initial.Shape[1] != StateWidth))
            throw new ShapeException($"{Name}: the initial state is {initial.Shape}; it must be " +
                $"[{layout.Sequences}, {StateWidth}].");
        var outputs = new Tensor<T>[directions];
        for (var pass = 0; pass < passes.Count; pass++)
        {
            var p = passes[pass];
            var before = initial is null ? null : Op.Slice(initial, 1, pass * width, width); // [sequences, states h]
            var projected = Op.Linear(x, tape.Use(p.InputWeight), tape.Use(p.InputBias)); // [rows, gates h]
            var y = Recur(
                projected, tape.Use(p.HiddenWeight), tape.Use(p.HiddenBias), layout, before,
                p.IsReverse); // [rows, states h]
            after?.Add(y);
            outputs[pass % directions] = states == 1
                ? y
                : Op.Reshape(Op.Slice(y, 1, 0, hidden), [y.Shape[0], hidden]); // [rows, h]
            if (pass % directions < directions - 1) continue;
            x = directions == 1 ? outputs[0] : Op.Concatenate(outputs, 1); // [rows, directions h]
            if (pass < passes.Count - 1) x = Op.Dropout(x, dropout);
        }
        return x;
    }

    private sealed record Direction(
        Parameter<T> InputWeight, Parameter<T> HiddenWeight, Parameter<T> InputBias, Parameter<T> HiddenBias,
        bool IsReverse);
}
