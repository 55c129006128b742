using System.Xml.Linq;
using Engine.Charts;

namespace Engine.Tests.Charts;

public sealed class HeatChartTests
{
    [Fact]
    public void Cells_of_one_darkness_are_one_path_and_have_their_numbers()
    {
        var chart = new HeatChart(
            [new("我", [1, 0, 0.5]), new("love", [0.5, double.NaN, 0.004], "note")], ["a", "b", "<eos>"])
        {
            HasNumbers = true, RowTitle = "writes", ColumnTitle = "reads",
        };
        var svg = XElement.Parse(chart.ToElement("weights of \"a\""));
        Assert.Equal("weights of \"a\"", (string)svg.Attribute("aria-label")!);
        var paths = svg.Elements().Where(element => (string?)element.Attribute("class") == "heat").ToArray();
        // 0, nothing and less than half of the first level are left white.
        Assert.Equal(["0.5", "1"], paths.Select(path => (string)path.Attribute("opacity")!));
        Assert.Equal([2, 1], paths.Select(path => ((string)path.Attribute("d")!).Count(letter => letter == 'M')));
        var texts = svg.Elements().Where(element => element.Name.LocalName == "text").ToArray();
        Assert.Equal(
            ["reads", "writes", "a", "b", "<eos>", "我", "love", "note", "100", "50", "50"],
            texts.Select(text => text.Value));
        // A number on a dark cell is light.
        Assert.Equal(["on", "off", "off"], texts[^3..].Select(text => (string)text.Attribute("class")!));
        // A name that is wider than its column stands at an angle.
        Assert.Equal("<eos>", Assert.Single(texts, text => text.Attribute("transform") is not null).Value);
    }

    [Fact]
    public void Nothing_reaches_beyond_the_picture_and_a_long_name_is_cut_between_letters()
    {
        var name = string.Concat(Enumerable.Repeat("😀", 40));
        var svg = XElement.Parse(new HeatChart([new(name, [1])], [name]).ToElement("x"));
        var width = (double)svg.Attribute("width")!;
        var names = svg.Elements().Where(element => element.Name.LocalName == "text").ToArray();
        Assert.All(names, text => Assert.Matches("^(😀){1,12}…$", text.Value));
        Assert.All(names, text => Assert.InRange((double)text.Attribute("x")!, 0, width));
    }
}
