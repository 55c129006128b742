using Engine.Storage;

namespace Engine.Tests.Storage;

public sealed class SafeTensorsDamageTests
{
    private const string Again = "the file is damaged; copy or save it again.";
    private const string Twice = " is given twice in one object, and only one value can count; " + Again;
    private const string Cut = "bytes, but only 2 follow; the file is cut short, copy or save it again.";
    private const string NotOne = "bytes (at most 100000000 are allowed); it is no safetensors file, "
        + "or a Git LFS pointer to one (fetch it with 'git lfs pull').";
    private const string Types = "BOOL, F4, F6_E2M3, F6_E3M2, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, F8_E4M3FNUZ, "
        + "F8_E5M2FNUZ, I16, U16, F16, BF16, I32, U32, F32, C64, F64, I64, U64.";
    private const string Nothing = """{"dtype":"U8","shape":[0],"data_offsets":[0,0]}""";

    private static byte[] Embedding =>
        File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "embedding.safetensors"));

    private static string ErrorOf(string header) =>
        SafeTensorsBytes.ErrorOf(SafeTensorsBytes.File(header, 0, 0, 0, 0));

    [Fact]
    public void A_file_cut_short_anywhere_is_an_input_error()
    {
        var whole = Embedding;
        for (var length = 0; length < whole.Length; length++) SafeTensorsBytes.ErrorOf(whole[..length]);
    }

    [Fact]
    public void A_flipped_bit_of_length_or_header_causes_nothing_but_an_input_error()
    {
        var whole = Embedding;
        var headerEnd = 8 + BitConverter.ToInt32(whole);
        var refused = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var bit = 0; bit < headerEnd * 8; bit++)
        {
            var bytes = (byte[])whole.Clone();
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            try
            {
                // A flip inside a name or a text leaves a good file.
                using var file = SafeTensorsBytes.Open(bytes);
                SafeTensorsBytes.ReadAll(file);
            }
            catch (InputException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, headerEnd * 8 / 2, headerEnd * 8);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / (headerEnd * 8), 0, 100_000);
    }

    [Theory]
    [InlineData(3000, "says that its header has 3000 " + Cut)]
    [InlineData(100_000_000, "says that its header has 100000000 " + Cut)]
    [InlineData(100_000_001, "says that its header has 100000001 " + NotOne)]
    [InlineData(ulong.MaxValue, "says that its header has 18446744073709551615 " + NotOne)]
    [InlineData(0, "the header does not begin with '{', so this is no safetensors file; name another.")]
    public void An_impossible_header_length_is_refused_before_anything_is_allocated(ulong length, string expected)
    {
        var bytes = SafeTensorsBytes.WithLength(length, "{}"u8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal($"m.safetensors: {expected}", SafeTensorsBytes.ErrorOf(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData("[1099511627776,1099511627776]", "[0,4]",
        "shape [1099511627776, 1099511627776] has more elements than can be counted; " + Again)]
    [InlineData("[1099511627776]", "[0,4]",
        "shape [1099511627776] of F32 takes 4398046511104 bytes, but data_offsets [0, 4] give it 4; " + Again)]
    [InlineData("[1099511627776,0]", "[4,4]",
        "shape [1099511627776, 0] has a dimension above 2147483647; split the tensor.")]
    [InlineData("[2]", "[0,4]", "shape [2] of F32 takes 8 bytes, but data_offsets [0, 4] give it 4; " + Again)]
    [InlineData("[1]", "[0,5]", "data_offsets [0, 5] must be [begin, end] within the 4 bytes of data; " + Again)]
    [InlineData("[1]", "[4,0]", "data_offsets [4, 0] must be [begin, end] within the 4 bytes of data; " + Again)]
    [InlineData("[1]", "[0]", "data_offsets [0] must be [begin, end] within the 4 bytes of data; " + Again)]
    [InlineData("[1]", "[0,9223372036854775807]",
        "data_offsets [0, 9223372036854775807] must be [begin, end] within the 4 bytes of data; " + Again)]
    [InlineData("[-1]", "[0,4]", "its shape must be a list of whole numbers from 0 up; " + Again)]
    [InlineData("[1.5]", "[0,4]", "its shape must be a list of whole numbers from 0 up; " + Again)]
    [InlineData("[\"1\"]", "[0,4]", "its shape must be a list of whole numbers from 0 up; " + Again)]
    [InlineData("[[1]]", "[0,4]", "its shape must be a list of whole numbers from 0 up; " + Again)]
    [InlineData("1", "[0,4]", "its shape must be a list of whole numbers from 0 up; " + Again)]
    [InlineData("[1]", "[0,99999999999999999999]",
        "its data_offsets must be a list of whole numbers from 0 up; " + Again)]
        public void An_impossible_tensor_is_refused_by_name(string shape, string offsets, string expected)
    {
        var header = $$$"""{"w":{"dtype":"F32","shape":{{{shape}}},"data_offsets":{{{offsets}}}}}""";
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal($"m.safetensors: tensor 'w': {expected}", ErrorOf(header));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Theory]
    [InlineData("\"F31\"", "dtype 'F31' is unknown; save it as one of " + Types)]
    [InlineData("\"11\"", "dtype '11' is unknown; save it as one of " + Types)]
    [InlineData("11", "its dtype must be a text; " + Again)]
    public void An_unknown_type_is_refused_beside_the_known_ones(string dtype, string expected)
    {
        var header = $$$"""{"w":{"dtype":{{{dtype}}},"shape":[],"data_offsets":[0,4]}}""";
        Assert.Equal($"m.safetensors: tensor 'w': {expected}", ErrorOf(header));
    }

    [Theory]
    [InlineData(0, 2, 1, 4,
        "m.safetensors: tensor 'b': overlaps 'a': it begins at byte 1 of the data, not at 2; " + Again)]
    [InlineData(0, 4, 0, 4,
        "m.safetensors: tensor 'b': overlaps 'a': it begins at byte 0 of the data, not at 4; " + Again)]
    [InlineData(0, 1, 2, 4,
        "m.safetensors: tensor 'b': leaves a hole: it begins at byte 2 of the data, not at 1; " + Again)]
    [InlineData(1, 2, 2, 4,
        "m.safetensors: tensor 'a': leaves a hole: it begins at byte 1 of the data, not at 0; " + Again)]
    [InlineData(0, 1, 1, 3, "m.safetensors: the tensors end at byte 3 of the data, but there are 4 bytes; " + Again)]
    public void The_tensors_must_cover_the_data_once(int beginA, int endA, int beginB, int endB, string expected)
    {
        static string Entry(string name, int begin, int end) =>
            $$$""" "{{{name}}}":{"dtype":"U8","shape":[{{{end - begin}}}],"data_offsets":[{{{begin}}},{{{end}}}]}""";
        var header = $"{{{Entry("a", beginA, endA)},{Entry("b", beginB, endB)}}}";
        Assert.Equal(expected, SafeTensorsBytes.ErrorOf(SafeTensorsBytes.File(header, 1, 2, 3, 4)));
    }

    [Theory]
    [InlineData("{\"a\":" + Nothing + ",\"a\":" + Nothing + "}",
        "key 'a'" + Twice)]
    [InlineData("""{"a":{"shape":[0],"data_offsets":[0,0]}}""", "tensor 'a': has no dtype; " + Again)]
    [InlineData("""{"a":{"dtype":"U8","data_offsets":[0,0]}}""", "tensor 'a': has no shape; " + Again)]
    [InlineData("""{"a":{"dtype":"U8","shape":[0]}}""", "tensor 'a': has no data_offsets; " + Again)]
    [InlineData("""{"a":7}""", "tensor 'a': must be an object with dtype, shape and data_offsets; " + Again)]
    [InlineData("""{"a\nb":7}""", "tensor 'a?b': must be an object with dtype, shape and data_offsets; " + Again)]
    [InlineData("""{"__metadata__":7}""", "__metadata__ must be an object of texts; " + Again)]
    [InlineData("""{"__metadata__":{},"__metadata__":{}}""", "key '__metadata__'" + Twice)]
    [InlineData("""{"__metadata__":{"k":1}}""",
        "__metadata__ must hold one text for each key, and does not for 'k'; " + Again)]
    [InlineData("""{"__metadata__":{"k":null}}""",
        "__metadata__ must hold one text for each key, and does not for 'k'; " + Again)]
    [InlineData("""{"__metadata__":{"k":"1","k":"2"}}""", "key 'k'" + Twice)]
    [InlineData("""{"a":{"dtype":"U8","shape":[0],"shape":[0],"data_offsets":[0,0]}}""", "key 'shape'" + Twice)]
    [InlineData("""{"a":{"dtype":"U8","shape":null,"data_offsets":[0,0]}}""",
        "tensor 'a': its shape must be a list of whole numbers from 0 up; " + Again)]
    [InlineData(" {}", "the header does not begin with '{', so this is no safetensors file; name another.")]
    [InlineData("[]", "the header does not begin with '{', so this is no safetensors file; name another.")]
    public void A_header_that_breaks_a_rule_is_refused(string header, string expected) =>
        Assert.Equal($"m.safetensors: {expected}", SafeTensorsBytes.ErrorOf(SafeTensorsBytes.File(header)));

    [Theory]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{}\0")]
    [InlineData("{\"a\"}")]
    [InlineData("{\"a\":}")]
    [InlineData("{\"\\ud800\":7}")]
    [InlineData("{\"__metadata__\":{\"k\":\"\\ud800\"}}")]
    public void A_header_that_is_not_JSON_is_refused(string header) => Assert.StartsWith(
        "m.safetensors: the header is not valid JSON at byte ",
        SafeTensorsBytes.ErrorOf(SafeTensorsBytes.File(header)));

    [Fact]
    public void A_header_nested_without_end_is_refused() => Assert.StartsWith(
        "m.safetensors: the header is not valid JSON at byte ",
        SafeTensorsBytes.ErrorOf(SafeTensorsBytes.File("""{"a":{"b":""" + new string('[', 100_000))));

    [Fact]
    public void The_message_about_an_empty_file_has_its_length() => Assert.Equal(
        "m.safetensors: has 0 bytes, and a safetensors file has at least 8; copy or save it again.",
        SafeTensorsBytes.ErrorOf([]));
}
