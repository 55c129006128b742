using System.Diagnostics;
using Engine.Layers;

namespace Engine.Inspection;

/// <summary>Keeps what a tape records, and the norms of the gradients that reach each operation.</summary>
internal sealed class TapeRecorder(Module<float> network) : ModuleObserver<float>(network)
{
    private readonly Dictionary<Parameter<float>, string> parameters =
        network.NamedParameters.ToDictionary(named => named.Value, named => named.Key);

    private readonly List<(StepNode Node, Parameter<float>? Parameter)> recorded = [];
    private readonly Dictionary<int, double> gradientNorms = [];

    public override void Recorded(
        int node, CatalogueEntry? entry, Tensor<float> y, ReadOnlySpan<Tensor<float>?> inputs)
    {
        var path = Path;
        foreach (var input in inputs)
        {
            // A layer without parts of its own does not announce itself; its parameters tell which layer it is.
            if (input?.Parameter is { } parameter && parameters.TryGetValue(parameter, out var name))
                path = name[..Math.Max(name.LastIndexOf('.'), 0)];
        }
        if (y.Parameter is not null) path = parameters.GetValueOrDefault(y.Parameter, y.Parameter.Name);
        var from = new List<StepInput>();
        foreach (var input in inputs)
        {
            if (input is not null) from.Add(new StepInput(input.Node, [.. input.Shape.AsSpan()]));
        }
        recorded.Add((
            new StepNode(
                node, entry?.Name ?? "parameter", entry?.Formula ?? "", entry?.Source ?? "",
                entry is null ? null : Caller(), path, from, [.. y.Shape.AsSpan()],
                Norm(y.ToArray()), null),
            y.Parameter));
    }

    public override void Reached(int node, ReadOnlySpan<float> gradient) =>
        gradientNorms[node] = Norm(gradient);

    /// <summary>The nodes with the norms of their gradients.</summary>
    /// <param name="gradients">The gradients of the parameters.</param>
    public IReadOnlyList<StepNode> Nodes(GradientSet<float> gradients) =>
    [
        .. recorded.Select(one => one.Node with
        {
            GradientNorm = one.Parameter is { } parameter
                ? Norm(gradients[parameter])
                : gradientNorms.TryGetValue(one.Node.Index, out var norm) ? norm : null,
        }),
    ];

    /// <summary>The norm of numbers whose squares may be no floats.</summary>
    private static double Norm(ReadOnlySpan<float> numbers)
    {
        var squares = 0.0;
        foreach (var number in numbers) squares += (double)number * number;
        return Math.Sqrt(squares);
    }

    /// <summary>The line outside of tapes and operations that called the operation.</summary>
    private static string? Caller()
    {
        var frame = new StackTrace(skipFrames: 2, fNeedFileInfo: true).GetFrames().FirstOrDefault(frame =>
            DiagnosticMethodInfo.Create(frame) is { } method && !IsOfOperations(method.DeclaringTypeName));
        if (frame?.GetFileName() is not { } file || frame.GetFileLineNumber() == 0) return null;
        // The compiler writes paths that begin at the repository, /_/Engine/...
        return FormattableString.Invariant(
            $"{(file.StartsWith("/_/", StringComparison.Ordinal) ? file[3..] : file)}:{frame.GetFileLineNumber()}");
    }

    private static bool IsOfOperations(string type) =>
        type.StartsWith("Engine.", StringComparison.Ordinal) && type.LastIndexOf('.') == "Engine".Length;
}
