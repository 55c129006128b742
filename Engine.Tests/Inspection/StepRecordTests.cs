using Engine.Inspection;
using Engine.Optimizers;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Inspection;

public class StepRecordTests
{
    [Theory]
    [InlineData("transformer")]
    [InlineData("gru")]
    [InlineData("bpe")]
    public void The_recorded_gradients_are_those_of_the_training_step(string folder)
    {
        var model = RecordTests.Fixture(folder);
        var (source, target) = RecordTests.Lines[0];
        var record = StepRecorder.Record(model, source, target, new RandomStream(7).Fork(0).Fork(0));
        using var team = new ThreadTeam(1);
        var step = new TrainingStep(model, new Sgd<float>(model.Network.Parameters, 0), new RandomStream(7), team);
        var result = step.Run(new Batch(model.Encode(source, target)));
        Assert.Equal(result.Loss, record.Loss, 1e-6);
        foreach (var (name, parameter) in model.Network.NamedParameters)
        {
            var node = Assert.Single(record.Nodes, node => node.Operation == "parameter" && node.Path == name);
            var norm = Math.Sqrt(step.Gradients[parameter].ToArray().Sum(value => (double)value * value));
            Assert.Equal(norm, node.GradientNorm!.Value, 1e-5 * Math.Max(norm, 1e-3));
            Assert.Equal(parameter.Shape.AsSpan().ToArray(), node.Shape);
        }
        Assert.Equal(
            result.GradientNorm, Math.Sqrt(record.Layers.Sum(layer => layer.GradientNorm * layer.GradientNorm)),
            1e-5 * result.GradientNorm);
    }

    [Fact]
    public void A_node_has_its_formula_its_inputs_its_module_and_its_line()
    {
        var record = StepRecorder.Record(
            RecordTests.Fixture("transformer"), RecordTests.Lines[0].Source, RecordTests.Lines[0].Target);
        Assert.Equal(Enumerable.Range(0, record.Nodes.Count), record.Nodes.Select(node => node.Index));
        var norm = record.Nodes.First(node => node.Operation == "LayerNorm");
        Assert.Equal("encoder.layers.0.norm1", norm.Path);
        Assert.Equal("Operations/Normalization/LayerNorm.cs", norm.Source);
        Assert.StartsWith("Engine/Layers/Normalization/LayerNorm.cs:", norm.Caller, StringComparison.Ordinal);
        var file = File.ReadAllLines(Path.Combine(Architecture.SourceFiles.Root, norm.Caller!.Split(':')[0]));
        Assert.Contains("Op.LayerNorm", file[int.Parse(norm.Caller.Split(':')[1]) - 1], StringComparison.Ordinal);
        Assert.Contains("dX =", norm.Formula, StringComparison.Ordinal);
        Assert.Equal(3, norm.Inputs.Count);
        Assert.All(norm.Inputs, input => Assert.InRange(input.Node, 0, norm.Index - 1));
        Assert.Equal(norm.Shape, norm.Inputs[0].Shape);
        Assert.Contains(record.Nodes, node => node is { Operation: "Attention", Path: "decoder.layers.0.self_attn" });
        // The loss is last, and its own gradient is 1.
        Assert.Equal((1, record.Loss), (record.Nodes[^1].GradientNorm!.Value, record.Nodes[^1].ValueNorm));
    }

    [Theory]
    [InlineData(3e20f)]
    [InlineData(1e-25f)]
    public void The_norm_of_weights_whose_squares_are_no_floats_is_right(float weight)
    {
        var model = RecordTests.Fixture("transformer");
        var line = RecordTests.Lines[0];
        var table = model.Network.NamedParameters.Single(named => named.Key == "source_embedding.weight").Value;
        table.Update().Fill(weight);
        var record = StepRecorder.Record(model, line.Source, line.Target);
        var node = record.Nodes.Single(node => node is { Operation: "parameter", Path: "source_embedding.weight" });
        Assert.Equal(1, node.ValueNorm / weight / Math.Sqrt(node.Shape[0] * node.Shape[1]), 1e-6);
    }

    [Fact]
    public void A_gradient_norm_is_that_of_a_variable_in_its_place()
    {
        using var plain = new Tape<double>();
        var x = plain.Variable(Samples.Normal(3, 4));
        var gradients = plain.Backward(Op.Sum(Op.Tanh(x * 2) * Op.Tanh(x * 2)));
        var observer = new Norms();
        using var tape = new Tape<double> { Observer = observer };
        tape.Backward(Op.Sum(Twice(tape.Variable(Samples.Normal(3, 4)))));
        // The output of the scaling is 2 x: its gradient is half of the gradient of x.
        Assert.Equal(Norm(gradients[x]) / 2, observer.Of["Scale"], 1e-12);

        static Tensor<double> Twice(Tensor<double> x)
        {
            var y = Op.Tanh(x * 2);
            return y * y;
        }
    }

    [Fact]
    public void A_record_changes_no_weight()
    {
        var model = RecordTests.Fixture("transformer");
        float[][] Weights() => [.. model.Network.Parameters.Select(parameter => parameter.Value.ToArray())];
        var before = Weights();
        StepRecorder.Record(model, RecordTests.Lines[0].Source, RecordTests.Lines[0].Target, new RandomStream(1));
        Assert.Equal(before, Weights());
    }

    [Fact]
    public void A_classifiers_step_is_recorded_too()
    {
        var model = ClassificationModel.Load(RecordTests.PathOf("classifier"));
        var label = File.ReadLines(RecordTests.PathOf("text.labels")).First();
        var record = StepRecorder.Record(model, File.ReadLines(RecordTests.PathOf("text.opinions")).First(), label);
        Assert.Equal(label, record.Target.Single().Text);
        Assert.True(record.Loss > 0);
    }

    private static double Norm(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value * value;
        return Math.Sqrt(sum);
    }

    private sealed class Norms : TapeObserver<double>
    {
        private readonly Dictionary<int, string> names = [];

        public Dictionary<string, double> Of { get; } = [];

        public override void Recorded(
            int node, CatalogueEntry? entry, Tensor<double> y, ReadOnlySpan<Tensor<double>?> inputs) =>
            names[node] = entry?.Name ?? "leaf";

        public override void Reached(int node, ReadOnlySpan<double> gradient) => Of[names[node]] = Norm(gradient);
    }
}
