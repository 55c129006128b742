using Engine.Inspection;
using Engine.Layers;

namespace Engine.Cli;

/// <summary>The attention of a sentence: heat maps, or the same numbers as JSON.</summary>
internal static class AttentionReport
{
    private static readonly IReadOnlySet<string> Weights = new HashSet<string> { ObservedAttention.Weights };

    /// <summary>The parts of a pass that the report reads.</summary>
    public static IReadOnlySet<string> Parts => Weights;

    /// <summary>Draws the chosen heads.</summary>
    public static void WriteText(CommandStreams streams, PassRecord pass, AttentionChoice choice)
    {
        var output = streams.Drawing;
        var table = new ResultTable(output, streams.OutputIsTerminal);
        table.WriteLine($"source  {Line(pass.Source)}");
        if (pass.Target.Count > 0)
            table.WriteLine($"target  {pass.TargetText}{(pass.IsOwnTarget ? "  (the model's own translation)" : "")}");
        var isOfEncoder = choice.Kind == AttentionKind.Encoder;
        table.WriteLine($"{AttentionChoice.Name(choice.Kind)} attention in percent: how much of each column's value "
            + "a row takes");
        if (!isOfEncoder) table.WriteLine("row: the token that the decoder reads → the token that comes next");
        var rows = isOfEncoder ? pass.Source.Select(token => token.Text)
            : pass.Target.Zip(pass.Predictions, (read, next) => $"{read.Text} → {next.Reference?.Text}");
        var columns = choice.Kind == AttentionKind.Decoder ? pass.Target : pass.Source;
        var terminal = streams.OutputIsTerminal ? ResultTable.ConsoleOn(output) : null;
        foreach (var head in choice.In(pass))
        {
            output.WriteLine();
            output.WriteLine(FormattableString.Invariant($"layer {head.Layer}, head {head.Head}  {head.Path}"));
            new HeatMap(rows, columns.Select(token => token.Text), head.Weights)
                .Write(output, terminal);
        }
    }

    /// <summary>Writes the numbers of the chosen heads as one JSON object.</summary>
    public static void WriteJson(TextWriter output, PassRecord pass, AttentionChoice choice) =>
        output.WriteLine(RecordJson.OneLine(new
        {
            pass.Source, pass.Target, pass.TargetText, pass.IsOwnTarget, Attention = choice.In(pass),
        }));

    private static string Line(IEnumerable<RecordedToken> tokens) =>
        string.Join(' ', tokens.Select(token => token.Text));
}
