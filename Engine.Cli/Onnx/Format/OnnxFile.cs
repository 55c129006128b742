using Engine.Storage;

namespace Engine.Cli;

/// <summary>A file of ONNX, <c>ModelProto</c>: a graph and the versions that a reader must know.</summary>
internal static class OnnxFile
{
    /// <summary>
    /// The version of the operations, from 2022: the first with LayerNormalization, so that many runtimes know it.
    /// </summary>
    public const int Opset = 17;

    // The version of the format that came with the operations.
    private const int Format = 8;

    // Protocol buffers have lengths of 31 bits; nodes and names take far less than a megabyte.
    private const long Most = int.MaxValue - (1 << 20);

    /// <summary>The name of the file that holds a graph.</summary>
    public static string NameOf(OnnxGraph graph) => graph.Name + ".onnx";

    /// <summary>Refuses a graph that no file can hold.</summary>
    /// <param name="name">The name of the file.</param>
    /// <param name="weights">The bytes of the graph's weights.</param>
    /// <exception cref="InputException">The weights have 2 GB or more.</exception>
    public static void RequirePossible(string name, long weights)
    {
        if (weights <= Most) return;
        throw new InputException(FormattableString.Invariant(
            $"{name} would have {weights / 1e9:F1} GB, and a file of ONNX has less than 2 GB; ")
            + "train a smaller model, or one with a smaller vocabulary");
    }

    /// <summary>Writes a graph.</summary>
    public static void Write(OnnxGraph graph, Stream stream) => new ProtoMessage()
        .Add(1, Format)
        .Add(2, "engine")
        .Add(7, graph.Message())
        .Add(8, new ProtoMessage().Add(1, "").Add(2, Opset))
        .WriteTo(stream);
}
