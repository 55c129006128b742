using System.Diagnostics;
using System.Globalization;
using Engine.Charts;
using Engine.Lab;

namespace Engine.Cli;

/// <summary>Draws the pictures of a page in one language.</summary>
internal static class LabPictures
{
    private const double LeastCell = 7, MostCell = 44, WidthOfDigit = 7.5, WidestMap = 430;
    private const int MostNumbers = 16, NamesOfColumns = 16;

    /// <summary>A picture as SVG.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="language">The language of its texts.</param>
    /// <param name="isFile">Whether it stands alone, rather than in a page that has <see cref="ChartStyles.Css"/>.
    /// </param>
    public static string Svg(LabPicture picture, LabLanguage language, bool isFile = false)
    {
        switch (picture)
        {
            case LabPlot plot:
                var lines = new LineChart(
                    language.Of(plot.Title), Axis(plot.X), Axis(plot.Y),
                    [
                        .. plot.Lines.Select(line =>
                            new ChartLine(language.Of(line.Name), line.Points) { Spread = line.Spread }),
                    ])
                {
                    Words = Words(language),
                };
                return isFile ? lines.ToFile() : lines.ToElement();
            case LabBars bars:
                var chart = new BarChart(
                    language.Of(bars.Title), Axis(bars.Y), [.. bars.Series.Select(language.Of)],
                    [.. bars.Groups.Select(group => new ChartGroup(language.Of(group.Name), group.Values))])
                {
                    Words = Words(language),
                };
                return isFile ? chart.ToFile() : chart.ToElement();
            case LabHeat heat:
                var map = Map(heat, language);
                return isFile ? map.ToFile(language.Of(heat.Title)) : map.ToElement(language.Of(heat.Title));
            default:
                throw new UnreachableException();
        }

        ChartAxis Axis(LabAxis axis) => new(language.Of(axis.Name), axis.IsLogarithmic);
    }

    private static ChartWords Words(LabLanguage language) => language.IsChinese
        ? new ChartWords("没有可画的数值", "个数值没有画出：对数轴上没有 0 和负数的位置")
        : ChartWords.English;

    private static HeatChart Map(LabHeat heat, LabLanguage language)
    {
        var known = heat.Rows.SelectMany(row => row.Values).Where(double.IsFinite).DefaultIfEmpty().ToArray();
        var (least, most) = (known.Min(), known.Max());
        var hasSigns = least < 0;
        // Cells of one sign have their shades from the least to the greatest, unless 0 is near.
        var from = hasSigns || least < most / 2 ? 0 : least;
        var span = hasSigns ? Math.Max(-least, most) : most - from;
        double Share(double value) => !double.IsFinite(value) ? double.NaN
            : span == 0 ? 0.5 : (value - from) / span;
        var every = (heat.Columns.Count + NamesOfColumns - 1) / NamesOfColumns;
        string[] columns = [.. heat.Columns.Select((name, i) => i % every == 0 ? language.Of(name) : "")];
        HeatRow[] rows =
        [
            .. heat.Rows.Select(row => new HeatRow(language.Of(row.Name), [.. row.Values.Select(Share)])
            {
                Numbers = [.. row.Values.Select(value => Number(value, span))],
            }),
        ];
        var width = Math.Clamp(
            (WidestMap - new HeatChart(rows, columns).NamesWidth) / heat.Columns.Count, LeastCell, MostCell);
        var scale = hasSigns
            ? $"{Number(-span, span)} ▨ … 0 □ … {Number(span, span)} ■"
            : $"{Number(from, span)} □ … {Number(most, span)} ■";
        var longest = rows.SelectMany(row => row.Numbers!).Max(number => number.Length);
        return new HeatChart(rows, columns)
        {
            Title = language.Of(heat.Title),
            RowTitle = language.Of(heat.RowAxis),
            ColumnTitle = language.Of(heat.ColumnAxis),
            CellWidth = width,
            HasNumbers = heat.Columns.Count <= MostNumbers && width >= longest * WidthOfDigit,
            Foot = scale,
        };
    }

    /// <summary>A value with enough digits to tell hundredths of the map's span apart.</summary>
    private static string Number(double value, double span)
    {
        const int Hundredths = 2, MostDigits = 5;
        if (double.IsNaN(value)) return "–";
        var digits = span > 0 ? Hundredths - (int)Math.Floor(Math.Log10(span)) : Hundredths;
        return digits > MostDigits ? value.ToString("G2", CultureInfo.InvariantCulture)
            : value.ToString("#,0." + new string('#', Math.Max(digits, 0)), CultureInfo.InvariantCulture);
    }
}
