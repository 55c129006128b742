using System.Text;
using Google.Protobuf;

namespace Engine.Cli;

/// <summary>
/// A message of protocol buffers that is put together field by field. It refers to large values, such as weights, and
/// copies none of them, so that a file takes no memory beside what it holds.
/// </summary>
internal sealed class ProtoMessage
{
    private readonly List<ReadOnlyMemory<byte>> pieces = [];

    /// <summary>The bytes of the message.</summary>
    public long Length { get; private set; }

    /// <summary>Adds a whole number.</summary>
    public ProtoMessage Add(int field, long value)
    {
        Append(
            Tag(field) + CodedOutputStream.ComputeInt64Size(value),
            output =>
            {
                output.WriteTag(field, WireFormat.WireType.Varint);
                output.WriteInt64(value);
            });
        return this;
    }

    /// <summary>Adds a number in single precision.</summary>
    public ProtoMessage Add(int field, float value)
    {
        Append(
            Tag(field) + CodedOutputStream.ComputeFloatSize(value),
            output =>
            {
                output.WriteTag(field, WireFormat.WireType.Fixed32);
                output.WriteFloat(value);
            });
        return this;
    }

    /// <summary>Adds a text in UTF-8.</summary>
    public ProtoMessage Add(int field, string value) => Add(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Adds bytes; they must not change before the message is written.</summary>
    public ProtoMessage Add(int field, ReadOnlyMemory<byte> value)
    {
        Begin(field, value.Length);
        pieces.Add(value);
        Length += value.Length;
        return this;
    }

    /// <summary>Adds a message; fields that are added to it later do not count.</summary>
    public ProtoMessage Add(int field, ProtoMessage value)
    {
        Begin(field, value.Length);
        pieces.AddRange(value.pieces);
        Length += value.Length;
        return this;
    }

    /// <summary>Writes the message.</summary>
    public void WriteTo(Stream stream)
    {
        foreach (var piece in pieces) stream.Write(piece.Span);
    }

    private static int Tag(int field) => CodedOutputStream.ComputeTagSize(field);

    private void Begin(int field, long length)
    {
        var count = checked((int)length);
        Append(
            Tag(field) + CodedOutputStream.ComputeLengthSize(count),
            output =>
            {
                output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                output.WriteLength(count);
            });
    }

    private void Append(int size, Action<CodedOutputStream> write)
    {
        var bytes = new byte[size];
        using (var output = new CodedOutputStream(bytes)) write(output);
        pieces.Add(bytes);
        Length += size;
    }
}
