using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>Lines as long as a model may read.</summary>
public sealed class LongLineTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    [Fact]
    public void The_longest_lines_are_translated_and_evaluated()
    {
        using var folder = new TemporaryFolder();
        string[] lines = ["red blue", Words(4096), "grey"];
        File.WriteAllLines(folder["a"], lines);
        File.WriteAllLines(folder["b"], lines.Select(line => line.ToUpperInvariant()));
        string[] options = ["--model", tiny.Model, "--max-length", "3"];
        var evaluated = CommandLine.Run(
        [
            "evaluate", "--source", folder["a"], "--target", folder["b"], "--output", folder["out"], .. options,
        ]);
        Assert.Equal(0, evaluated.Code);
        Assert.Contains(" of 4,102 reference tokens", evaluated.Output); // 2 + 4,096 + 1, and three ends
        var translated = File.ReadAllLines(folder["out"]);
        Assert.Equal(3, translated.Length);
        Assert.Equal(
            CommandLine.RunOn("red blue\ngrey\n", ["translate", .. options]).OutputLines,
            (string[])[translated[0], translated[2]]);
        var refused = CommandLine.RunOn(Words(4097) + "\n", ["translate", .. options]).Mistake();
        Assert.EndsWith(" has 4,097 tokens; a line may have at most 4,096. Split it.", refused);
    }

    [Fact]
    public void A_line_much_longer_than_those_of_training_is_named_once()
    {
        string[] translate = ["translate", "--model", tiny.Model, "--max-length", "3"];
        var input = $"red blue\n{Words(103)}\n{Words(104)}\n{Words(200)}\n";
        var result = CommandLine.RunOn(input, translate);
        Assert.Equal((0, 4), (result.Code, result.OutputLines.Length));
        Assert.Equal(
            "standard input:3: the line has 104 tokens, and the longest line that the model has learned from 3; expect "
            + "poor answers to lines this long, or split them (said once)\n", result.Error);
        Assert.Equal("", CommandLine.RunOn($"{Words(103)}\n", translate).Error);
    }

    private static string Words(int count) =>
        string.Join(' ', Enumerable.Range(0, count).Select(i => i % 2 == 0 ? "red" : "blue"));
}
