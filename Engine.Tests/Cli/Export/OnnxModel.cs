using Engine.Cli;
using Google.Protobuf;

namespace Engine.Tests.Cli;

/// <summary>A file of ONNX as its bytes say, field by field, by the numbers of <c>onnx.proto</c>.</summary>
internal sealed record OnnxModel
{
    /// <summary>The version of the format, and of the operations.</summary>
    public long Format { get; private set; }

    public long Opset { get; private set; }

    public List<Node> Nodes { get; } = [];

    public List<Constant> Constants { get; } = [];

    public List<Described> Inputs { get; } = [];

    public List<Described> Outputs { get; } = [];

    public static OnnxModel Read(byte[] bytes)
    {
        var model = new OnnxModel();
        Each(bytes, (field, input) =>
        {
            if (field == 1) model.Format = input.ReadInt64();
            else if (field == 7) model.ReadGraph(Bytes(input));
            else if (field == 8) Each(Bytes(input), (inner, opset) => Assert.True(
                Take(inner == 1, () => Assert.Equal("", opset.ReadString()))
                || Take(inner == 2, () => model.Opset = opset.ReadInt64())));
            else Assert.True(Take(field == 2, () => Assert.Equal("engine", input.ReadString())));
        });
        return model;
    }

    private void ReadGraph(byte[] bytes) => Each(bytes, (field, input) => Assert.True(
        Take(field == 1, () => Nodes.Add(ReadNode(Bytes(input))))
        || Take(field == 2, () => Assert.NotEqual("", input.ReadString()))
        || Take(field == 5, () => Constants.Add(ReadConstant(Bytes(input))))
        || Take(field == 11, () => Inputs.Add(ReadDescribed(Bytes(input))))
        || Take(field == 12, () => Outputs.Add(ReadDescribed(Bytes(input))))));

    private static Node ReadNode(byte[] bytes)
    {
        var (inputs, outputs, name, operation) = (new List<string>(), new List<string>(), "", "");
        Each(bytes, (field, input) => Assert.True(
            Take(field == 1, () => inputs.Add(input.ReadString()))
            || Take(field == 2, () => outputs.Add(input.ReadString()))
            || Take(field == 3, () => name = input.ReadString())
            || Take(field == 4, () => operation = input.ReadString())
            || Take(field == 5, () => Bytes(input))));
        return new Node(name, operation, inputs, outputs);
    }

    private static Constant ReadConstant(byte[] bytes)
    {
        var (sizes, type, name, length) = (new List<long>(), OnnxType.Float, "", 0);
        Each(bytes, (field, input) => Assert.True(
            Take(field == 1, () => sizes.Add(input.ReadInt64()))
            || Take(field == 2, () => type = (OnnxType)input.ReadInt32())
            || Take(field == 8, () => name = input.ReadString())
            || Take(field == 9, () => length = Bytes(input).Length)));
        return new Constant(name, type, sizes, length);
    }

    private static Described ReadDescribed(byte[] bytes)
    {
        var (name, type, sizes) = ("", OnnxType.Float, new List<string>());
        Each(bytes, (field, input) => Assert.True(
            Take(field == 1, () => name = input.ReadString())
            || Take(field == 2, () => Each(Bytes(input), (_, tensor) => Each(Bytes(tensor), (inner, of) => Assert.True(
                Take(inner == 1, () => type = (OnnxType)of.ReadInt32())
                || Take(inner == 2, () => Each(Bytes(of), (_, size) => Each(Bytes(size), (kind, one) => sizes.Add(
                    kind == 2 ? one.ReadString() : $"{one.ReadInt64()}"))))))))));
        return new Described(name, type, sizes);
    }

    private static bool Take(bool isIt, Action read)
    {
        if (isIt) read();
        return isIt;
    }

    private static byte[] Bytes(CodedInputStream input) => input.ReadBytes().ToByteArray();

    private static void Each(byte[] bytes, Action<int, CodedInputStream> read)
    {
        using var input = new CodedInputStream(bytes);
        while (input.ReadTag() is > 0 and var tag) read(WireFormat.GetTagFieldNumber(tag), input);
    }

    internal sealed record Node(string Name, string Operation, List<string> Inputs, List<string> Outputs);

    internal sealed record Constant(string Name, OnnxType Type, List<long> Sizes, int Length);

    internal sealed record Described(string Name, OnnxType Type, List<string> Sizes);
}
