using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Engine.Cli;

/// <summary>
/// A graph of ONNX that is built node by node. Names follow from the order of the calls alone, so that the same calls
/// give the same bytes.
/// </summary>
/// <param name="name">The name of the graph, and of its file without the extension.</param>
/// <remarks>The numbers of the fields stand in ONNX's file <c>onnx.proto</c>.</remarks>
internal sealed class OnnxGraph(string name)
{
    private readonly List<ProtoMessage> nodes = [], weights = [], inputs = [], outputs = [];
    private readonly Dictionary<string, OnnxValue> constants = [];
    private string path = "";
    private int count;

    /// <summary>The name of the graph.</summary>
    public string Name { get; } = name;

    /// <summary>The bytes of all constants.</summary>
    public long WeightBytes { get; private set; }

    /// <summary>Declares an input.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type of the elements.</param>
    /// <param name="shape">A number or, for a size that a run decides, a word for each dimension.</param>
    public OnnxValue Input(string name, OnnxType type, params object[] shape)
    {
        inputs.Add(Described(name, type, shape));
        return new OnnxValue(this, name);
    }

    /// <summary>Declares a tensor an output.</summary>
    /// <inheritdoc cref="Input"/>
    /// <param name="name">The name.</param>
    /// <param name="value">The tensor.</param>
    /// <param name="type">The type of the elements.</param>
    /// <param name="shape">A number or, for a size that a run decides, a word for each dimension.</param>
    public void Output(string name, OnnxValue value, OnnxType type, params object[] shape)
    {
        nodes.Add(new ProtoMessage().Add(1, value.Name).Add(2, name).Add(3, "output " + name).Add(4, "Identity"));
        outputs.Add(Described(name, type, shape));
    }

    /// <summary>Names the nodes that are added from now on for a layer: viewers of graphs show the names.</summary>
    public void Enter(string layer) => path = layer;

    /// <summary>Adds a node with one output.</summary>
    /// <param name="operation">The name of the operation.</param>
    /// <param name="from">The inputs; null for an optional input that is left out.</param>
    /// <param name="attributes">
    /// Names and values: a whole number, a number, a text, or an array of whole numbers.
    /// </param>
    public OnnxValue Node(string operation, OnnxValue?[] from, params (string Name, object Value)[] attributes) =>
        Node(operation, 1, from, attributes)[0];

    /// <summary>Adds a node with several outputs.</summary>
    /// <inheritdoc cref="Node(string, OnnxValue?[], ValueTuple{string, object}[])"/>
    public OnnxValue[] Node(
        string operation, int results, OnnxValue?[] from, params (string Name, object Value)[] attributes)
    {
        var node = new ProtoMessage();
        var unique = string.Create(CultureInfo.InvariantCulture, $"{path}/{operation}_{count++}");
        foreach (var input in from) node.Add(1, input?.Name ?? "");
        string[] names = results == 1 ? [unique] : [.. Enumerable.Range(0, results).Select(i =>
            string.Create(CultureInfo.InvariantCulture, $"{unique}:{i}"))];
        foreach (var output in names) node.Add(2, output);
        node.Add(3, unique).Add(4, operation);
        foreach (var (attribute, value) in attributes) node.Add(5, Attribute(attribute, value));
        nodes.Add(node);
        return Array.ConvertAll(names, output => new OnnxValue(this, output));
    }

    /// <summary>A constant under a name of its own; a second call with the name gives the same constant.</summary>
    /// <param name="name">The name.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="values">The elements, row by row; they must not change before the graph is written.</param>
    public OnnxValue Weight(string name, int[] shape, float[] values) =>
        Constant(name, OnnxType.Float, shape, values);

    /// <inheritdoc cref="Weight(string, int[], float[])"/>
    public OnnxValue Weight(string name, int[] shape, double[] values) =>
        Constant(name, OnnxType.Double, shape, values);

    /// <summary>A number in single precision, [].</summary>
    public OnnxValue Number(double value) => Constant(
        string.Create(CultureInfo.InvariantCulture, $"number {(float)value:R}"), OnnxType.Float, [], [(float)value]);

    /// <summary>Whole numbers, [count].</summary>
    public OnnxValue Whole(params long[] values) => Constant(
        "whole " + string.Join(' ', values.Select(value => value.ToString(CultureInfo.InvariantCulture))),
        OnnxType.Int64, [values.Length], values);

    /// <summary>A whole number, [].</summary>
    public OnnxValue Single(long value) => Constant(
        string.Create(CultureInfo.InvariantCulture, $"single {value}"), OnnxType.Int64, [], [value]);

    /// <summary>The graph as a message, <c>GraphProto</c>.</summary>
    public ProtoMessage Message()
    {
        var message = new ProtoMessage();
        foreach (var node in nodes) message.Add(1, node);
        message.Add(2, Name);
        foreach (var weight in weights) message.Add(5, weight);
        foreach (var input in inputs) message.Add(11, input);
        foreach (var output in outputs) message.Add(12, output);
        return message;
    }

    /// <summary>A constant as <c>TensorProto</c>, whose numbers are bytes in little-endian order.</summary>
    private OnnxValue Constant<T>(string name, OnnxType type, int[] shape, T[] values)
        where T : unmanaged
    {
        if (constants.TryGetValue(name, out var known)) return known;
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("OnnxGraph: weights are written on little-endian processors.");
        var tensor = new ProtoMessage();
        foreach (var size in shape) tensor.Add(1, size);
        ReadOnlyMemory<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        weights.Add(tensor.Add(2, (long)type).Add(8, name).Add(9, bytes));
        WeightBytes += bytes.Length;
        return constants[name] = new OnnxValue(this, name);
    }

    /// <summary><c>ValueInfoProto</c>: the type is a tensor's, with a size or a word for each dimension.</summary>
    private static ProtoMessage Described(string name, OnnxType type, object[] shape)
    {
        var sizes = new ProtoMessage();
        foreach (var size in shape)
            sizes.Add(1, size is string word ? new ProtoMessage().Add(2, word) : new ProtoMessage().Add(1, (int)size));
        var tensor = new ProtoMessage().Add(1, (long)type).Add(2, sizes);
        return new ProtoMessage().Add(1, name).Add(2, new ProtoMessage().Add(1, tensor));
    }

    /// <summary><c>AttributeProto</c>: field 20 says which other field holds the value.</summary>
    private static ProtoMessage Attribute(string name, object value)
    {
        var attribute = new ProtoMessage().Add(1, name);
        switch (value)
        {
            case double number: return attribute.Add(2, (float)number).Add(20, 1L);
            case long whole: return attribute.Add(3, whole).Add(20, 2L);
            case string text: return attribute.Add(4, text).Add(20, 3L);
            case long[] list:
                foreach (var item in list) attribute.Add(8, item);
                return attribute.Add(20, 7L);
            default: throw new UnreachableException();
        }
    }
}
