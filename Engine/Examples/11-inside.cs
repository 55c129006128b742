// Example 11: a look inside. Run it from the root of the repository:
//     dotnet run Engine/Examples/11-inside.cs
#:project ../Engine.csproj
#:property PublishAot=false
using Engine;
using Engine.Decoding;
using Engine.Inspection;
using Engine.Layers;
using Engine.Text;
using Engine.Training;

// A model that reverses three letters, trained for a second or two.
var letters = new RandomStream(1);
string Letters() => string.Join(' ', Enumerable.Range(0, 3).Select(_ => "abcde"[letters.NextInteger(5)]));
string[] lines = [.. Enumerable.Range(0, 400).Select(_ => Letters())];
var corpus = ParallelCorpus.Of([.. lines.Select(line => (line, string.Join(' ', line.Split(' ').Reverse())))]);
var (train, valid) = corpus.HoldOut(50, seed: 1);
var configuration = new TrainingConfiguration
{
    SourceTokenizer = "word", TargetTokenizer = "word", DModel = 32, DFf = 64, Heads = 2, Layers = 1, Dropout = 0,
    LearningRate = 0.01, Warmup = 50, BatchTokens = 256, Epochs = 40, ValidEvery = 100,
};
var model = TranslationModel.Create(configuration, train);
using (var team = new ThreadTeam(threads: 2))
    new Trainer(model, train, valid, Directory.CreateTempSubdirectory().FullName, team, new Quiet())
        .Run(CancellationToken.None);

// A recorded pass has every value that the network computed for a sentence. Here: where each target position looks.
var pass = PassRecorder.Record(model, "a b c");
Console.WriteLine($"a b c -> {pass.TargetText}, log-probability {pass.LogProbability:0.0}");
foreach (var weights in pass.Attention.Where(weights => weights.Kind == AttentionKind.Cross))
{
    for (var query = 0; query < weights.Queries; query++)
    {
        var looked = Enumerable.Range(0, weights.Keys).MaxBy(key => weights[0, query, key] + weights[1, query, key]);
        Console.WriteLine($"  after '{pass.Target[query].Text}' it looks at '{pass.Source[looked].Text}' most");
    }
}

// An observer sees the same while the network computes, on a tape of your own; without one, nothing is kept.
using (var tape = new Tape<float>(Mode.Inference))
{
    tape.Observer = new AttentionObserver<float>(model.Network, weights =>
        Console.WriteLine($"  {weights.Path}: {weights.Heads} heads, {weights.Queries} queries, {weights.Keys} keys"));
    model.Network.Encode(tape, [4, 5, 6, 3], SequenceLayout.Full(1, 4));
}

// Parts can be switched off. The weights stay as they are: the parts are left out of the computation.
var without = Comparison.Of(model, "a b c", "c b a", new Interventions { Positions = true });
Console.WriteLine($"without positions: {without.TranslationWithout}, "
    + $"loss {without.LossWithout:0.0} in place of {without.Loss:0.0}");

// A decoder tells what it considered in each step.
var beam = new TranslationOptions { Decoder = new BeamOptions { Width = 2 } };
foreach (var step in DecodingTracer.Trace(model, "a b c", beam).Steps)
    foreach (var row in step.Rows)
        Console.WriteLine($"  {string.Join(' ', row.Tokens.Select(token => token.Text))} | " + string.Join(", ",
            row.Candidates.Select(candidate => $"{candidate.Text} {candidate.Total:0.0} {candidate.Fate}")));

// A recorded step has the tape of one training step: operations, values and gradients.
var record = StepRecorder.Record(model, "a b c", "c b a");
foreach (var node in record.Nodes.Where(node => node.Operation == "Attention"))
{
    var file = Path.GetFileName(node.Caller)!.Split(':')[0];
    Console.WriteLine($"  {node.Path}, called in {file}: |y| = {node.ValueNorm:0}");
}

// Watches nothing of the training.
internal sealed class Quiet : ITrainingObserver
{
    public void Started(TrainingPlan plan)
    {
    }

    public void Updated(UpdateReport report)
    {
    }

    public void Validated(ValidationReport report)
    {
    }
}

// It prints:
//     a b c -> c b a, log-probability -0.4
//       after '<bos>' it looks at 'c' most
//       after 'c' it looks at 'b' most
//       after 'b' it looks at 'a' most
//       after 'a' it looks at '<eos>' most
//       encoder.layers.0.self_attn: 2 heads, 4 queries, 4 keys
//     without positions: a c b a, loss 1.9 in place of 0.1
//        | c -0.1 kept, b -4.4 kept, <unk> -4.5 pruned
//       c | b -0.2 kept, a -4.4 kept, c -4.6 pruned
//       b | c -4.4 pruned, d -8.7 pruned, b -8.7 pruned
//       c b | a -0.3 kept, <eos> -4.4 finished, e -4.5 kept
//       c a | b -4.8 pruned, a -5.8 pruned, <unk> -8.4 pruned
//       c b a | <eos> -0.4 finished, c -4.7 kept, a -4.8 kept
//       c b e | <eos> -4.6 finished, a -7.7 pruned, c -8.8 pruned
//       encoder.layers.0.self_attn, called in MultiHeadAttention.cs: |y| = 4
//       decoder.layers.0.self_attn, called in MultiHeadAttention.cs: |y| = 12
//       decoder.layers.0.multihead_attn, called in MultiHeadAttention.cs: |y| = 11
