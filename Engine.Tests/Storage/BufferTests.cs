using Engine.Layers;
using Engine.Storage;

namespace Engine.Tests.Storage;

/// <summary>The buffers of a model are saved with its parameters.</summary>
public sealed class BufferTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Buffers_are_saved_and_loaded_and_counts_are_integers()
    {
        var saved = Model();
        foreach (var (name, buffer) in saved.NamedBuffers)
            buffer.Update().Fill(name.EndsWith("mean") ? 0.25f : name.EndsWith("var") ? 3 : 123_456);
        SafeTensors.Save(folder["m"], saved);
        using (var file = SafeTensorsFile.Open(folder["m"]))
        {
            Assert.Equal("F32 [2]", file.Entries["0.running_var"].ToString());
            Assert.Equal("I64 []", file.Entries["0.num_batches_tracked"].ToString());
            Assert.Equal([123_456], file.ReadIntegers("0.num_batches_tracked"));
        }
        var loaded = Model();
        SafeTensors.Load(folder["m"], loaded);
        Assert.Equal(
            saved.NamedBuffers.SelectMany(named => named.Value.Value.ToArray()),
            loaded.NamedBuffers.SelectMany(named => named.Value.Value.ToArray()));
    }

    [Fact]
    public void With_less_precision_buffers_are_rounded_and_counts_stay_integers()
    {
        var saved = Model();
        foreach (var (name, buffer) in saved.NamedBuffers)
            buffer.Update().Fill(name.EndsWith("num_batches_tracked") ? 123_457 : 1 / 3f);
        SafeTensors.Save(folder["m"], saved, type: SafeTensorsType.BF16);
        using var file = SafeTensorsFile.Open(folder["m"]);
        Assert.Equal("BF16 [2]", file.Entries["0.weight"].ToString());
        Assert.Equal([171 / 512f, 171 / 512f], file.ReadNumbers<float>("0.running_var"));
        Assert.Equal([123_457], file.ReadIntegers("0.num_batches_tracked"));
    }

    [Fact]
    public void A_buffer_that_is_missing_or_has_another_shape_is_named_and_nothing_changes()
    {
        var model = Model();
        var before = model.NamedBuffers.SelectMany(named => named.Value.Value.ToArray()).ToArray();
        Write(("0.weight", [2]), ("0.bias", [2]), ("0.running_mean", [2]), ("0.num_batches_tracked", []));
        Assert.Equal(
            $"{folder["m"]}: tensor '0.running_var' [2] is missing; was the file saved from another model?",
            Assert.Throws<InputException>(() => SafeTensors.Load(folder["m"], model)).Message);
        Write(("0.weight", [2]), ("0.bias", [2]), ("0.running_mean", [2]), ("0.running_var", [3]),
            ("0.num_batches_tracked", []));
        Assert.Equal(
            $"{folder["m"]}: tensor '0.running_var' is F32 [3], but the model needs [2]; its configuration must be " +
            "the saved model's.",
            Assert.Throws<InputException>(() => SafeTensors.Load(folder["m"], model)).Message);
        Write(("0.weight", [2]), ("0.bias", [2]), ("0.running_mean", [2]), ("0.running_var", [2]),
            ("0.num_batches_tracked", []));
        Assert.Contains(
            "holds F32 where integers are needed",
            Assert.Throws<InputException>(() => SafeTensors.Load(folder["m"], model)).Message,
            StringComparison.Ordinal);
        Assert.Equal(before, model.NamedBuffers.SelectMany(named => named.Value.Value.ToArray()));
    }

    [Fact]
    public void A_tensor_that_the_model_lacks_is_named_and_nothing_changes()
    {
        var model = Model();
        var before = model.Parameters.SelectMany(parameter => parameter.Value.ToArray()).ToArray();
        Write(("0.weight", [2]), ("0.bias", [2]), ("0.running_mean", [2]), ("0.running_var", [2]),
            ("0.num_batches_tracked", []), ("1.weight", [2]));
        Assert.Equal(
            $"{folder["m"]}: tensor '1.weight' does not belong to the model; its configuration must be the saved "
            + "model's.",
            Assert.Throws<InputException>(() => SafeTensors.Load(folder["m"], model)).Message);
        Assert.Equal(before, model.Parameters.SelectMany(parameter => parameter.Value.ToArray()));
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData((1L << 62) + 1)]
    [InlineData(-1)]
    public void A_count_that_could_not_be_saved_again_is_refused_and_nothing_changes(long count)
    {
        var model = Model();
        Write(count);
        var before = model.NamedBuffers.SelectMany(named => named.Value.Value.ToArray()).ToArray();
        Assert.Equal(
            $"{folder["m"]}: tensor '0.num_batches_tracked' counts {count}; a count must be 0 to 4611686018427387904: "
                + "the file is damaged, copy or save it again.",
            Assert.Throws<InputException>(() => SafeTensors.Load(folder["m"], model)).Message);
        Assert.Equal(before, model.NamedBuffers.SelectMany(named => named.Value.Value.ToArray()));
    }

    [Fact]
    public void The_greatest_count_is_loaded_and_saved_again()
    {
        var model = Model();
        Write(1L << 62);
        SafeTensors.Load(folder["m"], model);
        SafeTensors.Save(folder["m"], model);
        SafeTensors.Load(folder["m"], model);
        using var file = SafeTensorsFile.Open(folder["m"]);
        Assert.Equal([1L << 62], file.ReadIntegers("0.num_batches_tracked"));
    }

    private static Sequential<float> Model() => new(new BatchNorm<float>(2));

    private void Write(params (string Name, int[] Shape)[] tensors) => SafeTensorsWriter.Write(
        folder["m"],
        tensors.Select(tensor => TensorRecord.Of<float>(
            tensor.Name, tensor.Shape, new float[tensor.Shape.Aggregate(1, (count, size) => count * size)])));

    private void Write(long count) => SafeTensorsWriter.Write(
        folder["m"],
        [
            .. ((string[])["weight", "bias", "running_mean", "running_var"])
                .Select(name => TensorRecord.Of<float>("0." + name, [2], new float[2])),
            TensorRecord.Of<long>("0.num_batches_tracked", [], new[] { count }),
        ]);
}
