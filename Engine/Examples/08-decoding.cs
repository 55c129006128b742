// Example 8: decoding, that is, from probabilities to sentences. Run it from the root of the repository:
//     dotnet run Engine/Examples/08-decoding.cs
#:project ../Engine.csproj
#:property PublishAot=false
using Engine;
using Engine.Decoding;
using Engine.Models;
using Engine.Optimizers;
using Engine.Text;

// The model of example 7 learns a task with two right answers: 28 of 40 words are repeated in lower case, 12 in upper
// case. So the model should give each word two translations, with probabilities of about 0.7 and 0.3.
const int Letters = 8, FirstLetter = 4, BatchSize = 40, LowerCase = 28, Updates = 400;
var model = Train();

// One sentence to translate: the ids of "abcd", then the end token. MaximumLength limits the length of translations.
int[][] sources = [[FirstLetter, FirstLetter + 1, FirstLetter + 2, FirstLetter + 3, Vocabulary.End]];
static int MaximumLength(int sourceLength) => sourceLength + 2;

// Greedy decoding appends the likeliest token again and again, until that is the end token.
Console.WriteLine($"greedy: {Text(Greedy.Decode(model, sources, MaximumLength)[0])}");

// Beam search keeps the Width likeliest beginnings at each step and returns whole translations, the best first.
// Without a length penalty a score is ln p, where p is the probability of the whole translation.
var beam = new BeamOptions { Width = 4, NBest = 2, LengthPenalty = 0 };
foreach (var found in Beam.Decode(model, sources, MaximumLength, beam)[0])
    Console.WriteLine($"beam: {Text(found.Tokens)} with probability {Math.Exp(found.Score):F1}");

// Sampling draws each token by its probability. The same seed draws the same translations.
var sampling = new SamplingOptions { NBest = 8, Seed = 4 };
Console.WriteLine($"samples: {Texts(Sampling.Decode(model, sources, MaximumLength, sampling)[0])}");

// A low temperature T makes likely tokens likelier still: p^(1/T), normalized, is 0.9998 in place of 0.7 at T = 0.1.
var cold = sampling with { Temperature = 0.1 };
Console.WriteLine($"temperature 0.1: {Texts(Sampling.Decode(model, sources, MaximumLength, cold)[0])}");

// Top-p draws only from the fewest likeliest tokens whose probabilities sum to at least p. Here the first token alone
// has 0.7, which is more than 0.5, so the second is never drawn.
var nucleus = sampling with { TopP = 0.5 };
Console.WriteLine($"top-p 0.5: {Texts(Sampling.Decode(model, sources, MaximumLength, nucleus)[0])}");

static int[] NewWord(RandomStream random) =>
    [.. Enumerable.Range(0, 3 + random.NextInteger(4)).Select(_ => FirstLetter + random.NextInteger(Letters))];

static string Texts(Hypothesis[] found) => string.Join(" ", found.Select(one => Text(one.Tokens)));

static string Text(IEnumerable<int> ids) => string.Concat(ids.Select(id => "abcdefghABCDEFGH"[id - FirstLetter]));

static Transformer<float> Train()
{
    var random = new RandomStream(seed: 1);
    var configuration = new TransformerConfiguration
    {
        SourceVocabulary = FirstLetter + Letters, TargetVocabulary = FirstLetter + (2 * Letters),
        DModel = 32, Heads = 4, DFf = 64, EncoderLayers = 1, DecoderLayers = 1,
    };
    var model = new Transformer<float>(configuration, random.Fork(0));
    var adam = new Adam<float>(model.Parameters, beta2: 0.98);
    var schedule = new LinearSchedule(peak: 0.01, warmup: 50, Updates);
    for (var update = 1; update <= Updates; update++)
    {
        int[][] words = [.. Enumerable.Range(0, BatchSize).Select(_ => NewWord(random))];
        int[][] targets = [.. words.Select((word, i) => i < LowerCase ? word : [.. word.Select(id => id + Letters)])];
        int[] next = [.. targets.SelectMany(word => word.Append(Vocabulary.End))];
        var layout = SequenceLayout.Packed([.. words.Select(word => word.Length + 1)]);
        using var tape = new Tape<float>(Mode.Training, random.Fork(update));
        var memory = model.Encode(tape, [.. words.SelectMany(word => word.Append(Vocabulary.End))], layout);
        int[] input = [.. targets.SelectMany(word => word.Prepend(Vocabulary.Begin))];
        var loss = model.Loss(model.Decode(tape, input, layout, memory, layout), next, divisor: next.Length);
        adam.LearningRate = schedule.At(update);
        adam.Step(tape.Backward(loss));
    }
    return model;
}

// It prints:
//     greedy: abcd
//     beam: abcd with probability 0.7
//     beam: ABCD with probability 0.3
//     samples: abcd abcd abcd abcd ABCD abcd abcd ABCD
//     temperature 0.1: abcd abcd abcd abcd abcd abcd abcd abcd
//     top-p 0.5: abcd abcd abcd abcd abcd abcd abcd abcd
