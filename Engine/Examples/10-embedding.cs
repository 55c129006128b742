// Example 10: a trained model inside a program. Run it from the root of the repository:
//     dotnet run Engine/Examples/10-embedding.cs
#:project ../Engine.csproj
#:property PublishAot=false
using Engine;
using Engine.Decoding;
using Engine.Text;
using Engine.Training;

// A model folder holds everything that translation needs: weights, tokenizers and configuration. "engine train" writes
// such a folder. This program writes its own first, for a small task: numbers below 1000 become English words.
var folder = Directory.CreateTempSubdirectory().FullName;
var numbers = ParallelCorpus.Of([.. Enumerable.Range(0, 1000).Select(n => ($"{n}", InWords(n)))]);
var (train, valid) = numbers.HoldOut(200, seed: 1);
var configuration = new TrainingConfiguration
{
    SourceTokenizer = "char", TargetTokenizer = "word", DModel = 32, DFf = 64, Heads = 4, Layers = 1, Dropout = 0,
    LearningRate = 0.01, Warmup = 50, BatchTokens = 256, Epochs = 50, ValidEvery = 250,
};
using (var team = new ThreadTeam(threads: 2))
{
    var untrained = TranslationModel.Create(configuration, train);
    new Trainer(untrained, train, valid, folder, team, new Observer()).Run(CancellationToken.None);
}

// A program that only translates needs two calls: Load, once, and Translate. Load checks that the files fit together.
var model = TranslationModel.Load(folder);
Console.WriteLine(string.Join("; ", model.Translate(["7", "42", "365", "999"])));

// Translate does not change the model, so any number of threads may call it at the same time. A translation depends
// neither on the number of threads nor on the lines that are translated with it.
var lines = valid.Source;
var together = new string[lines.Count];
Parallel.For(0, lines.Count, i => together[i] = model.Translate([lines[i]])[0]);
Console.WriteLine($"one by one on many threads, or all in one call: {together.SequenceEqual(model.Translate(lines))}");
var right = together.Zip(valid.Target).Count(pair => pair.First == pair.Second);
Console.WriteLine(right > 190 ? "more than 95% of the new numbers are right" : $"only {right} of 200 are right");

// Greedy decoding is the default; TranslationOptions name another decoder. Beam search also gives scores.
var options = new TranslationOptions { Decoder = new BeamOptions { Width = 4, NBest = 2 } };
var found = model.Translate(["111"], options)[0];
Console.WriteLine($"{found.Count} translations of 111; the best is '{found[0].Text}'");

Directory.Delete(folder, recursive: true);

static string InWords(int n)
{
    string[] small =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ];
    string[] tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    return n < 20 ? small[n]
        : n < 100 ? tens[(n / 10) - 2] + Rest(n % 10)
        : $"{small[n / 100]} hundred{Rest(n % 100)}";

    string Rest(int rest) => rest == 0 ? "" : $" {InWords(rest)}";
}

// The trainer reports to an observer. This observer prints how well the model does on the validation pairs.
internal sealed class Observer : ITrainingObserver
{
    public void Started(TrainingPlan plan) => Console.WriteLine($"{plan.TrainPairs} training pairs");

    public void Updated(UpdateReport report)
    {
    }

    public void Validated(ValidationReport report) =>
        Console.WriteLine($"update {report.Update}: validation loss {report.Loss.Plain:F1}");
}

// It prints:
//     800 training pairs
//     update 250: validation loss 0.2
//     update 500: validation loss 0.1
//     update 750: validation loss 0.1
//     seven; forty two; three hundred sixty five; nine hundred ninety nine
//     one by one on many threads, or all in one call: True
//     more than 95% of the new numbers are right
//     2 translations of 111; the best is 'one hundred eleven'
