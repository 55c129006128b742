#:package Microsoft.ML.OnnxRuntime@1.31.1
#:property ManagePackageVersionsCentrally=false
#:property InvariantGlobalization=true
#:property PublishAot=false

// Translates lines with ONNX Runtime, greedily:    dotnet run translate.cs < lines
// A folder that "engine export" wrote may be named:    dotnet run translate.cs -- FOLDER < lines

using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

var folder = args.Length > 0 ? args[0] : AppContext.GetData("EntryPointFileDirectoryPath") as string ?? ".";
var text = new ModelText(folder);
using var options = new RunOptions();
using var encoder = new InferenceSession(Path.Combine(folder, "encoder.onnx"));
using var decoder = new InferenceSession(Path.Combine(folder, "decoder.onnx"));
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
    output.WriteLine(ids.Count == 0 ? "" : text.Decode(Translate([.. ids, ModelText.End])));
}
return 0;

List<int> Translate(long[] source)
{
    // Each input of the decoder is an output of the encoder, of the step before (present.X becomes past.X), the mask
    // or the last token; keys and values of no tokens come first.
    using var mask = Of([.. source.Select(_ => 1L)]);
    using var sourceIds = Of(source);
    using var encoded = encoder.Run(
        options, new Dictionary<string, OrtValue> { ["input_ids"] = sourceIds, ["attention_mask"] = mask },
        encoder.OutputNames);
    var state = encoder.OutputNames.Zip(encoded).ToDictionary(value => value.First, value => value.Second);
    state["attention_mask"] = mask;
    foreach (var (name, metadata) in decoder.InputMetadata)
    {
        if (name == "input_ids" || state.ContainsKey(name)) continue;
        var shape = Array.ConvertAll(metadata.Dimensions, size => (long)size); // [batch, heads, past, features]
        (shape[0], shape[2]) = (1, 0);
        state[name] = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, Microsoft.ML.OnnxRuntime.Tensors.TensorElementType.Float, shape);
    }
    var translation = new List<int>();
    IDisposable? before = null;
    for (long token = ModelText.Begin; translation.Count < text.LongestTranslation(source.Length);)
    {
        using var last = Of([token]);
        state["input_ids"] = last;
        var step = decoder.Run(
            options, decoder.InputNames.ToDictionary(name => name, name => state[name]), decoder.OutputNames);
        before?.Dispose();
        before = step;
        foreach (var (name, value) in decoder.OutputNames.Zip(step))
            if (name.StartsWith("present.", StringComparison.Ordinal)) state["past." + name[8..]] = value;
        var logits = step[0].GetTensorDataAsSpan<float>(); // [1, vocabulary]
        token = ModelText.Unknown; // padding and begin, before and after it, are never chosen
        for (var id = ModelText.End; id < logits.Length; id++) if (logits[id] > logits[(int)token]) token = id;
        if (token == ModelText.End) break;
        translation.Add((int)token);
    }
    before?.Dispose();
    return translation;
}

static OrtValue Of(long[] ids) => OrtValue.CreateTensorValueFromMemory(ids, [1, ids.Length]); // [1, length]
