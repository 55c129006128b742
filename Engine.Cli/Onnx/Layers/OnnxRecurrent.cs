using System.Diagnostics;

namespace Engine.Cli;

/// <summary>The layers Rnn, Gru and Lstm: several layers, in one or both directions.</summary>
internal static class OnnxRecurrent
{
    /// <summary>Reads whole sentences in both directions.</summary>
    /// <param name="n">The network.</param>
    /// <param name="path">The path of the layer.</param>
    /// <param name="x">[batch, length, dModel].</param>
    /// <param name="lengths">The tokens of each sentence, in 32 bits, [batch].</param>
    /// <returns>[batch, length, dModel]: half of the features of each direction.</returns>
    public static OnnxValue Encode(OnnxNetwork n, string path, OnnxValue x, OnnxValue lengths)
    {
        n.Graph.Enter(path);
        var hidden = n.Configuration.DModel / 2;
        x = x.Permute(1, 0, 2); // [length, batch, dModel]
        for (var layer = 0; layer < n.Configuration.Layers; layer++)
        {
            var y = Layer(n, path, layer, hidden, "bidirectional", x, lengths, [])[0]; // [length, 2, batch, hidden]
            x = y.Permute(0, 2, 1, 3).Reshape(0, 0, 2 * hidden); // [length, batch, dModel]
        }
        return x.Permute(1, 0, 2);
    }

    /// <summary>Reads one more row of each sentence.</summary>
    /// <param name="n">The network.</param>
    /// <param name="path">The path of the layer.</param>
    /// <param name="x">[batch, 1, dModel].</param>
    /// <param name="state">h of each layer, of an LSTM followed by c, [batch, width].</param>
    /// <returns>h of the last layer, [batch, 1, dModel], and the next state, [batch, width].</returns>
    public static (OnnxValue Y, OnnxValue State) Step(OnnxNetwork n, string path, OnnxValue x, OnnxValue state)
    {
        n.Graph.Enter(path);
        var (hidden, states) = (n.Configuration.DModel, StatesOf(n));
        var after = new List<OnnxValue>();
        x = x.Permute(1, 0, 2); // [1, batch, dModel]
        for (var layer = 0; layer < n.Configuration.Layers; layer++)
        {
            var before = Enumerable.Range(layer * states, states)
                .Select(i => state.Slice(1, i * hidden, (i + 1) * hidden).Unsqueeze(0)).ToArray(); // [1, batch, hidden]
            var found = Layer(n, path, layer, hidden, "forward", x, null, before);
            x = found[0].Squeeze(1); // [1, batch, hidden]
            after.AddRange(found[1..].Select(value => value.Squeeze(0))); // [batch, hidden]
        }
        return (x.Permute(1, 0, 2), n.Graph.Node("Concat", [.. after], ("axis", 1L)));
    }

    /// <summary>The numbers of a state.</summary>
    public static int Width(OnnxNetwork n) => n.Configuration.Layers * StatesOf(n) * n.Configuration.DModel;

    private static int StatesOf(OnnxNetwork n) => n.Configuration.Architecture == "lstm" ? 2 : 1;

    /// <summary>A layer. It gives the rows, then the last h, and of an LSTM the last c.</summary>
    private static OnnxValue[] Layer(
        OnnxNetwork n, string path, int layer, int hidden, string direction, OnnxValue x, OnnxValue? lengths,
        OnnxValue[] before)
    {
        // PyTorch's gates are r z n of a GRU and i f g o of an LSTM; ONNX orders them z r h and i o f c.
        (string Operation, int[] Gates) = n.Configuration.Architecture switch
        {
            "rnn" => ("RNN", [0]),
            "gru" => ("GRU", [1, 0, 2]),
            "lstm" => ("LSTM", (int[])[0, 3, 1, 2]),
            _ => throw new UnreachableException(),
        };
        string[] suffixes = direction == "forward" ? [""] : ["", "_reverse"];
        var name = FormattableString.Invariant($"l{layer}");
        OnnxValue?[] inputs =
        [
            x, Weight("weight_ih_"), Weight("weight_hh_"), Bias(), lengths, .. before,
        ];
        List<(string, object)> attributes = [("hidden_size", (long)hidden), ("direction", direction)];
        // n = tanh(W x + b + r (U h + c)), as PyTorch and cuDNN have it.
        if (Operation == "GRU") attributes.Add(("linear_before_reset", 1L));
        return n.Graph.Node(Operation, Operation == "LSTM" ? 3 : 2, inputs, [.. attributes]);

        OnnxValue Weight(string kind)
        {
            var columns = n.Weights.Shape($"{path}.{kind}{name}")[1];
            float[] values = [.. suffixes.SelectMany(suffix => Ordered($"{path}.{kind}{name}{suffix}", columns))];
            return n.Graph.Weight(
                $"{path}.{kind}{name} ordered", [suffixes.Length, Gates.Length * hidden, columns], values);
        }

        OnnxValue Bias() => n.Graph.Weight(
            $"{path}.bias_{name} ordered", [suffixes.Length, 2 * Gates.Length * hidden],
            [
                .. suffixes.SelectMany(suffix => Ordered($"{path}.bias_ih_{name}{suffix}", 1)
                    .Concat(Ordered($"{path}.bias_hh_{name}{suffix}", 1))),
            ]);

        IEnumerable<float> Ordered(string weight, int columns)
        {
            var values = n.Weights.Of(weight);
            return Gates.SelectMany(gate => values.Skip(gate * hidden * columns).Take(hidden * columns));
        }
    }
}
