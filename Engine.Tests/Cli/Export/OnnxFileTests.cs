using System.Globalization;
using System.Text.RegularExpressions;
using Engine.Cli;
using Engine.Layers;
using Engine.Storage;
using Engine.Tests.Architecture;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>The files that <c>engine export</c> writes are ONNX, and have the inputs and outputs that the guide names.
/// </summary>
public sealed partial class OnnxFileTests(ExportedModels models) : IClassFixture<ExportedModels>
{
    public static TheoryData<string> Models => ["transformer", "gru", "classifier", "bpe"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_node_reads_what_is_there_before_it_and_every_constant_has_its_bytes_and_a_reader(string name)
    {
        foreach (var path in Directory.GetFiles(models.Of(name), "*.onnx"))
        {
            var model = OnnxModel.Read(File.ReadAllBytes(path));
            Assert.Equal((8, OnnxFile.Opset), (model.Format, model.Opset));
            var known = model.Inputs.Select(input => input.Name)
                .Concat(model.Constants.Select(constant => constant.Name)).Append("").ToHashSet();
            Assert.Equal(model.Inputs.Count + model.Constants.Count + 1, known.Count);
            foreach (var node in model.Nodes)
            {
                Assert.All(node.Inputs, input => Assert.Contains(input, known));
                Assert.All(node.Outputs, output => Assert.True(known.Add(output), output));
            }
            Assert.All(model.Outputs, output => Assert.Contains(output.Name, known));
            Assert.Equal(model.Nodes.Count, model.Nodes.Select(node => node.Name).Distinct().Count());
            var read = model.Nodes.SelectMany(node => node.Inputs).ToHashSet();
            Assert.All(model.Constants, constant =>
            {
                Assert.Contains(constant.Name, read);
                var size = constant.Type is OnnxType.Float ? 4 : 8;
                Assert.Equal(constant.Sizes.Aggregate(1L, (count, of) => count * of) * size, constant.Length);
            });
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Inputs_and_outputs_are_those_of_the_table_in_the_guide(string name)
    {
        var configuration = ModelFolder.ReadConfiguration(models.Of(name));
        var kind = configuration.Architecture == "transformer" ? "transformer" : "recurrent";
        var written = new List<string>();
        foreach (var path in Directory.GetFiles(models.Of(name), "*.onnx"))
        {
            var model = OnnxModel.Read(File.ReadAllBytes(path));
            foreach (var (side, list) in (IEnumerable<(string, List<OnnxModel.Described>)>)
                [("in", model.Inputs), ("out", model.Outputs)])
            {
                written.AddRange(list.Select(tensor =>
                    $"{Path.GetFileName(path)} {side} {Number().Replace(tensor.Name, ".L.")} "
                    + $"{tensor.Type.ToString().ToLowerInvariant()} [{string.Join(", ", tensor.Sizes)}]"));
            }
        }
        var sizes = new Dictionary<string, int>
        {
            ["dModel / heads"] = configuration.DModel / configuration.Heads, ["dModel"] = configuration.DModel,
            ["heads"] = configuration.Heads, ["width"] = configuration.DModel * configuration.Layers,
            ["vocabulary"] = models.Model(name).TargetTokens, ["labels"] = models.Model(name).TargetTokens,
        };
        var documented = Table().Where(row => row.Models == "all" || row.Models == kind)
            .Where(row => written.Any(tensor => tensor.StartsWith(row.Graph, StringComparison.Ordinal)))
            .Select(row => $"{row.Graph} {row.Side} {row.Name} {row.Type} ["
                + string.Join(", ", row.Shape.Split(", ").Select(size => sizes.TryGetValue(size, out var number)
                    ? number.ToString(CultureInfo.InvariantCulture) : size)) + "]");
        Assert.Equal(documented.Order(StringComparer.Ordinal), written.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_graph_that_no_file_can_hold_is_refused_in_one_line()
    {
        Assert.Equal(
            "encoder.onnx would have 2.1 GB, and a file of ONNX has less than 2 GB; train a smaller model, or one with "
            + "a smaller vocabulary",
            Assert.Throws<InputException>(() => OnnxFile.RequirePossible("encoder.onnx", int.MaxValue)).Message);
        var graph = new OnnxGraph("encoder");
        for (var i = 0; i < 2; i++) graph.Weight("the same", [2, 3], new float[6]);
        graph.Weight("another", [5], new float[5]);
        Assert.Equal(44, graph.WeightBytes);
        OnnxFile.RequirePossible("encoder.onnx", graph.WeightBytes);
    }

    [Fact]
    public void A_weight_that_no_graph_reads_is_named()
    {
        var weights = new NamedWeights(new Linear<float>(2, 3, new RandomStream(1)));
        weights.Of("weight");
        Assert.Equal(
            "export: no graph reads bias.", Assert.Throws<InvalidOperationException>(weights.RequireAllRead).Message);
        weights.Of("bias");
        weights.RequireAllRead();
    }

    private static IEnumerable<Row> Table() =>
        from line in File.ReadLines(Path.Combine(SourceFiles.Root, "Engine.Cli", "README.md"))
        where line.Contains(".onnx` | ", StringComparison.Ordinal)
        let cells = line.Trim('|', ' ').Split('|').Select(cell => cell.Trim(' ', '`', '[', ']')).ToArray()
        select new Row(cells[0], cells[1], cells[2], cells[3], cells[4], cells[5]);

    private sealed record Row(string Graph, string Models, string Side, string Name, string Type, string Shape);

    [GeneratedRegex(@"\.\d+\.")]
    private static partial Regex Number();
}
