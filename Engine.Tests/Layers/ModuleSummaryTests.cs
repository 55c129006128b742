using Engine.Layers;
using Engine.Models;
using Engine.Training;

namespace Engine.Tests.Layers;

/// <summary>What modules, tensors, gradients and configurations tell of themselves.</summary>
public class ModuleSummaryTests
{
    private static readonly RandomStream Random = new(1);

    private static readonly Sequential<float> Small = new(
        new Linear<float>(2, 16, Random), new Tanh<float>(), new Linear<float>(16, 1, Random));

    [Fact]
    public void A_summary_lists_the_layers_with_paths_shapes_and_counts()
    {
        Assert.Equal(
            """
            Sequential
              0  Linear             48  weight [16, 2], bias [16]
              2  Linear             17  weight [1, 16], bias [1]
            65 parameters
            """.ReplaceLineEndings("\n"),
            Small.Summary().ToString());
        Assert.Equal("Tanh\n0 parameters", new Tanh<float>().Summary().ToString());
        var norm = new BatchNorm<float>(3).Summary();
        Assert.Equal((6, 5), (norm.Parameters, Assert.Single(norm.Layers).Tensors.Count));
    }

    [Fact]
    public void A_summary_counts_a_shared_table_once()
    {
        var network = new Transformer<float>(
            new TransformerConfiguration
            {
                SourceVocabulary = 9, TargetVocabulary = 9, DModel = 4, DFf = 8, Heads = 2, EncoderLayers = 1,
                DecoderLayers = 1, Sharing = EmbeddingSharing.All,
            },
            Random);
        var summary = network.Summary();
        Assert.Equal(network.Parameters.Sum(parameter => parameter.Count), summary.Parameters);
        Assert.Equal(
            network.NamedParameters.Select(named => named.Key),
            summary.Layers.SelectMany(layer => layer.Tensors.Select(
                tensor => layer.Path.Length == 0 ? tensor.Name : $"{layer.Path}.{tensor.Name}")));
        Assert.StartsWith("Transformer: ", network.ToString());
        Assert.Matches(@" parameters in source_embedding\.weight \[9, 4\], .* and \d+ more$", network.ToString());
    }

    [Fact]
    public void A_module_tells_its_parameters_on_one_line()
    {
        Assert.Equal(
            "Sequential: 65 parameters in 0.weight [16, 2], 0.bias [16], 2.weight [1, 16], 2.bias [1]",
            Small.ToString());
        Assert.Equal("Tanh: no parameters", new Tanh<float>().ToString());
        Assert.Equal("weight [16, 2]", Small.Parameters[0].ToString());
    }

    [Fact]
    public void A_tensor_tells_its_first_numbers_in_order_at_any_strides_and_after_its_tape()
    {
        Tensor<double> transposed;
        using (var tape = new Tape<double>())
        {
            var x = tape.Constant([2, 3], [1, 1 / 3.0, -2e9, 4, double.NaN, 6]);
            Assert.Equal("Tensor<Double> [2, 3]: 1, 0.3333, -2E+09, 4, NaN, 6", x.ToString());
            transposed = Op.Transpose(x);
            Assert.Equal("Tensor<Double> [3, 2]: 1, 4, 0.3333, NaN, -2E+09, 6", transposed.ToString());
            Assert.Equal("Tensor<Double> []: 7", tape.Constant([], [7]).ToString());
            Assert.Equal(
                "Tensor<Double> [100]: 0, 0, 0, 0, 0, 0, 0, 0, ...", Tensor<double>.Zeros([100]).ToString());
        }
        Assert.Equal("Tensor<Double> [3, 2], whose tape has ended", transposed.ToString());
    }

    [Fact]
    public void Gradients_and_configurations_tell_what_they_hold()
    {
        using var tape = new Tape<float>();
        var x = tape.Variable(Tensor<float>.Zeros([4, 2]));
        Assert.Equal(
            "5 gradients: Tensor<Single> [4, 2], weight [16, 2], bias [16], weight [1, 16], bias [1]",
            tape.Backward(Op.Sum(Small.Forward(x))).ToString());
        Assert.Equal("TrainingConfiguration { all defaults }", new TrainingConfiguration().ToString());
        Assert.Equal(
            "TrainingConfiguration { Heads = 3, Nesterov = true }",
            new TrainingConfiguration { Heads = 3, Nesterov = true }.ToString());
    }
}
