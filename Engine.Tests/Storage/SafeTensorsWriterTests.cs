using System.Text;
using Engine.Storage;
using FsCheck;
using FsCheck.Fluent;

namespace Engine.Tests.Storage;

public sealed class SafeTensorsWriterTests
{
    private static byte[] Write(IEnumerable<TensorRecord> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        SafeTensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    /// <summary>A tensor of any numbers, NaN and the infinities included.</summary>
    public sealed record Content<T>(int[] Shape, T[] Values);

    /// <summary>Tells FsCheck how it gets tensors.</summary>
    public static class Contents
    {
        public static Arbitrary<Content<T>> Any<T>() => Arb.From(
            from rank in Gen.Choose(0, 4)
            from shape in Gen.Choose(0, 5).ArrayOf(rank)
            from values in ArbMap.Default.GeneratorFor<T>().ArrayOf(shape.Aggregate(1, (product, n) => product * n))
            select new Content<T>(shape, values));
    }

    [Property(MaxTest = 100, Arbitrary = new[] { typeof(Contents) })]
    public void Written_tensors_read_back_bit_for_bit(
        Content<float> floats, Content<double> doubles, Content<long> longs, NonNull<string> name)
    {
        var text = name.Get;
        using var file = SafeTensorsBytes.Open(Write(
            [
                TensorRecord.Of<float>("f." + text, floats.Shape, floats.Values),
                TensorRecord.Of<double>("d", doubles.Shape, doubles.Values),
                TensorRecord.Of<long>("l", longs.Shape, longs.Values),
            ],
            new Dictionary<string, string> { ["k" + text] = text }));
        Assert.Equal(text, file.Metadata["k" + text]);
        Assert.Equal(3, file.Entries.Count);
        Assert.Equal(floats.Shape, file.Entries["f." + text].Shape.ToArray());
        Assert.Equal(doubles.Shape, file.Entries["d"].Shape.ToArray());
        Assert.Equal(longs.Shape, file.Entries["l"].Shape.ToArray());
        Assert.Equal(
            floats.Values.Select(BitConverter.SingleToInt32Bits),
            file.ReadNumbers<float>("f." + text).Select(BitConverter.SingleToInt32Bits));
        Assert.Equal(
            doubles.Values.Select(BitConverter.DoubleToInt64Bits),
            file.ReadNumbers<double>("d").Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(longs.Values, file.ReadIntegers("l"));
    }

    [Fact]
    public void A_float_reads_as_the_same_double_and_a_double_as_the_nearest_float()
    {
        using var file = SafeTensorsBytes.Open(Write(
            [
                TensorRecord.Of<float>("f", [2], new[] { 0.1f, -1f }),
                TensorRecord.Of<double>("d", [2], new[] { 0.1, 1e300 }),
            ]));
        Assert.Equal([0.1f, -1.0], file.ReadNumbers<double>("f"));
        Assert.Equal([0.1f, float.PositiveInfinity], file.ReadNumbers<float>("d"));
    }

    [Fact]
    public void A_tensor_longer_than_a_chunk_reads_back()
    {
        var values = Enumerable.Range(0, 100_003).Select(i => (float)i).ToArray();
        using var file = SafeTensorsBytes.Open(Write([TensorRecord.Of<float>("w", [values.Length], values)]));
        Assert.Equal(values, file.ReadNumbers<float>("w"));
        Assert.Equal(values.Select(value => (double)value), file.ReadNumbers<double>("w"));
    }

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        var bytes = Write(
            [TensorRecord.Of<float>("a", [1], new[] { 1f }), TensorRecord.Of<long>("b", [], new[] { 2L })],
            new Dictionary<string, string> { ["z"] = "1", ["y"] = "2" });
        var header = """{"__metadata__":{"y":"2","z":"1"},"""
            + "\"b\":" + """{"dtype":"I64","shape":[],"data_offsets":[0,8]},"""
            + "\"a\":" + """{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""";
        var padded = header.PadRight((header.Length + 7) / 8 * 8);
        Assert.Equal(
            [
                .. BitConverter.GetBytes((long)padded.Length), .. Encoding.UTF8.GetBytes(padded),
                2, 0, 0, 0, 0, 0, 0, 0,
                0, 0, 0x80, 0x3F,
            ],
            bytes);
    }

    [Fact]
    public void The_order_in_which_tensors_come_does_not_change_the_bytes()
    {
        TensorRecord[] tensors =
        [
            TensorRecord.Of<float>("b", [3], new float[3]), TensorRecord.Of<float>("a", [1], new[] { 1f }),
            TensorRecord.Of<double>("c", [1], new[] { 2.0 }),
        ];
        Assert.Equal(Write(tensors), Write(tensors.Reverse()));
        using var file = SafeTensorsBytes.Open(Write(tensors));
        Assert.Equal(["c", "a", "b"], file.Entries.Values.OrderBy(entry => entry.Begin).Select(entry => entry.Name));
    }

    [Fact]
    public void A_file_without_tensors_is_a_file()
    {
        using var file = SafeTensorsBytes.Open(Write([]));
        Assert.Empty(file.Entries);
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void A_large_tensor_is_streamed()
    {
        var values = new float[4_000_000];
        var record = TensorRecord.Of<float>("w", [values.Length], values);
        using var folder = new TemporaryFolder();
        SafeTensorsWriter.Write(folder["warm"], [TensorRecord.Of<float>("w", [1], new float[1])]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        SafeTensorsWriter.Write(folder["w.safetensors"], [record]);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        using var file = SafeTensorsFile.Open(folder["w.safetensors"]);
        before = GC.GetAllocatedBytesForCurrentThread();
        file.ReadNumbers("w", values);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void An_interrupted_write_leaves_the_old_file()
    {
        using var folder = new TemporaryFolder();
        var path = folder["m.safetensors"];
        SafeTensorsWriter.Write(path, [TensorRecord.Of<long>("step", [], new[] { 1L })]);
        var old = File.ReadAllBytes(path);
        Assert.Throws<OperationCanceledException>(() => SafeTensorsWriter.Write(
            path,
            [
                TensorRecord.Of<double>("a", [1000], new double[1000]),
                new TensorRecord("b", [1], SafeTensorsType.F32, _ => throw new OperationCanceledException()),
            ]));
        Assert.Equal(old, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_tensor_with_too_few_bytes_is_not_written()
    {
        using var folder = new TemporaryFolder();
        var path = folder["m.safetensors"];
        var error = Assert.Throws<InvalidOperationException>(() => SafeTensorsWriter.Write(
            path, [new TensorRecord("w", [2], SafeTensorsType.F32, stream => stream.WriteByte(0))]));
        Assert.Equal("Tensor w: 1 bytes were written where its shape and type need 8.", error.Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Records_that_no_file_can_hold_are_refused()
    {
        Assert.StartsWith(
            "Tensor w: 3 values do not fill the shape [2, 2].",
            Assert.Throws<ArgumentException>(() => TensorRecord.Of<float>("w", [2, 2], new float[3])).Message);
        Assert.StartsWith(
            "A tensor cannot be called __metadata__: the format reserves the name.",
            Assert.Throws<ArgumentException>(() => TensorRecord.Of<float>("__metadata__", [0], new float[0])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => TensorRecord.Of<float>("w", [-1], new float[0]));
        Assert.Equal(
            "A tensor of Int32 cannot be written; use float, double or long.",
            Assert.Throws<NotSupportedException>(() => TensorRecord.Of<int>("w", [0], new int[0])).Message);
        var record = TensorRecord.Of<float>("w", [0], new float[0]);
        Assert.StartsWith(
            "Two tensors are called w; a file holds one.",
            Assert.Throws<ArgumentException>(() => Write([record, record])).Message);
    }
}
