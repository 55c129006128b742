using System.Text;
using Engine.Tests.Architecture;

namespace Engine.Tests.Museum;

/// <summary>
/// A museum of wrong backwards: code as people get it wrong, and what tells it from code that is right. An exhibit that
/// gets past its check is a check to mend.
/// </summary>
public class MuseumTests
{
    private static readonly (string Name, Exhibit[] Exhibits)[] Rooms =
    [
        ("Functions of one number", [.. ElementwiseRoom.Exhibits]),
        ("Shapes, products and tables", [.. StructureRoom.Exhibits]),
        ("Normalization", [.. NormalizationRoom.Exhibits]),
        ("Attention and positions", [.. AttentionRoom.Exhibits]),
        ("Training", [.. TrainingRoom.Exhibits]),
    ];

    private static IEnumerable<Exhibit> All => Rooms.SelectMany(room => room.Exhibits);

    public static TheoryData<string> Names => new(All.Select(exhibit => exhibit.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_wrong_is_caught(string name) => Assert.NotNull(Find(name).Check(true));

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_right_passes_the_same_check(string name) => Assert.Null(Find(name).Check(false));

    [Fact]
    public void There_are_at_least_twenty_five_exhibits_and_every_witness_is_needed()
    {
        Assert.True(All.Count() >= 25);
        foreach (var witness in Enum.GetValues<Witness>())
            Assert.Contains(All, exhibit => exhibit.Witness == witness);
    }

    [Fact]
    public void The_catalogue_of_the_museum_is_its_README()
    {
        var file = Path.Combine(SourceFiles.Root, "Engine.Tests", "Museum", "README.md");
        var text = Catalogue();
        Assert.True(
            File.Exists(file) && File.ReadAllText(file).ReplaceLineEndings("\n") == text,
            $"{file} must be this:\n{text}");
    }

    private static Exhibit Find(string name) => All.Single(exhibit => exhibit.Name == name);

    private static string Catalogue()
    {
        var text = new StringBuilder();
        text.Append(
            $"""
            # A museum of wrong backwards

            {All.Count()} pieces of code as people get them wrong. Each is written once, with one place that can be
            right or wrong; the tests run the check that is named beside it on both, and it has to catch the one and
            pass the other. The checks are those of the real code: finite differences (`GradientCheck`), cases recorded
            from PyTorch (`Reference`), the same thing composed of primitive operations (`Twin`), and what the
            mathematics promises (`Property`). Finite differences see a backward that is not its forward's; where the
            forward is wrong and its backward agrees, as with a mask applied after the softmax, it takes one of the
            other three.

            """);
        foreach (var (name, exhibits) in Rooms)
        {
            text.Append($"\n## {name}\n\n| exhibit | what is wrong | caught by |\n|---|---|---|\n");
            foreach (var exhibit in exhibits)
                text.Append(
                    $"| {exhibit.Name} | {exhibit.Fault.Replace("|", "\\|")} | `{exhibit.Witness}` |\n");
        }
        return text.ToString();
    }
}
