// Example 9: saving and loading. Run it from the root of the repository:
//     dotnet run Engine/Examples/09-saving.cs
#:project ../Engine.csproj
#:property PublishAot=false
using Engine;
using Engine.Models;
using Engine.Storage;

var folder = Directory.CreateTempSubdirectory().FullName;
var path = Path.Combine(folder, "model.safetensors");

// EncoderDecoder is a Transformer without its token tables: PyTorch's nn.Transformer. It has the names and layouts of
// PyTorch, so that weights go both ways. In Python, after torch.nn.Transformer(d_model=8, nhead=2, ...):
//     safetensors.torch.save_file(transformer.state_dict(), "model.safetensors")          # then SafeTensors.Load here
//     transformer.load_state_dict(safetensors.torch.load_file("model.safetensors"))       # after SafeTensors.Save here
var configuration = new TransformerConfiguration
{
    SourceVocabulary = 1, TargetVocabulary = 1, DModel = 8, Heads = 2, DFf = 16, EncoderLayers = 1, DecoderLayers = 1,
};
var model = new EncoderDecoder<float>(configuration, new RandomStream(seed: 1));

// Save writes a temporary file and renames it at the end: a crash leaves the old file whole. Metadata is free text.
SafeTensors.Save(path, model, new Dictionary<string, string> { ["made by"] = "example 9" });

// A safetensors file says what it holds: a name, a type and a shape for each tensor. No model is needed to read it.
using (var file = SafeTensorsFile.Open(path))
{
    Console.WriteLine($"{file.Entries.Count} tensors, made by {file.Metadata["made by"]}; the encoder layer has:");
    foreach (var (name, entry) in file.Entries.Where(entry => entry.Key.StartsWith("encoder.layers.0.")))
        Console.WriteLine($"  {name} {entry}");
}

// Load fills the parameters of a model of the same shape.
var copy = new EncoderDecoder<float>(configuration, new RandomStream(seed: 2));
Console.WriteLine($"before loading, the weights are equal: {Equal(model, copy)}");
SafeTensors.Load(path, copy);
Console.WriteLine($"after loading, the weights are equal: {Equal(model, copy)}");

// Half the bytes: numbers can be rounded to bfloat16 when they are saved.
var half = Path.Combine(folder, "half.safetensors");
SafeTensors.Save(half, model, type: SafeTensorsType.BF16);
Console.WriteLine($"{new FileInfo(path).Length / 1024} KB as float, {new FileInfo(half).Length / 1024} KB as bfloat16");

// A file of another model is refused before anything changes, and the message says what does not fit.
try
{
    SafeTensors.Load(path, new EncoderDecoder<float>(configuration with { DFf = 32 }, new RandomStream(seed: 3)));
}
catch (InputException mistake)
{
    Console.WriteLine(mistake.Message.Replace(folder + Path.DirectorySeparatorChar, "").Replace("; ", ";\n    "));
}
Directory.Delete(folder, recursive: true);

static bool Equal(EncoderDecoder<float> x, EncoderDecoder<float> z) =>
    x.Parameters.Zip(z.Parameters).All(pair => pair.First.Value.Data.SequenceEqual(pair.Second.Value.Data));

// It prints:
//     34 tensors, made by example 9; the encoder layer has:
//       encoder.layers.0.linear1.bias F32 [16]
//       encoder.layers.0.linear1.weight F32 [16, 8]
//       encoder.layers.0.linear2.bias F32 [8]
//       encoder.layers.0.linear2.weight F32 [8, 16]
//       encoder.layers.0.norm1.bias F32 [8]
//       encoder.layers.0.norm1.weight F32 [8]
//       encoder.layers.0.norm2.bias F32 [8]
//       encoder.layers.0.norm2.weight F32 [8]
//       encoder.layers.0.self_attn.in_proj_bias F32 [24]
//       encoder.layers.0.self_attn.in_proj_weight F32 [24, 8]
//       encoder.layers.0.self_attn.out_proj.bias F32 [8]
//       encoder.layers.0.self_attn.out_proj.weight F32 [8, 8]
//     before loading, the weights are equal: False
//     after loading, the weights are equal: True
//     9 KB as float, 6 KB as bfloat16
//     model.safetensors: tensor 'encoder.layers.0.linear1.weight' is F32 [16, 8], but the model needs [32, 8];
//         its configuration must be the saved model's.
