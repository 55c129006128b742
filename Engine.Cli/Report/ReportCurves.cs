using Engine.Charts;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The pictures of a report that have updates as their axis.</summary>
internal static class ReportCurves
{
    private const int Width = 470, Height = 180, MostColumns = 48;

    /// <summary>The run's losses, BLEU and learning rate.</summary>
    public static string Losses(RunCurves curves)
    {
        var charts = curves.Panels.Select(panel =>
        {
            var last = panel.Lines.SelectMany(line => line.Points).Max(point => point.X);
            var chart = new CurveChart(Math.Max(last, 1), Width);
            chart.Panel(panel with { Height = Height });
            return chart.ToElement($"{panel.Title} over updates");
        }).ToArray();
        return charts.Length == 0
            ? "<p>The run's folder has no curves.</p>\n" : $"<div class=\"charts\">\n{string.Concat(charts)}</div>\n";
    }

    /// <summary>The norm of each layer's gradients over the updates.</summary>
    public static string Gradients(LoggedGradients gradients)
    {
        if (gradients.Updates.Count == 0 || gradients.Layers.Count == 0)
            return "<p>The run did not record them; <code>--monitor gradients</code> does.</p>\n";
        // Each column is the geometric mean of the updates that it stands for.
        var columns = Math.Min(gradients.Updates.Count, MostColumns);
        int First(int column) => column * gradients.Updates.Count / columns;
        var logs = gradients.Layers.Select(layer => Enumerable.Range(0, columns).Select(column =>
            Enumerable.Range(First(column), First(column + 1) - First(column))
                .Average(i => layer.Norms[i] > 0 ? Math.Log10(layer.Norms[i]) : double.NaN)).ToArray()).ToArray();
        var known = logs.SelectMany(row => row).Where(double.IsFinite).DefaultIfEmpty().ToArray();
        var (least, most) = (known.Min(), known.Max());
        double Share(double log) => most > least ? 0.08 + 0.92 * (log - least) / (most - least) : 0.5;
        var rows = gradients.Layers.Select((layer, i) => new HeatRow(
            layer.Layer, [.. logs[i].Select(Share)],
            $"{Printable.Short(layer.Norms.Min())} to {Printable.Short(layer.Norms.Max())}"));
        var every = Math.Max(1, columns / 6);
        var names = Enumerable.Range(0, columns).Select(column =>
            column % every == 0 ? Printable.Count(gradients.Updates[First(column)]) : "");
        var chart = new HeatChart([.. rows], [.. names])
        {
            CellWidth = 12, RowTitle = "layer", ColumnTitle = "updates; least and greatest norm of each layer",
        };
        return Html.Wide("gradient norms", chart.ToElement("the gradient norm of each layer over updates"))
            + "<p class=\"note\">The Euclidean norm of each layer's gradients before clipping. A stronger colour is a "
            + $"larger norm, on a logarithmic scale from {Printable.Short(Math.Pow(10, least))} to "
            + $"{Printable.Short(Math.Pow(10, most))}.</p>\n";
    }
}
