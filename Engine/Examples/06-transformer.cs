// Example 6: a Transformer on one page. Run it from the root of the repository:
//     dotnet run Engine/Examples/06-transformer.cs
#:project ../Engine.csproj
#:property PublishAot=false
using Engine;
using Engine.Layers;
using Engine.Optimizers;

// Token ids: 0 begins a sentence, 1 ends it, 2 to 7 are words. The model learns to translate 2 3 4 to 4 3 2 and 5 6 to
// 6 5. All tokens of a batch lie in one array; layouts say which of them form which sentence.
int[] source = [2, 3, 4, 5, 6];                                      // [srcRows]: two sentences, one after the other
int[] input = [0, 4, 3, 2, 0, 6, 5];                                 // [tgtRows]: what the decoder has read so far
int[] next = [4, 3, 2, 1, 6, 5, 1];                                  // [tgtRows]: the token that should come next
var (sourceLayout, targetLayout) = (SequenceLayout.Packed([3, 2]), SequenceLayout.Packed([4, 3]));

var model = new TinyTransformer(vocabulary: 8, dModel: 16, heads: 2, dFf: 32, new RandomStream(seed: 1));
var adam = new Adam<float>(model.Parameters, learningRate: 0.01);
Console.WriteLine($"{model.Parameters.Sum(parameter => parameter.Count)} numbers to learn");
for (var update = 0; update <= 20; update++)
{
    using var tape = new Tape<float>();
    var logits = model.Forward(tape, source, sourceLayout, input, targetLayout);   // [tgtRows, vocabulary]
    var loss = Op.CrossEntropy(logits, next);                        // []: mean of -ln p(next token)
    if (update % 5 == 0) Console.WriteLine($"update {update}: loss {loss.Item():F1}");
    adam.Step(tape.Backward(loss));
    if (update == 20)
        Console.WriteLine($"likeliest next tokens: {string.Join(" ", next.Select((_, row) => Likeliest(row)))}");

    int Likeliest(int row) => Enumerable.Range(0, logits.Shape[1]).MaxBy(token => logits[row, token]);
}

internal sealed class TinyTransformer : Module<float>
{
    private readonly Embedding<float> tokens;
    private readonly SinusoidalPositions<float> positions;
    private readonly MultiHeadAttention<float> encoderAttention, decoderAttention, crossAttention;
    private readonly FeedForward<float> encoderFeedForward, decoderFeedForward;
    private readonly LayerNorm<float>[] norms;
    private readonly Linear<float> projection;
    private readonly double scale;

    public TinyTransformer(int vocabulary, int dModel, int heads, int dFf, RandomStream random)
    {
        scale = Math.Sqrt(dModel);                                   // embeddings as large as positions
        tokens = Add("tokens", new Embedding<float>(vocabulary, dModel, random));
        positions = new SinusoidalPositions<float>(dModel);          // sines and cosines: no parameters
        encoderAttention = Add("encoder_attention", new MultiHeadAttention<float>(dModel, heads, random));
        encoderFeedForward = Add("encoder_feed_forward", new FeedForward<float>(dModel, dFf, random));
        decoderAttention = Add("decoder_attention", new MultiHeadAttention<float>(dModel, heads, random));
        crossAttention = Add("cross_attention", new MultiHeadAttention<float>(dModel, heads, random));
        decoderFeedForward = Add("decoder_feed_forward", new FeedForward<float>(dModel, dFf, random));
        norms = [.. Enumerable.Range(0, 5).Select(i => Add($"norms.{i}", new LayerNorm<float>(dModel)))];
        projection = Add("projection", new Linear<float>(dModel, vocabulary, random));
    }

    public Tensor<float> Forward(
        Tape<float> tape, int[] source, SequenceLayout sourceLayout, int[] input, SequenceLayout targetLayout)
    {
        // The encoder: each source token attends to all tokens of its sentence. The output of each part is added to
        // its input (a residual connection), and the sum is normalized.
        var x = Embed(tape, source, sourceLayout);                   // [srcRows, dModel]
        x = norms[0].Forward(x + encoderAttention.Forward(x, sourceLayout));
        var memory = norms[1].Forward(x + encoderFeedForward.Forward(x));           // [srcRows, dModel]

        // The decoder: each target token attends to itself and to the tokens before it (causal), then to the memory.
        var z = Embed(tape, input, targetLayout);                    // [tgtRows, dModel]
        z = norms[2].Forward(z + decoderAttention.Forward(z, targetLayout, causal: true));
        var keysAndValues = crossAttention.ProjectMemory(memory);    // [srcRows, 2 dModel]
        z = norms[3].Forward(z + crossAttention.Forward(z, targetLayout, keysAndValues, sourceLayout));
        z = norms[4].Forward(z + decoderFeedForward.Forward(z));     // [tgtRows, dModel]
        return projection.Forward(z);                                // [tgtRows, vocabulary]
    }

    private Tensor<float> Embed(Tape<float> tape, int[] ids, SequenceLayout layout) =>
        (tokens.Forward(tape, ids) * scale) + positions.Forward(tape, layout);      // [rows, dModel]
}

// It prints:
//     5832 numbers to learn
//     update 0: loss 2.7
//     update 5: loss 0.6
//     update 10: loss 0.2
//     update 15: loss 0.1
//     update 20: loss 0.0
//     likeliest next tokens: 4 3 2 1 6 5 1
