using Engine.Layers;
using Engine.Storage;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>A network that is too large is refused with the sizes that its architecture reads.</summary>
public class SizeRemedyTests
{
    private static readonly TrainingConfiguration Huge = new() { DModel = 60_000, DFf = 8, Heads = 2, Layers = 1 };

    [Theory]
    [InlineData("transformer", PositionEncoding.Sinusoidal, "DModel, Layers or DFf")]
    [InlineData("transformer", PositionEncoding.Learned, "DModel, Layers, DFf or MaxLength")]
    [InlineData("conv", PositionEncoding.Sinusoidal, "DModel, Layers or Kernel")]
    [InlineData("gru", PositionEncoding.Sinusoidal, "DModel, Layers or VocabSize")]
    public void The_remedy_names_the_sizes_that_the_architecture_reads(
        string architecture, PositionEncoding positions, string sizes)
    {
        var named = string.Join(
            ' ', sizes.Split(' ').Select(word => word == "or" ? word : $"TrainingConfiguration.{word}"));
        var mistake = Assert.Throws<InputException>(() => ModelTensors.RequirePossible(
            Huge with { Architecture = architecture, Positions = positions }, source: 10, target: 10));
        Assert.EndsWith($"; choose a smaller {named}.", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("transformer", 8, 100, 7, 100)] // within a feed-forward network
    [InlineData("transformer", 64, 100, 7, 3 * 64)] // queries, keys and values
    [InlineData("conv", 8, 100, 7, 7 * 8)] // a window
    [InlineData("conv", 8, 100, 1, 3 * 8)]
    [InlineData("gru", 8, 100, 7, 4 * 8)] // the gates
    public void The_widest_row_is_that_of_the_architectures_widest_step(
        string architecture, int dModel, int dFf, int kernel, int widest) =>
        Assert.Equal(widest, ModelTensors.WidestRow(
            Huge with { Architecture = architecture, DModel = dModel, DFf = dFf, Kernel = kernel }));

    [Fact]
    public void Weights_beyond_the_memory_are_told_in_gigabytes()
    {
        // Each layer fits into a tensor; together they are beyond any machine.
        var c = new TrainingConfiguration { DModel = 1024, DFf = 1 << 20, Heads = 2, Layers = 1_000_000 };
        var gigabytes = ModelTensors.Of(c, 10, 10).Sum(tensor => tensor.Copies * tensor.Elements) * 4 / (1L << 30);
        var mistake = Assert.Throws<InputException>(() => ModelTensors.RequirePossible(c, 10, 10));
        Assert.StartsWith(
            FormattableString.Invariant(
                $"the sizes are too large: the weights alone would take {gigabytes:N1} GiB, and this machine has "),
            mistake.Message, StringComparison.Ordinal);
    }
}
