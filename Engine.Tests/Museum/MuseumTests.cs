using System.Text;
using Engine.Tests.Architecture;

namespace Engine.Tests.Museum;

/// <summary>
/// A museum of common mistakes: wrong code beside right code, and a check that tells one from the other. If the check
/// passes wrong code, the check is to be improved.
/// </summary>
public class MuseumTests
{
    private static readonly (string Name, Exhibit[] Exhibits)[] Halls =
    [
        ("Functions of one number", [.. ElementwiseRoom.Exhibits]),
        ("Shapes, products and tables", [.. StructureRoom.Exhibits]),
        ("Normalization", [.. NormalizationRoom.Exhibits]),
        ("Attention and positions", [.. AttentionRoom.Exhibits]),
        ("Recurrence, convolution and pooling", [.. SequenceRoom.Exhibits]),
        ("Training", [.. TrainingRoom.Exhibits]),
        ("Decoding", [.. DecodingRoom.Exhibits]),
    ];

    private static readonly (string Name, Exhibit[] Exhibits)[] Rooms =
    [
        .. Halls,
        ("Solutions written by hand", [.. ByHandRoom.ExhibitsBeside(Halls.SelectMany(room => room.Exhibits))]),
    ];

    /// <summary>All exhibits.</summary>
    internal static IEnumerable<Exhibit> All => Rooms.SelectMany(room => room.Exhibits);

    public static TheoryData<string> Names => new(All.Select(exhibit => exhibit.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Wrong_code_is_caught(string name) => Assert.NotNull(Find(name).Check(true));

    [Theory]
    [MemberData(nameof(Names))]
    public void Right_code_passes_the_same_check(string name) => Assert.Null(Find(name).Check(false));

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
            # A museum of common mistakes

            {All.Count()} mistakes that people make. Each exhibit is a piece of code with one place that is right or
            wrong. The tests run the exhibit's check on both versions: the check must catch the wrong one and pass the
            right one. The kinds of checks are the kinds that hold the engine's own code: finite differences
            (`GradientCheck`), cases recorded from PyTorch (`Reference`), another implementation of the same function
            (`Twin`), and mathematical properties (`Property`). Finite differences find a backward that is not the
            derivative of its forward. Where the forward is wrong and the backward is its derivative, as with a mask
            applied after the softmax, only the other three kinds find the mistake.

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
