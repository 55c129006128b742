using Engine.Storage;

namespace Engine.Tests.Storage;

/// <summary>Every type of the format is known, also the types whose values are not converted.</summary>
public sealed class SafeTensorsTypeTests
{
    // The format's own names, and bytes of 8 elements.
    private static readonly (string Name, int Bytes)[] Format =
    [
        ("BOOL", 8), ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("U8", 8), ("I8", 8), ("F8_E5M2", 8), ("F8_E4M3", 8),
        ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8), ("F8_E5M2FNUZ", 8), ("I16", 16), ("U16", 16), ("F16", 16), ("BF16", 16),
        ("I32", 32), ("U32", 32), ("F32", 32), ("C64", 64), ("F64", 64), ("I64", 64), ("U64", 64),
    ];

    private static readonly string[] Numbers = ["F64", "F32", "F16", "BF16"];
    private static readonly string[] Integers = ["BOOL", "U8", "I8", "U16", "I16", "U32", "I32", "U64", "I64"];

    public static TheoryData<string, int> Types
    {
        get
        {
            var types = new TheoryData<string, int>();
            foreach (var (name, bytes) in Format) types.Add(name, bytes);
            return types;
        }
    }

    [Fact]
    public void The_types_are_those_of_the_format() =>
        Assert.Equal(Format.Select(type => type.Name), Enum.GetNames<SafeTensorsType>());

    [Theory]
    [MemberData(nameof(Types))]
    public void A_file_with_a_tensor_of_any_type_opens_and_its_other_tensors_read(string type, int bytes)
    {
        using var file = SafeTensorsBytes.Open(SafeTensorsBytes.File(
            $$$"""{"x":{"dtype":"{{{type}}}","shape":[4,2],"data_offsets":[0,{{{bytes}}}]},""" +
            $$$"""  "y":{"dtype":"F32","shape":[1],"data_offsets":[{{{bytes}}},{{{bytes + 4}}}]}}""",
            [.. new byte[bytes], 0, 0, 0x80, 0x3F]));
        Assert.Equal(["x", "y"], file.Entries.Keys.Order());
        Assert.Equal($"{type} [4, 2]", file.Entries["x"].ToString());
        Assert.Equal(8, file.Entries["x"].Elements);
        Assert.Equal([1f], file.ReadNumbers<float>("y"));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Types_that_are_converted_are_read_and_others_are_refused_in_one_line(string type, int bytes)
    {
        using var file = SafeTensorsBytes.Vector(type, 8, new byte[bytes]);
        if (Numbers.Contains(type))
            Assert.Equal(new double[8], file.ReadNumbers<double>("x"));
        else
        {
            Assert.Equal(
                $"m.safetensors: tensor 'x': holds {type} where F64, F32, F16 or BF16 are needed; " +
                "save it as one of these.",
                SafeTensorsBytes.ErrorOf(() => file.ReadNumbers<double>("x")));
        }
        if (Integers.Contains(type))
            Assert.Equal(new long[8], file.ReadIntegers("x"));
        else
        {
            Assert.Equal(
                $"m.safetensors: tensor 'x': holds {type} where integers are needed; save it as I64.",
                SafeTensorsBytes.ErrorOf(() => file.ReadIntegers("x")));
        }
    }

    [Theory]
    [InlineData("F4", "[2,3]", 3)]
    [InlineData("F4", "[5,0]", 0)]
    [InlineData("F6_E2M3", "[4]", 3)]
    [InlineData("F6_E3M2", "[2,2,3]", 9)]
    public void Elements_of_less_than_a_byte_together_fill_whole_bytes(string type, string shape, int bytes)
    {
        using var file = SafeTensorsBytes.Open(Tensor(type, shape, bytes));
        Assert.Equal(type, file.Entries["x"].Type.ToString());
    }

    [Theory]
    [InlineData("F4", "[]", 1, 4)]
    [InlineData("F4", "[3]", 2, 12)]
    [InlineData("F4", "[3]", 1, 12)]
    [InlineData("F6_E2M3", "[2]", 1, 12)]
    [InlineData("F6_E3M2", "[3, 3]", 7, 54)]
    public void Bits_that_are_not_whole_bytes_are_refused(string type, string shape, int bytes, int bits) =>
        Assert.Equal(
            $"m.safetensors: tensor 'x': shape {shape} of {type} takes {bits} bits, which are not whole bytes; " +
            "pad a dimension and save it again.",
            SafeTensorsBytes.ErrorOf(Tensor(type, shape, bytes)));

    [Theory]
    [InlineData("F4", "[4]", 4, 2)]
    [InlineData("F6_E2M3", "[4]", 4, 3)]
    [InlineData("F8_E8M0", "[4]", 8, 4)]
    [InlineData("C64", "[4]", 16, 32)]
    public void Bytes_that_do_not_fit_the_shape_are_refused(string type, string shape, int bytes, int asked) =>
        Assert.Equal(
            $"m.safetensors: tensor 'x': shape {shape} of {type} takes {asked} bytes, but data_offsets [0, {bytes}] " +
            $"give it {bytes}; the file is damaged; copy or save it again.",
            SafeTensorsBytes.ErrorOf(Tensor(type, shape, bytes)));

    [Fact]
    public void Tensors_of_any_type_are_written_from_their_bytes_the_widest_first()
    {
        using var stream = new MemoryStream();
        SafeTensorsWriter.Write(stream, Enum.GetValues<SafeTensorsType>().Select(type => new TensorRecord(
            type.ToString(), [8], type, to => to.Write(new byte[Format[(int)type].Bytes]))));
        using var file = SafeTensorsBytes.Open(stream.ToArray());
        Assert.All(file.Entries, entry => Assert.Equal(entry.Key + " [8]", entry.Value.ToString()));
        var widths = file.Entries.Values.OrderBy(entry => entry.Begin).Select(entry => entry.End - entry.Begin);
        Assert.Equal(Format.Select(type => (long)type.Bytes).OrderDescending(), widths);
    }

    [Fact]
    public void A_tensor_that_does_not_fill_whole_bytes_is_not_written() => Assert.StartsWith(
        "Tensor w: the shape [3] of F4 takes 12 bits, which are not whole bytes; pad a dimension.",
        Assert.Throws<ArgumentException>(() => new TensorRecord("w", [3], SafeTensorsType.F4, _ => { })).Message);

    private static byte[] Tensor(string type, string shape, int bytes) => SafeTensorsBytes.File(
        $$$"""{"x":{"dtype":"{{{type}}}","shape":{{{shape}}},"data_offsets":[0,{{{bytes}}}]}}""", new byte[bytes]);
}
