using System.Text.Json;

namespace Engine.Storage;

/// <summary>
/// The JSON header of a safetensors file, checked as the format's reference implementation checks it: every shape and
/// offset must agree with the number of bytes that follow the header.
/// </summary>
internal sealed class SafeTensorsHeader
{
    /// <summary>The format's own limit, in bytes.</summary>
    public const int LongestHeader = 100_000_000;

    /// <summary>The key of the texts about the file; every other key is a tensor.</summary>
    public const string MetadataKey = "__metadata__";

    private const string Damaged = "the file is damaged; copy or save it again.";

    private readonly string file;
    private readonly long dataBytes;
    private readonly Dictionary<string, TensorEntry> entries = new(StringComparer.Ordinal);
    private Dictionary<string, string> metadata = [];

    private SafeTensorsHeader(string file, long dataBytes)
    {
        this.file = file;
        this.dataBytes = dataBytes;
    }

    public IReadOnlyDictionary<string, TensorEntry> Entries => entries;

    public IReadOnlyDictionary<string, string> Metadata => metadata;

    /// <summary>Parses a header.</summary>
    /// <param name="json">The bytes of the header.</param>
    /// <param name="file">The name of the file in messages.</param>
    /// <param name="dataBytes">The number of bytes after the header.</param>
    /// <exception cref="InputException">The header breaks a rule of the format.</exception>
    public static SafeTensorsHeader Parse(ReadOnlyMemory<byte> json, string file, long dataBytes)
    {
        var header = new SafeTensorsHeader(file, dataBytes);
        if (json.IsEmpty || json.Span[0] != (byte)'{')
            throw header.Wrong("the header does not begin with '{', so this is no safetensors file; name another.");
        foreach (var value in JsonInput.Parse(json, file, "the header", Damaged).Properties("must be an object"))
        {
            if (value.Key == MetadataKey) header.metadata = header.ReadMetadata(value);
            else header.entries.Add(value.Key, header.ReadEntry(value));
        }

        header.CheckCoverage();
        return header;
    }

    private Dictionary<string, string> ReadMetadata(JsonInput value)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        // The reference library writes an object or leaves the key out, but also reads null.
        if (value.Element.ValueKind == JsonValueKind.Null) return texts;
        foreach (var item in value.Properties($"{MetadataKey} must be an object of texts"))
        {
            if (!item.TryText(out var text))
            {
                throw Wrong(
                    $"{MetadataKey} must hold one text for each key, and does not for {FileProblem.Quote(item.Key)}; "
                    + Damaged);
            }

            texts.Add(item.Key, text);
        }

        return texts;
    }

    private TensorEntry ReadEntry(JsonInput tensor)
    {
        var name = tensor.Key;
        if (tensor.Element.ValueKind != JsonValueKind.Object)
            throw WrongTensor(name, $"must be an object with dtype, shape and data_offsets; {Damaged}");

        string? dtype = null;
        List<long>? shape = null;
        List<long>? offsets = null;
        foreach (var field in tensor.Properties(Damaged))
        {
            switch (field.Key)
            {
                case "dtype":
                    dtype = field.TryText(out var text)
                        ? text : throw WrongTensor(name, $"its dtype must be a text; {Damaged}");
                    break;
                case "shape":
                    shape = ReadCounts(field, name);
                    break;
                case "data_offsets":
                    offsets = ReadCounts(field, name);
                    break;
            }
        }

        if (dtype is null || shape is null || offsets is null)
        {
            var missing = dtype is null ? "dtype" : shape is null ? "shape" : "data_offsets";
            throw WrongTensor(name, $"has no {missing}; {Damaged}");
        }

        return Check(name, dtype, shape, offsets);
    }

    private TensorEntry Check(string name, string dtype, List<long> shape, List<long> offsets)
    {
        if (!SafeTensorsTypes.TryParse(dtype, out var type))
        {
            throw WrongTensor(
                name, $"dtype {FileProblem.Quote(dtype)} is unknown; save it as one of {SafeTensorsTypes.Names}.");
        }

        if (offsets.Count != 2 || offsets[0] > offsets[1] || offsets[1] > dataBytes)
        {
            throw WrongTensor(
                name,
                $"data_offsets {Text(offsets)} must be [begin, end] within the {dataBytes} bytes of data; {Damaged}");
        }

        if (!TryCount(shape, type.Bits, out var bits))
            throw WrongTensor(name, $"shape {Text(shape)} has more elements than can be counted; {Damaged}");
        var (bytes, rest) = Math.DivRem(bits, 8);
        if (rest != 0)
        {
            throw WrongTensor(
                name,
                $"shape {Text(shape)} of {dtype} takes {bits} bits, which are not whole bytes; pad a dimension and "
                + "save it again.");
        }

        if (bytes != offsets[1] - offsets[0])
        {
            throw WrongTensor(
                name,
                $"shape {Text(shape)} of {dtype} takes {bytes} bytes, but data_offsets {Text(offsets)} give it "
                + $"{offsets[1] - offsets[0]}; {Damaged}");
        }

        if (shape.Exists(static dimension => dimension > int.MaxValue))
            throw WrongTensor(name, $"shape {Text(shape)} has a dimension above {int.MaxValue}; split the tensor.");
        var dimensions = shape.ConvertAll(static dimension => (int)dimension).ToArray();
        return new TensorEntry(name, type, dimensions, offsets[0], offsets[1]);
    }

    private static bool TryCount(List<long> shape, int each, out long bits)
    {
        Int128 product = each;
        foreach (var dimension in shape)
        {
            // Both factors are below 2^63, so the product fits.
            product *= dimension;
            if (product > long.MaxValue) break;
        }

        bits = product > long.MaxValue ? 0 : (long)product;
        return product <= long.MaxValue;
    }

    private List<long> ReadCounts(JsonInput list, string name)
    {
        var counts = new List<long>();
        var good = list.Element.ValueKind == JsonValueKind.Array;
        foreach (var item in good ? list.Items(Damaged) : [])
        {
            good &= item.TryWhole(out var count) && count >= 0;
            counts.Add(count);
        }

        return good
            ? counts
            : throw WrongTensor(name, $"its {list.Key} must be a list of whole numbers from 0 up; {Damaged}");
    }

    /// <summary>Refuses bytes that two tensors share, and bytes of no tensor, which could hide other content.</summary>
    private void CheckCoverage()
    {
        var end = 0L;
        TensorEntry? previous = null;
        foreach (var entry in entries.Values.OrderBy(static e => e.Begin).ThenBy(static e => e.End))
        {
            if (entry.Begin != end)
            {
                var fault = entry.Begin < end ? $"overlaps {FileProblem.Quote(previous!.Name)}" : "leaves a hole";
                throw WrongTensor(
                    entry.Name, $"{fault}: it begins at byte {entry.Begin} of the data, not at {end}; {Damaged}");
            }

            end = entry.End;
            previous = entry;
        }

        if (end != dataBytes)
            throw Wrong($"the tensors end at byte {end} of the data, but there are {dataBytes} bytes; {Damaged}");
    }

    private static string Text(List<long> numbers) => $"[{FileProblem.List(numbers, 8)}]";

    private InputException Wrong(string what) => new($"{file}: {what}");

    private InputException WrongTensor(string tensor, string what) =>
        new($"{file}: tensor {FileProblem.Quote(tensor)}: {what}");
}
