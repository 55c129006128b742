using System.Globalization;
using Engine.Inspection;
using Engine.Layers;
using Engine.Models;
using Engine.Training;

namespace Engine.Tests.Inspection;

public class ModelSummaryTests
{
    public static TheoryData<string> Models => SmallModels.Names;

    [Theory]
    [MemberData(nameof(Models))]
    public void The_layers_have_every_tensor_of_the_model_once(string name)
    {
        var network = SmallModels.Create(name).Network;
        var summary = ModelSummary.Of(SmallModels.Create(name));
        Assert.Equal(
            network.NamedParameters.Select(named => $"{named.Key} {named.Value.Shape}")
                .Concat(network.NamedBuffers.Select(named => $"{named.Key} {named.Value.Shape}")).Order(),
            summary.Layers.SelectMany(layer => layer.Tensors.Select(tensor => $"{layer.Path}.{tensor}")).Order());
        var parameters = network.Parameters.Sum(parameter => (long)parameter.Count);
        Assert.Equal((parameters, 4 * parameters), (summary.Parameters, summary.Memory.Weights));
        Assert.All(summary.Layers, layer => Assert.Equal(
            network.NamedModules.First(named => named.Key == layer.Path).Value.GetType().Name.Split('`')[0],
            layer.Kind));
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Attention_is_listed_as_a_pass_records_it(string name)
    {
        var model = SmallModels.Create(name);
        var pass = model is TranslationModel translation
            ? PassRecorder.Record(translation, "我爱你") : PassRecorder.Record((ClassificationModel)model, "我爱你");
        Assert.Equal(
            pass.Attention.Select(seen => new SummaryAttention(seen.Path, seen.Kind, seen.Layer, seen.Heads)).Order(
                Comparer<SummaryAttention>.Create((a, b) => string.CompareOrdinal(a.Path, b.Path))),
            ModelSummary.Of(model).Attention.OrderBy(listed => listed.Path, StringComparer.Ordinal));
    }

    [Fact]
    public void Memory_is_that_of_the_optimizer_and_buffers_count()
    {
        ModelSummary Of(string optimizer) => ModelSummary.Of(new TranslationModel(
            Small() with { Optimizer = optimizer, Normalization = Normalization.Batch },
            Translator().Source, Translator().Target));
        var adam = Of("adam");
        Assert.Equal(2 * adam.Memory.Weights, adam.Memory.Optimizer);
        Assert.Equal(3 * adam.Memory.Weights, adam.Memory.Training);
        Assert.Equal(adam.Memory.Weights, Of("lion").Memory.Optimizer);
        // Twelve norms of 16 features have a running mean, a running variance and a count.
        Assert.Equal(12 * (16 + 16 + 1) * sizeof(float), adam.Memory.Buffers);
    }

    [Fact]
    public void A_projection_of_its_own_is_a_layer_and_a_shared_table_counts_once()
    {
        ModelSummary Of(EmbeddingSharing sharing) => ModelSummary.Of(new TranslationModel(
            Small() with { Sharing = sharing }, Translator().Source, Translator().Target));
        var (own, shared) = (Of(EmbeddingSharing.None), Of(EmbeddingSharing.Target));
        var projection = Assert.Single(own.Layers, layer => layer.Path == "output");
        Assert.Equal(("Linear", projection.Parameters), (projection.Kind, own.Parameters - shared.Parameters));
        Assert.Equal([own.Target!.Value.Tokens, 16], projection.Shape);
        Assert.Equal(("none", "target"), (own.Sharing, shared.Sharing));
    }

    [Fact]
    public void The_text_has_a_line_for_each_layer_and_the_sums()
    {
        var model = Translator();
        var summary = ModelSummary.Of(model);
        var lines = summary.ToString().Split('\n');
        Assert.Equal(summary.Layers.Count + 2, lines.Length);
        Assert.Equal(
            $"transformer, translate: {model.SourceTokens} source tokens (char), "
            + $"{model.TargetTokens} target tokens (word)",
            lines[0]);
        Assert.Matches(
            @"^  encoder\.layers\.0\.self_attn +MultiHeadAttention +816  in_proj_weight \[48, 16\], "
            + @"in_proj_bias \[48\]$",
            lines.Single(line => line.StartsWith("  encoder.layers.0.self_attn ", StringComparison.Ordinal)));
        Assert.Equal(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{summary.Parameters:N0} parameters, {4 * summary.Parameters:N0} bytes; training holds ")
                + string.Create(CultureInfo.InvariantCulture, $"{12 * summary.Parameters:N0} bytes beside them"),
            lines[^1]);
        Assert.EndsWith(
            "2 labels", ModelSummary.Of(SmallModels.Create("conv classify")).Title, StringComparison.Ordinal);
    }

    private static TranslationModel Translator() =>
        (TranslationModel)SmallModels.Create("transformer Sinusoidal translate");

    private static TrainingConfiguration Small() => Translator().Configuration;
}
