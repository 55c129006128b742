using System.Globalization;
using System.Xml.Linq;
using Engine.Charts;

namespace Engine.Tests.Charts;

/// <summary>Charts with free axes: what they draw, what they leave out, and what they say of it.</summary>
public sealed class ChartDrawingTests
{
    private const string Long = "残差连接加层归一化（Post-LN），学习率 0.001，不做预热，三个种子的平均值和范围，层数从 2 到 24 逐步增加";

    [Fact]
    public void Lines_differ_in_dash_and_shape_and_the_legend_shows_both()
    {
        var lines = Enumerable.Range(0, 13).Select(i => new ChartLine($"line {i}", [(0, i), (1, i + 1)])).ToArray();
        var svg = Svg(new LineChart("title", new("x"), new("y"), lines).ToElement());
        // Each line stands in the legend and in the plot.
        var marks = Classed(svg, "series").GroupBy(path => (string)path.Attribute("class")!).ToArray();
        Assert.All(marks, line => Assert.Equal(2, line.Count()));
        Assert.Equal(lines.Length, marks.Length);
        var shapes = Classed(svg, "full").Concat(Classed(svg, "open"))
            .Select(mark => string.Concat(((string)mark.Attribute("d")!).Where(char.IsLetter)));
        Assert.True(shapes.Distinct().Count() >= 4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_point_a_constant_and_nothing_have_an_axis(bool isLogarithmic)
    {
        foreach (var points in ((double X, double Y)[][])[[(3, 5)], [(1, 2), (2, 2)], [(0, 0)], [], [(1, double.NaN)]])
        {
            var axis = new ChartAxis("y", isLogarithmic);
            var svg = Svg(new LineChart("title", new("x"), axis, [new("a", points)]).ToElement());
            var isShown = points.Any(point => isLogarithmic ? point.Y > 0 : point.Y >= 0);
            Assert.Equal(isShown, Classed(svg, "full").Any());
            Assert.Equal(!isShown, Texts(svg).Contains("no values to show"));
            Assert.True(Classed(svg, "grid").Count() >= 2);
        }
    }

    [Fact]
    public void A_logarithmic_axis_says_how_many_values_have_no_place_on_it()
    {
        var line = new ChartLine("a", [(1, 0), (2, 1e-3), (4, 1e-9), (8, -1)]);
        var svg = Svg(new LineChart("title", new("x"), new("y", IsLogarithmic: true), [line]).ToElement());
        Assert.Contains("2 values left out: 0 or less has no place on a logarithmic axis", Texts(svg));
        Assert.Equal(2, Classed(svg, "full").Count());
        Assert.Contains("10⁻⁹", Texts(svg));
        var bars = Svg(new BarChart("t", new("y", true), ["a"], [new("zero", [0]), new("one", [1])]).ToElement());
        Assert.Contains(Texts(bars), text => text.StartsWith("1 values left out"));
        Assert.Single(Classed(bars, "full"));
    }

    [Fact]
    public void A_point_that_is_no_number_interrupts_the_line()
    {
        var line = new ChartLine("a", [(1, 1), (2, 2), (3, double.NaN), (4, 2), (5, double.PositiveInfinity), (6, 1)]);
        var path = Assert.Single(Classed(
            Svg(new LineChart("title", new("x"), new("y"), [line]).ToElement()), "series"));
        Assert.Equal(3, ((string)path.Attribute("d")!).Count(letter => letter == 'M'));
    }

    [Fact]
    public void A_spread_is_whiskers_at_few_points_and_a_band_at_many()
    {
        ChartLine Line(int count) => new("a", [.. Enumerable.Range(0, count).Select(i => ((double)i, 1.0))])
        {
            Spread = [.. Enumerable.Repeat((0.5, 2.0), count)],
        };
        var few = Svg(new LineChart("t", new("x"), new("y"), [Line(4)]).ToElement());
        var many = Svg(new LineChart("t", new("x"), new("y"), [Line(40)]).ToElement());
        Assert.Equal((4, 0), (Classed(few, "whisker").Count(), Classed(few, "band").Count()));
        Assert.Equal((0, 1), (Classed(many, "whisker").Count(), Classed(many, "band").Count()));
        Assert.Contains("2", Texts(few)); // the axis reaches to the end of the spread
    }

    [Fact]
    public void A_bar_begins_at_0_and_has_its_value_and_its_pattern()
    {
        var chart = new BarChart(
            "title", new("share, %"), ["a", "b"], [new(Long, [10, -5]), new("none", [double.NaN, 0])]);
        var svg = Svg(chart.ToElement());
        // The legend comes first.
        var bars = svg.Elements().Where(element => element.Name.LocalName == "rect").Skip(2).ToArray();
        double At(int bar, string name) => (double)bars[bar].Attribute(name)!;
        Assert.Equal(At(0, "x"), At(1, "x") + At(1, "width"), 0.2);
        Assert.Equal(2, At(0, "width") / At(1, "width"), 0.02);
        Assert.Contains("–", Texts(svg));
        Assert.Contains("-5", Texts(svg));
        Assert.NotEmpty(Classed(svg, "stripe"));
    }

    [Fact]
    public void The_bars_of_a_group_differ_in_the_directions_of_their_stripes()
    {
        var chart = new BarChart(
            "title", new("y"), [.. Enumerable.Range(0, 6).Select(i => $"series {i}")],
            [new("group", [1, 1, 1, 1, 1, 1])]);
        var stripes = Classed(Svg(chart.ToFile()), "stripe").ToArray();
        // The samples of the legend come first. Two of six series have no stripes: a full bar and an empty one.
        Assert.Equal(8, stripes.Length);
        Assert.Equal(
            ["rising", "upright", "falling", "level"],
            stripes[4..].Select(path => Directions(path).Distinct().Single()));
        Assert.Equal(stripes[..4].Select(path => Directions(path).First()), stripes[4..].Select(path =>
            Directions(path).First()));

        static IEnumerable<string> Directions(XElement path) => ((string)path.Attribute("d")!)
            .Split('M', StringSplitOptions.RemoveEmptyEntries).Select(line =>
            {
                var at = Array.ConvertAll(
                    line.Split('L', ' '), number => double.Parse(number, CultureInfo.InvariantCulture));
                var (width, height) = (at[2] - at[0], at[1] - at[3]); // a picture's y grows downwards
                return width == 0 ? "upright" : height == 0 ? "level" : width * height > 0 ? "rising" : "falling";
            });
    }

    [Fact]
    public void A_bar_chart_without_values_says_so()
    {
        var chart = new BarChart("title", new("y"), ["a"], [new("group", [double.NaN])]);
        Assert.Contains("no values to show", Texts(Svg(chart.ToElement())));
        Assert.DoesNotContain("no values to show", Texts(Svg(
            new BarChart("title", new("y"), ["a"], [new("group", [0.0])]).ToElement())));
    }

    [Fact]
    public void Long_Chinese_names_are_wrapped_within_the_picture()
    {
        var line = new ChartLine(Long, [(1, 1), (2, 1e7)]);
        var charts = (string[])
        [
            new LineChart(Long + Long, new(Long), new(Long), [line, line]).ToElement(),
            new BarChart(Long + Long, new(Long), [Long, Long], [new(Long, [1, 2])]).ToElement(),
        ];
        foreach (var svg in charts.Select(Svg))
        {
            var width = (double)svg.Attribute("width")!;
            foreach (var text in svg.Elements().Where(element => element.Name.LocalName == "text"))
            {
                var own = ChartText.WidthOf(text.Value);
                var x = (double)text.Attribute("x")!;
                var left = (string)text.Attribute("text-anchor")! switch
                {
                    "start" => x, "middle" => x - (own / 2), _ => x - own,
                };
                Assert.True(left >= -1 && left + own <= width + 1, $"{text.Value}: {left} to {left + own}");
            }
        }
    }

    [Fact]
    public void A_file_has_its_style_for_light_and_dark_and_any_text_is_well_formed()
    {
        const string Text = "a < b & \"c\" \u0001 ∂h";
        var line = new ChartLine(Text, [(1, 1)]);
        var svg = Svg(new LineChart(Text, new(Text), new(Text), [line, line]).ToFile());
        Assert.Contains("prefers-color-scheme:dark", svg.Elements().First().Value);
        Assert.Equal("a < b & \"c\" \uFFFD ∂h", (string)svg.Attribute("aria-label")!);
    }

    [Fact]
    public void A_training_curve_of_one_point_is_seen()
    {
        var chart = new CurveChart(10);
        chart.Panel(new ChartPanel("loss", 100, [new("a", "train", [(5, 1)]), new("b", "valid", [(1, 1), (2, 2)])]));
        var svg = Svg(chart.ToSvg("{}"));
        Assert.Single(Classed(svg, "train"), mark => mark.Attribute("r") is not null);
        Assert.DoesNotContain(Classed(svg, "valid"), mark => mark.Attribute("r") is not null);
    }

    [Fact]
    public void Negative_cells_are_hatched_or_have_a_sign()
    {
        HeatRow row = new("r", [-1, 0.5]) { Numbers = ["-3", "1.5"] };
        HeatChart Map(bool hasNumbers) => new([row], ["a", "b"])
        {
            HasNumbers = hasNumbers, Title = "title", Foot = "foot",
        };
        var (plain, numbered) = (Svg(Map(false).ToFile("x")), Svg(Map(true).ToElement("x")));
        Assert.Single(Classed(plain, "hatch"));
        Assert.Empty(Classed(numbered, "hatch"));
        Assert.Equal(["title", "a", "b", "r", "-3", "1.5", "foot"], Texts(numbered));
        Assert.Equal("1", (string)Assert.Single(Classed(numbered, "minus")).Attribute("opacity")!);
    }

    [Theory]
    [InlineData("0.5 1 2 5 10", 0.7, 8)]
    [InlineData("10⁻⁹ 10⁻⁷ 10⁻⁵ 0.001 0.1 10", 1e-9, 5)]
    [InlineData("2 3 4 5 6 7 8", 4, 4)]
    [InlineData("3 3.5 4 4.5 5", 3.3, 4.51)]
    [InlineData("2 5 10 20 50 100 200 500 1,000", 4, 512)]
    [InlineData("10,000 2·10⁴ 5·10⁴ 10⁵", 1e4, 6e4)]
    public void Ticks_of_a_logarithmic_axis_are_round_and_enclose_the_values(string labels, double least, double most)
    {
        var scale = ChartScale.Of([least, most, 0, double.NaN], 6, isLogarithmic: true);
        Assert.Equal(labels, string.Join(' ', scale.Ticks.Select(tick => tick.Label)));
        Assert.True(scale.At(least) >= 0 && scale.At(most) <= 1);
    }

    [Fact]
    public void The_greatest_numbers_have_an_axis()
    {
        foreach (var values in (double[][])[[-1.7e308, 1.7e308], [5e-324, 1e-320], [1e300, 1e300]])
        {
            var scale = ChartScale.Of(values, 6, isLogarithmic: false);
            Assert.All(scale.Ticks, tick => Assert.True(double.IsFinite(scale.At(tick.Value))));
        }
    }

    private static XElement Svg(string text) => XElement.Parse(text);

    private static IEnumerable<XElement> Classed(XElement svg, string name) => svg.Elements().Where(element =>
        ((string?)element.Attribute("class") ?? "").Split(' ').Contains(name));

    private static IReadOnlyList<string> Texts(XElement svg) =>
        [.. svg.Elements().Where(element => element.Name.LocalName == "text").Select(text => text.Value)];
}
