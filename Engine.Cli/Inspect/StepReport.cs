using Engine.Inspection;

namespace Engine.Cli;

/// <summary>
/// A training step as its tape saw it, in lines of at most <see cref="Columns"/> columns where the names are no longer:
/// the operations in the order of the forward pass with their formulas, back with their derivatives, and the gradients
/// of each layer.
/// </summary>
internal sealed class StepReport
{
    /// <summary>The columns of a line.</summary>
    public const int Columns = 100;

    private const string Indent = "      ", Leaf = "parameter";

    private readonly StepRecord step;
    private readonly Dictionary<int, StepNode> nodes;
    private readonly ResultTable output;

    private StepReport(StepRecord step, ResultTable output)
    {
        (this.step, this.output) = (step, output);
        nodes = step.Nodes.ToDictionary(node => node.Index);
    }

    /// <summary>Whether a node is an operation, and no parameter.</summary>
    public static bool IsOperation(StepNode node) => node.Operation != Leaf;

    /// <summary>Whether a node belongs to what <c>--filter</c> asks for: by its operation, path or file.</summary>
    public static bool Fits(StepNode node, string filter) =>
        new[] { node.Operation, node.Path, node.Source, node.Caller }.Any(text =>
            text?.Contains(filter, StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>Writes the report.</summary>
    /// <param name="table">Receives it.</param>
    /// <param name="step">The step.</param>
    /// <param name="filter">What operations must be, have as their path, or come from; null for all.</param>
    public static void Write(ResultTable table, StepRecord step, string? filter) =>
        new StepReport(step, table).Write(filter);

    private void Write(string? filter)
    {
        var shown = step.Nodes
            .Where(node => IsOperation(node) && (filter is null || Fits(node, filter))).ToArray();
        Wrapped($"loss {Printable.Fixed(step.Loss, 4)}, the mean of {Tokens(step.Target.Count)}", Indent);
        Wrapped($"source {Text(step.Source)}", Indent);
        Wrapped($"target {Text(step.Target)}", Indent);
        output.WriteLine("");
        output.WriteLine("FORWARD  number, operation, module, line that calls it; |y| is the norm of the output");
        foreach (var node in shown) Forward(node);
        output.WriteLine("");
        output.WriteLine("BACK  |dY| is the norm of the loss's gradient by the output");
        foreach (var node in shown.Reverse()) Back(node);
        output.WriteLine("");
        output.WriteLine("Norms of the gradients of all parameters of a layer:");
        output.Write(
            ["layer", ">norm"],
            step.Layers.Select(layer => (string[])[layer.Layer, Printable.Short(layer.GradientNorm)]));
    }

    private void Forward(StepNode node)
    {
        Head(node, node.Caller ?? node.Source);
        Wrapped($"{Indent}{Halves(node.Formula).Forward}", Indent + "  ");
        Wrapped(
            $"{Indent}{string.Join(", ", node.Inputs.Select(Input))} → {Shape(node.Shape)}, "
            + $"|y| {Printable.Short(node.ValueNorm)}", Indent + "  ");
    }

    private void Back(StepNode node)
    {
        var norm = node.GradientNorm is { } number ? $"|dY| {Printable.Short(number)}" : "no gradient arrives";
        Head(node, norm);
        if (node.GradientNorm is null) return;
        Wrapped($"{Indent}{Halves(node.Formula).Back}", Indent + "  ");
        var gradients = node.Inputs.Where(input => nodes.TryGetValue(input.Node, out var from)
            && from.GradientNorm is not null).Select(input => nodes[input.Node]).Distinct().ToArray();
        if (gradients.Length == 0) return;
        Wrapped(
            $"{Indent}to {string.Join(", ", gradients.Select(from => from.Operation == Leaf
                ? $"{from.Path} {Printable.Short(from.GradientNorm!.Value)}" : Number(from.Index)))}", Indent + "  ");
    }

    /// <summary>Writes number, operation and module, and what ends the line, below them if there is no room.</summary>
    private void Head(StepNode node, string end)
    {
        var begin = $"{Number(node.Index),-5} {node.Operation}  "
            + (node.Path.Length == 0 ? "(the network)" : node.Path);
        var spaces = Columns - TextColumns.Of(begin) - TextColumns.Of(end);
        if (spaces > 0)
        {
            output.WriteLine(begin + new string(' ', spaces) + end);
            return;
        }
        output.WriteLine(begin);
        output.WriteLine(Indent + end);
    }

    /// <summary>An input: where it comes from, and its shape.</summary>
    private string Input(StepInput input) => input.Node < 0 ? $"constant {Shape(input.Shape)}"
        : nodes.TryGetValue(input.Node, out var from) && from.Operation == Leaf
            ? $"{from.Path[(from.Path.LastIndexOf('.') + 1)..]} {Shape(input.Shape)}"
            : $"{Number(input.Node)} {Shape(input.Shape)}";

    private void Wrapped(string text, string indent)
    {
        var first = text.Length - text.TrimStart().Length;
        foreach (var (number, line) in WordWrap.Lines(text, Columns - indent.Length).Index())
            output.WriteLine((number == 0 ? text[..first] : indent) + line);
    }

    /// <summary>The two halves of a formula: the values, and the gradients.</summary>
    private static (string Forward, string Back) Halves(string formula)
    {
        var at = formula.IndexOf(";  ", StringComparison.Ordinal);
        return at < 0 ? (formula, "") : (formula[..at], formula[at..].TrimStart(';', ' '));
    }

    private static string Number(int node) => FormattableString.Invariant($"#{node}");

    private static string Shape(IReadOnlyList<int> shape) => new Shape([.. shape]).ToString();

    private static string Text(IEnumerable<RecordedToken> tokens) =>
        string.Join(' ', tokens.Select(token => token.Text));

    private static string Tokens(int count) => count == 1 ? "1 label" : FormattableString.Invariant($"{count} tokens");
}
