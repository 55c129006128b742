// Example 7: training. A Transformer learns to reverse words, in a few seconds. Run it from the root of the repository:
//     dotnet run Engine/Examples/07-training.cs
#:project ../Engine.csproj
#:property PublishAot=false
using Engine;
using Engine.Decoding;
using Engine.Models;
using Engine.Optimizers;
using Engine.Text;

// The library's Transformer is example 6's, with more options. The first four ids of a vocabulary are special
// (padding, unknown, begin, end); here the letters a to h follow.
const int Letters = 8, FirstLetter = 4, BatchSize = 32, Updates = 400;
var random = new RandomStream(seed: 1);
var model = new Transformer<float>(
    new TransformerConfiguration
    {
        SourceVocabulary = FirstLetter + Letters, TargetVocabulary = FirstLetter + Letters,
        DModel = 32, Heads = 4, DFf = 64, EncoderLayers = 1, DecoderLayers = 1,
    },
    random.Fork(0));
// The learning rate rises during the first 50 updates and falls to zero after them.
var adam = new Adam<float>(model.Parameters, beta2: 0.98);
var schedule = new LinearSchedule(peak: 0.01, warmup: 50, Updates);

for (var update = 1; update <= Updates; update++)
{
    // A batch: words of 3 to 6 letters, packed one after the other without padding.
    var words = Enumerable.Range(0, BatchSize).Select(_ => NewWord(random)).ToArray();
    var targets = words.Select(Reversed).ToArray();
    int[] source = [.. words.SelectMany(word => word.Append(Vocabulary.End))];         // [srcRows]
    int[] input = [.. targets.SelectMany(word => word.Prepend(Vocabulary.Begin))];     // [tgtRows]
    int[] next = [.. targets.SelectMany(word => word.Append(Vocabulary.End))];         // [tgtRows]
    var layout = SequenceLayout.Packed([.. words.Select(word => word.Length + 1)]);    // the same for both sides

    // A step: forward, loss, backward, clipping, update. Dropout, if the model had any, would draw from the stream that
    // the tape is given.
    using var tape = new Tape<float>(Mode.Training, random.Fork(update));
    var memory = model.Encode(tape, source, layout);                                   // [srcRows, dModel]
    var rows = model.Decode(tape, input, layout, memory, layout);                      // [tgtRows, dModel]
    var loss = model.Loss(rows, next, labelSmoothing: 0, divisor: next.Length);        // []: mean over tokens
    var gradients = tape.Backward(loss);
    GradientClipping.ByNorm(gradients, maximumNorm: 1);
    adam.LearningRate = schedule.At(update);
    adam.Step(gradients);
    if (update is 1 or 100 or 200 or Updates)
        Console.WriteLine($"update {update}: learning rate {adam.LearningRate:F4}, loss {loss.Item():F1}");
}

// Validation: new words, decoded greedily.
var test = Enumerable.Range(0, 200).Select(_ => NewWord(random)).ToArray();
var found = Greedy.Decode(model, [.. test.Select(word => (int[])[.. word, Vocabulary.End])], length => length + 2);
var right = test.Zip(found).Count(pair => Reversed(pair.First).SequenceEqual(pair.Second));
Console.WriteLine($"{Text(test[0])} -> {Text(found[0])}");
Console.WriteLine(right > 190 ? "more than 95% of the new words are right" : $"only {right} of 200 words are right");

static int[] NewWord(RandomStream random) =>
    [.. Enumerable.Range(0, 3 + random.NextInteger(4)).Select(_ => FirstLetter + random.NextInteger(Letters))];

static int[] Reversed(int[] word) => [.. Enumerable.Reverse(word)];

static string Text(int[] word) => string.Concat(word.Select(id => (char)('a' + id - FirstLetter)));

// It prints:
//     update 1: learning rate 0.0002, loss 3.7
//     update 100: learning rate 0.0086, loss 0.6
//     update 200: learning rate 0.0057, loss 0.1
//     update 400: learning rate 0.0000, loss 0.0
//     gef -> feg
//     more than 95% of the new words are right
