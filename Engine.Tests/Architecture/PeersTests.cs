using System.Text.RegularExpressions;

namespace Engine.Tests.Architecture;

/// <summary>The programs of other engines in Engine.Bench/Peers, which no build sees.</summary>
public partial class PeersTests
{
    [Theory]
    [InlineData("Peers/torch/presets.py")]
    [InlineData("Peers/torchsharp/Program.cs")]
    public void A_peer_has_the_shapes_of_our_benchmarks(string peer)
    {
        var ours = Presets("QuickShapes.cs");
        Assert.Equal(["toy", "tiny", "base"], ours.Select(preset => preset.Name));
        Assert.Equal(ours, Presets(peer));
    }

    private static (string Name, string Numbers)[] Presets(string file) =>
        [.. Preset().Matches(File.ReadAllText(Path.Combine(SourceFiles.Root, "Engine.Bench", file)))
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value))];

    // C#: ["toy"] = new(64, 0.1). Python: "toy": Shape(64, 0.1).
    [GeneratedRegex(@"""(\w+)""\]?(?: = new|: Shape)\(([\d., ]+)\)")]
    private static partial Regex Preset();
}
