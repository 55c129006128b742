using Engine.Models;
using Engine.Storage;
using Engine.Tests.Storage;

namespace Engine.Tests.Models;

/// <summary>PyTorch's nn.Transformer and ours are one in the file: names, shapes, layouts.</summary>
public sealed class EncoderDecoderTests : IDisposable
{
    private const int DModel = 8, DFf = 16;

    // What nn.Transformer(8, 2, 2, 2, 16).state_dict() has in each attention, layer and stack.
    private static readonly string[] Attention =
        ["in_proj_weight [24, 8]", "in_proj_bias [24]", "out_proj.weight [8, 8]", "out_proj.bias [8]"];

    private static readonly string[] FeedForward =
        ["linear1.weight [16, 8]", "linear1.bias [16]", "linear2.weight [8, 16]", "linear2.bias [8]"];

    private static readonly string[] Norm = ["weight [8]", "bias [8]"];

    private static readonly string[] EncoderLayer =
        [.. Under("self_attn", Attention), .. FeedForward, .. Under("norm1", Norm), .. Under("norm2", Norm)];

    private static readonly string[] DecoderLayer =
    [
        .. Under("self_attn", Attention), .. Under("multihead_attn", Attention), .. FeedForward,
        .. Under("norm1", Norm), .. Under("norm2", Norm), .. Under("norm3", Norm),
    ];

    private static readonly string[] StateDict =
    [
        .. Under("encoder.layers.0", EncoderLayer), .. Under("encoder.layers.1", EncoderLayer),
        .. Under("encoder.norm", Norm),
        .. Under("decoder.layers.0", DecoderLayer), .. Under("decoder.layers.1", DecoderLayer),
        .. Under("decoder.norm", Norm),
    ];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Cases => ["transformer.post", "transformer.pre"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_state_dict_of_nn_Transformer_loads_without_renaming_and_computes_what_PyTorch_does(string name)
    {
        using var golden = Open(name);
        WriteStateDict(golden);
        Assert.Equal(StateDict.Order(StringComparer.Ordinal), NamesAndShapes("F64"));
        var model = Model(name);
        SafeTensors.Load(folder["state_dict"], model);
        Close.To(golden.ReadNumbers<double>("out.y"), Run(model, golden), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_loads_into_the_layers_of_a_whole_Transformer_too(string name)
    {
        using var golden = Open(name);
        WriteStateDict(golden);
        var model = new Transformer<double>(Configuration(name), new RandomStream(1));
        SafeTensors.Load(folder["state_dict"], model.EncoderDecoder);
        Close.To(golden.ReadNumbers<double>("out.y"), Run(model.EncoderDecoder, golden), 1e-9);
    }

    [Theory]
    [InlineData(SafeTensorsType.F32, 1e-5)]
    [InlineData(SafeTensorsType.F16, 0.01)]
    [InlineData(SafeTensorsType.BF16, 0.1)]
    public void Weights_of_less_precision_load_and_compute_nearly_the_same(SafeTensorsType type, double tolerance)
    {
        using var golden = Open("transformer.pre");
        WriteStateDict(golden, type);
        Assert.Equal(StateDict.Order(StringComparer.Ordinal), NamesAndShapes($"{type}"));
        var model = Model("transformer.pre");
        SafeTensors.Load(folder["state_dict"], model);
        var y = Run(model, golden);
        Close.To(golden.ReadNumbers<double>("out.y"), y, tolerance);
        Assert.NotEqual(golden.ReadNumbers<double>("out.y"), y);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_saved_has_the_names_and_shapes_of_nn_Transformer_in_its_order(string name)
    {
        var model = Model(name);
        Assert.Equal(StateDict, model.NamedParameters.Select(named => $"{named.Key} {named.Value.Shape}"));
        SafeTensors.Save(folder["state_dict"], model);
        Assert.Equal(StateDict.Order(StringComparer.Ordinal), NamesAndShapes("F64"));
    }

    [Fact]
    public void A_whole_Transformer_has_these_and_its_tables()
    {
        var model = new Transformer<float>(Configuration("transformer.post"), new RandomStream(1));
        SafeTensors.Save(folder["state_dict"], model);
        string[] all = [.. StateDict, "source_embedding.weight [3, 8]", "target_embedding.weight [5, 8]"];
        Assert.Equal(all.Order(StringComparer.Ordinal), NamesAndShapes("F32"));
    }

    [Fact]
    public void A_tensor_of_the_state_dict_that_is_missing_or_is_renamed_is_named()
    {
        using var golden = Open("transformer.pre");
        const string InProj = "decoder.layers.1.multihead_attn.in_proj_weight";
        WriteStateDict(golden, rename: name => name == InProj ? InProj + "s" : name);
        Assert.Equal(
            $"{folder["state_dict"]}: tensor '{InProj}' [24, 8] is missing; was the file saved from another model?",
            SafeTensorsBytes.ErrorOf(() => SafeTensors.Load(folder["state_dict"], Model("transformer.pre"))));
    }

    [Theory]
    [InlineData(SafeTensorsType.F16)]
    [InlineData(SafeTensorsType.BF16)]
    public void A_model_saved_with_less_precision_loads_as_its_rounded_numbers(SafeTensorsType type)
    {
        var (model, copy) = (Model("transformer.post"), Model("transformer.pre"));
        SafeTensors.Save(folder["state_dict"], model, type: type);
        Assert.Equal(StateDict.Order(StringComparer.Ordinal), NamesAndShapes($"{type}"));
        SafeTensors.Load(folder["state_dict"], copy);
        var half = type == SafeTensorsType.F16 ? 1.0 / (1 << 11) : 1.0 / (1 << 8);
        foreach (var (name, parameter) in model.NamedParameters)
        {
            var loaded = copy.NamedParameters.Single(named => named.Key == name).Value.Value.ToArray();
            foreach (var (before, after) in parameter.Value.ToArray().Zip(loaded))
                Assert.InRange(Math.Abs(after - before), 0, (half * Math.Abs(before)) + 1e-7);
        }
        SafeTensors.Save(folder["again"], copy, type: type);
        Assert.Equal(File.ReadAllBytes(folder["state_dict"]), File.ReadAllBytes(folder["again"]));
    }

    private static string[] Under(string prefix, string[] names) => [.. names.Select(name => $"{prefix}.{name}")];

    private static SafeTensorsFile Open(string name) =>
        SafeTensorsFile.Open(Path.Combine(AppContext.BaseDirectory, "Golden", name + ".safetensors"));

    private static TransformerConfiguration Configuration(string name) => new()
    {
        SourceVocabulary = 3, TargetVocabulary = 5, DModel = DModel, DFf = DFf, Heads = 2, EncoderLayers = 2,
        DecoderLayers = 2, NormFirst = name.EndsWith("pre", StringComparison.Ordinal),
    };

    private static EncoderDecoder<double> Model(string name) => new(Configuration(name), new RandomStream(1));

    /// <summary>The recorded inputs through the model, as rows.</summary>
    private static double[] Run(EncoderDecoder<double> model, SafeTensorsFile golden)
    {
        using var tape = new Tape<double>(Mode.Inference);
        Tensor<double> Rows(string input)
        {
            var shape = golden.Entries[input].Shape;
            return tape.Constant([shape[0] * shape[1], shape[2]], golden.ReadNumbers<double>(input));
        }

        // True in PyTorch's mask is a row that is hidden; the recorded rows are the last of a sentence.
        var length = golden.Entries["in.src"].Shape[1];
        var lengths = golden.ReadBooleans("in.src_key_padding_mask").Chunk(length)
            .Select(sentence => sentence.Count(hidden => !hidden)).ToArray();
        Assert.Equal([3, 4], lengths);
        var source = SequenceLayout.Padded(length, lengths);
        var target = SequenceLayout.Full(lengths.Length, golden.Entries["in.tgt"].Shape[1]);
        return model.Decode(Rows("in.tgt"), target, model.Encode(Rows("in.src"), source), source).ToArray();
    }

    /// <summary>The file that PyTorch would write of the recorded module: its parameters, and nothing else.</summary>
    private void WriteStateDict(
        SafeTensorsFile golden, SafeTensorsType type = SafeTensorsType.F64, Func<string, string>? rename = null)
    {
        const string Prefix = "param.";
        SafeTensorsWriter.Write(
            folder["state_dict"],
            golden.Entries.Values.Where(entry => entry.Name.StartsWith(Prefix, StringComparison.Ordinal))
                .Select(entry =>
                {
                    var name = entry.Name[Prefix.Length..];
                    var values = golden.ReadNumbers<double>(entry.Name);
                    return TensorRecord.Of<double>(rename?.Invoke(name) ?? name, entry.Shape, values, type);
                }));
    }

    /// <summary>What the file says it holds, sorted; all of it must be of one type.</summary>
    private string[] NamesAndShapes(string type)
    {
        using var file = SafeTensorsFile.Open(folder["state_dict"]);
        Assert.All(file.Entries.Values, entry => Assert.Equal(type, entry.Type.ToString()));
        return
        [
            .. file.Entries.Values.Select(entry => $"{entry.Name} [{string.Join(", ", entry.Shape.ToArray())}]")
                .Order(StringComparer.Ordinal),
        ];
    }
}
