using Engine.Layers;
using Engine.Models;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

public sealed class ModelTensorsTests : IDisposable
{
    private static readonly TrainingConfiguration Small = new()
    {
        DModel = 8, DFf = 12, Heads = 2, Layers = 2, NormGroups = 2, MaxLength = 9, Kernel = 5,
    };

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_tensors_that_are_counted_are_those_of_the_network_that_is_built()
    {
        var counted = 0;
        foreach (var c in Configurations())
        {
            foreach (var architecture in Architectures.Names)
            {
                var translate = c with { Architecture = architecture };
                var classify = translate with { Task = "classify" };
                var target = c.Sharing == EmbeddingSharing.All ? 11 : 7;
                AreEqual(Architectures.Translator(translate, 11, target), ModelTensors.Of(translate, 11, target));
                AreEqual(Architectures.Classifier(classify, 11, 3), ModelTensors.Of(classify, 11, 3));
                counted += 2;
            }
        }
        Assert.InRange(counted, 200, 2000);
    }

    [Theory]
    [InlineData("dModel", "30000")]
    [InlineData("dModel", "2147483647")]
    [InlineData("dFf", "100000000")]
    [InlineData("dFf", "2147483647")]
    [InlineData("heads", "1000000")]
    [InlineData("layers", "1000000")]
    [InlineData("layers", "900")]
    [InlineData("maxLength", "100000000")]
    [InlineData("maxLength", "1000000")]
    [InlineData("kernel", "2147483647")]
    [InlineData("kernel", "1001")]
    [InlineData("normGroups", "2147483647")]
    [InlineData("dModel", "16")]
    [InlineData("epsilon", "1e999")]
    [InlineData("learningRate", "1e-400")]
    [InlineData("batchTokens", "2147483647")]
    public void A_configuration_that_asks_for_more_than_the_weights_is_refused_before_anything_is_allocated(
        string key, string value)
    {
        var architecture = key == "kernel" ? "conv" : "transformer";
        var saved = Save(Small with { Architecture = architecture, Positions = PositionEncoding.Learned });
        var path = Path.Combine(saved, "config.json");
        var text = System.Text.RegularExpressions.Regex.Replace(
            File.ReadAllText(path), $"\"{key}\": [^,\n]+", $"\"{key}\": {value}");
        File.WriteAllText(path, text);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = Assert.Throws<InputException>(() => TranslationModel.Load(saved)).Message;
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 5_000_000);
        Assert.DoesNotContain('\n', message);
        Assert.StartsWith(saved, message);
    }

    [Fact]
    public void Weights_of_another_number_than_the_configuration_describes_are_refused_with_both_numbers()
    {
        var saved = Save(Small);
        var path = Path.Combine(saved, "config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"layers\": 2", "\"layers\": 1000"));
        Assert.Matches(
            @"model\.safetensors: holds \d+ tensors of [\d,]+ numbers, but the config\.json and the "
            + @"vocabularies beside it describe [\d,]+ tensors of [\d,]+ numbers; restore the files that belong "
            + @"together, or train again\.$",
            Assert.Throws<InputException>(() => TranslationModel.Load(saved)).Message);
    }

    [Fact]
    public void A_network_larger_than_the_machine_is_refused_with_its_size() => Assert.Matches(
        @"^the sizes are too large: the weights alone would take [\d,.]+ GiB, and this machine has "
        + @"[\d,.]+ GiB of memory;",
        Assert.Throws<InputException>(
            () => (Small with { DModel = 20_000, Heads = 2, Layers = 1000 }).Validate()).Message);

    [Fact]
    public void A_network_that_only_its_vocabulary_makes_too_large_is_refused() => Assert.StartsWith(
        "the sizes are too large: source_embedding.weight would have the shape [10000000, 8192], and a tensor has at ",
        Assert.Throws<InputException>(
            () => ModelTensors.RequirePossible(Small with { DModel = 8192 }, 10_000_000, 5)).Message);

    [Fact]
    public void A_network_whose_gradients_no_array_can_hold_is_refused() => Assert.Matches(
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes < 4L << 31
            ? "^the sizes are too large: x would take 8.0 GiB, and this machine has .* GiB of memory; choose others$"
            : "^the sizes are too large: the network would have 2,147,483,648 weights, whose gradients are one array, "
                + "and an array has at most 2,147,483,527 elements; choose others$",
        Assert.Throws<InputException>(() => ModelTensors.RequirePossible(
            [new("w", 2, 1 << 15, 1 << 15)], "x", sizeof(float), "choose others")).Message);

    private static void AreEqual(Module<float> network, IReadOnlyList<TensorSize> counted)
    {
        var real = network.NamedParameters.Select(named => named.Value.Shape)
            .Concat(network.NamedBuffers.Select(named => named.Value.Shape)).Select(shape => shape.ToString());
        var expected = counted.SelectMany(tensor => Enumerable.Repeat(
            $"[{string.Join(", ", tensor.Shape)}]", (int)tensor.Copies));
        Assert.Equal(real.Order(StringComparer.Ordinal), expected.Order(StringComparer.Ordinal));
    }

    /// <summary>Each choice that changes the tensors, alone and beside others.</summary>
    private static IEnumerable<TrainingConfiguration> Configurations()
    {
        foreach (var normalization in Enum.GetValues<Normalization>())
            yield return Small with { Normalization = normalization, NormFirst = true };
        foreach (var activation in Enum.GetValues<Activation>()) yield return Small with { Activation = activation };
        foreach (var positions in Enum.GetValues<PositionEncoding>()) yield return Small with { Positions = positions };
        foreach (var pooling in Enum.GetValues<Pooling>()) yield return Small with { Pooling = pooling };
        foreach (var sharing in Enum.GetValues<EmbeddingSharing>()) yield return Small with { Sharing = sharing };
        yield return Small with { Layers = 1, Heads = 8, Sharing = EmbeddingSharing.None };
        yield return Small with { Layers = 3, Heads = 1, DModel = 6, Kernel = 3, NormGroups = 3 };
    }

    private string Save(TrainingConfiguration c)
    {
        var pairs = ParallelCorpus.Of([("a b", "c d"), ("b a", "d c")]);
        TranslationModel.Create(c, pairs).Save(folder["m"]);
        return folder["m"];
    }
}
