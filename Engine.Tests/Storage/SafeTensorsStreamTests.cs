using Engine.Storage;

namespace Engine.Tests.Storage;

public class SafeTensorsStreamTests
{
    private const string Header = """{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""";
    private static readonly byte[] Data = [.. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)];

    [Fact]
    public void Numbers_are_read_into_a_destination()
    {
        using var file = SafeTensorsBytes.Open(SafeTensorsBytes.File(Header, Data));
        float[] destination = [9, 9];
        file.ReadNumbers("x", destination);
        Assert.Equal([1.5f, -2], destination);
    }

    [Fact]
    public void A_destination_takes_no_integers()
    {
        using var file = SafeTensorsBytes.Vector("I32", 1, 1, 0, 0, 0);
        Assert.Contains("I32", SafeTensorsBytes.ErrorOf(() => file.ReadNumbers("x", new float[1])));
    }

    [Fact]
    public void A_stream_is_read_from_its_position_and_is_as_long_as_what_is_left()
    {
        var bytes = SafeTensorsBytes.File(Header, Data);
        using (var file = SafeTensorsFile.Read(After(100, bytes), "m"))
            Assert.Equal([1.5f, -2], file.ReadNumbers<float>("x"));
        // The 100 bytes before do not count: the last tensor lacks a byte.
        Assert.Throws<InputException>(() => SafeTensorsFile.Read(After(100, bytes[..^1]), "m"));
    }

    [Fact]
    public void A_file_of_a_length_alone_is_refused_for_its_header()
    {
        Assert.Contains("header", SafeTensorsBytes.ErrorOf(SafeTensorsBytes.WithLength(0)));
        Assert.StartsWith("m.safetensors: has 7 bytes", SafeTensorsBytes.ErrorOf(new byte[7]));
    }

    [Fact]
    public void A_stream_that_cannot_be_read_is_closed_and_named()
    {
        var pipe = new Unreadable(canSeek: false);
        Assert.StartsWith(
            "m: is a pipe", Assert.Throws<InputException>(() => SafeTensorsFile.Read(pipe, "m")).Message);
        var broken = new Unreadable(canSeek: true);
        Assert.StartsWith("m: ", Assert.Throws<InputException>(() => SafeTensorsFile.Read(broken, "m")).Message);
        Assert.True(pipe.IsClosed && broken.IsClosed);
    }

    [Fact]
    public void Of_many_tensors_a_message_lists_the_first_eight()
    {
        string Named(int count) => "{" + string.Join(',', Enumerable.Range(0, count).Select(i =>
            $$"""
            "t{{i}}":{"dtype":"U8","shape":[1],"data_offsets":[{{i}},{{i + 1}}]}
            """)) + "}";
        string Message(int count)
        {
            using var file = SafeTensorsBytes.Open(SafeTensorsBytes.File(Named(count), new byte[count]));
            return SafeTensorsBytes.ErrorOf(() => file.ReadIntegers("x"));
        }

        Assert.Contains("among its 8 ('t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7');", Message(8));
        Assert.Contains("among its 9 ('t0', 't1', 't2', 't3', 't4', 't5', 't6', 't7', ...);", Message(9));
    }

    [Fact]
    public void Nothing_in_place_of_a_name_or_a_stream_is_a_mistake_of_the_program()
    {
        Assert.Throws<ArgumentNullException>(() => SafeTensorsFile.Open(null!));
        Assert.Throws<ArgumentNullException>(() => SafeTensorsFile.Read(null!, "m"));
        Assert.Throws<ArgumentNullException>(() => SafeTensorsFile.Read(new MemoryStream(), null!));
        using var file = SafeTensorsBytes.Vector("U8", 1, 7);
        Assert.Throws<ArgumentNullException>(() => file.ReadIntegers(null!));
    }

    private static MemoryStream After(int before, byte[] bytes) =>
        new([.. new byte[before], .. bytes]) { Position = before };

    /// <summary>A pipe, or a file on a broken disk.</summary>
    private sealed class Unreadable(bool canSeek) : MemoryStream(new byte[100])
    {
        public bool IsClosed { get; private set; }

        public override bool CanSeek => canSeek;

        public override int Read(Span<byte> buffer) => throw new IOException("broken");

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
