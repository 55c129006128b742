// Example 5: attention. Run it from the root of the repository:
//     dotnet run Engine/Examples/05-attention.cs
#:project ../Engine.csproj
#:property PublishAot=false
using Engine;
using Engine.Layers;

// Attention lets each position of a sentence read from other positions. The query of a position is multiplied with the
// keys of all positions; softmax turns these scores into weights that sum to 1; the output is the weighted sum of the
// values: softmax(Q K^T / sqrt(dK)) V (Vaswani et al. 2017, equation 1).
using var tape = new Tape<float>(Mode.Inference);
var q = tape.Constant([3, 2], [4, 0, 0, 4, 4, 4]);                   // [queries, dK]: position 0 asks for feature 0 ...
var k = tape.Constant([3, 2], [1, 0, 0, 1, 1, 1]);                   // [keys, dK]: position 0 offers feature 0 ...
var v = tape.Constant([3, 1], [10, 20, 30]);                         // [keys, dV]

var (output, weights) = Op.ScaledDotProductAttention(q, k, v);
Show("every position sees every position:", weights, output);        // weights [queries, keys], output [queries, dV]

// In a decoder a position must not see later positions, since they hold the tokens that the decoder has to predict.
// A causal mask sets the scores of later positions to -infinity. Their weights become 0; the other weights sum to 1.
(output, weights) = Op.ScaledDotProductAttention(q, k, v, Mask.Causal(3));
Show("causal mask:", weights, output);

// A mask can be any array of booleans; true hides. This mask hides key 2 from every query, as if key 2 were padding.
(output, weights) = Op.ScaledDotProductAttention(q, k, v, new Mask([3], [false, false, true]));
Show("key 2 hidden:", weights, output);

// The fast attention stores no mask. A SequenceLayout says which rows form which sentence: here rows 0 and 1 form one
// sentence, and row 2 forms another. Rows of different sentences do not see each other.
var rows = tape.Constant([3, 4], [1, 0, 2, 0, 0, 1, 0, 2, 1, 1, 1, 1]);      // [rows, dModel]
var layout = SequenceLayout.Packed([2, 1]);
var attention = new MultiHeadAttention<float>(dModel: 4, heads: 2, new RandomStream(seed: 1));
var y = attention.Forward(rows, layout, causal: true);               // [rows, dModel]
Console.WriteLine($"multi-head attention: {rows.Shape} -> {y.Shape}");

static void Show(string title, Tensor<float> weights, Tensor<float> output)
{
    Console.WriteLine(title);
    var (w, o) = (weights.ToArray(), output.ToArray());
    for (var i = 0; i < 3; i++)
    {
        var row = string.Join(" ", w.Skip(3 * i).Take(3).Select(weight => $"{weight:F2}"));
        Console.WriteLine($"  query {i}: weights {row}, output {o[i]:F1}");
    }
}

// It prints:
//     every position sees every position:
//       query 0: weights 0.49 0.03 0.49, output 20.0
//       query 1: weights 0.03 0.49 0.49, output 24.6
//       query 2: weights 0.05 0.05 0.89, output 28.4
//     causal mask:
//       query 0: weights 1.00 0.00 0.00, output 10.0
//       query 1: weights 0.06 0.94 0.00, output 19.4
//       query 2: weights 0.05 0.05 0.89, output 28.4
//     key 2 hidden:
//       query 0: weights 0.94 0.06 0.00, output 10.6
//       query 1: weights 0.06 0.94 0.00, output 19.4
//       query 2: weights 0.50 0.50 0.00, output 15.0
//     multi-head attention: [3, 4] -> [3, 4]
