#:package Microsoft.ML.OnnxRuntime@1.31.1
#:property ManagePackageVersionsCentrally=false
#:property InvariantGlobalization=true
#:property PublishAot=false

// Labels lines with ONNX Runtime:    dotnet run classify.cs < lines
// A folder that "engine export" wrote may be named:    dotnet run classify.cs -- FOLDER < lines

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

var folder = args.Length > 0 ? args[0] : AppContext.GetData("EntryPointFileDirectoryPath") as string ?? ".";
var text = new ModelText(folder);
using var options = new RunOptions();
using var classifier = new InferenceSession(Path.Combine(folder, "classifier.onnx"));
using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false));
using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { NewLine = "\n" };
for (var number = 1; input.ReadLine() is { } line; number++)
{
    var ids = text.Encode(line);
    if (ids.Count + 1 > text.KnownPositions)
    {
        output.Flush();
        Console.Error.WriteLine($"line {number} has {ids.Count} tokens; the model knows {text.KnownPositions - 1}");
        return 2;
    }
    output.WriteLine(ids.Count == 0 ? "" : Classify([.. ids, ModelText.End]));
}
return 0;

string Classify(long[] source)
{
    using var ids = OrtValue.CreateTensorValueFromMemory(source, [1, source.Length]); // [1, length]
    using var mask = OrtValue.CreateTensorValueFromMemory([.. source.Select(_ => 1L)], [1, source.Length]);
    using var found = classifier.Run(
        options, new Dictionary<string, OrtValue> { ["input_ids"] = ids, ["attention_mask"] = mask }, ["logits"]);
    var logits = found[0].GetTensorDataAsSpan<float>(); // [1, labels]
    var best = 0;
    for (var label = 1; label < logits.Length; label++) if (logits[label] > logits[best]) best = label;
    return text.Label(best);
}
