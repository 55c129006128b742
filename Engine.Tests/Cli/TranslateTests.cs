using System.Globalization;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

public sealed class TranslateTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    [Fact]
    public void Each_line_gives_a_line_and_an_empty_one_an_empty_one()
    {
        var input = string.Concat(
            Enumerable.Range(0, 1200).Select(i => i % 3 == 1 ? "\n" : i % 2 == 0 ? "red blue\r\n" : "pink\n"));
        var result = CommandLine.RunOn(input, "translate", "--model", tiny.Model);
        Assert.Equal((0, ""), (result.Code, result.Error));
        var lines = result.Output.Split('\n')[..^1];
        Assert.Equal(1200, lines.Length);
        Assert.All(lines.Index(), line => Assert.Equal(line.Index % 3 == 1, line.Item.Length == 0));
        Assert.Equal(
            result.Output,
            CommandLine.RunOn(
                input, "translate", "--model", tiny.Model, "--threads", "3", "--decoder", "greedy").Output);
    }

    [Fact]
    public void Files_and_pipes_give_the_same_translations()
    {
        using var folder = new TemporaryFolder();
        var piped = CommandLine.RunOn(File.ReadAllBytes(tiny.Source), "translate", "--model", tiny.Model);
        var result = CommandLine.Run(
            "translate", "--model", tiny.Model, "--input", tiny.Source, "--output", folder["out"]);
        Assert.Equal((0, "", ""), (result.Code, result.Output, result.Error));
        Assert.Equal(piped.Output, File.ReadAllText(folder["out"]));
        Assert.Equal(["out"], Directory.EnumerateFileSystemEntries(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void No_input_gives_no_output()
    {
        var result = CommandLine.Run("translate", "--model", tiny.Model);
        Assert.Equal((0, "", ""), (result.Code, result.Output, result.Error));
    }

    [Fact]
    public void A_beam_of_one_translates_as_greedy_does_and_threads_do_not_matter()
    {
        const string input = "red blue\n\npink grey green\ngrey\n";
        string Translate(params string[] options) =>
            CommandLine.RunOn(input, ["translate", "--model", tiny.Model, .. options]).Output;
        Assert.Equal(Translate(), Translate("--decoder", "beam", "--beam", "1"));
        var wide = Translate("--decoder", "beam", "--beam", "5", "--length-penalty", "1");
        Assert.Equal(4, wide.Split('\n')[..^1].Length);
        Assert.Equal(
            wide, Translate("--decoder", "beam", "--beam", "5", "--length-penalty", "1", "--threads", "3"));
    }

    [Fact]
    public void The_best_translations_are_listed_with_their_scores()
    {
        var result = CommandLine.RunOn(
            "red blue\n\npink\n", "translate", "--model", tiny.Model, "--decoder", "beam", "--n-best", "3");
        Assert.Equal((0, ""), (result.Code, result.Error));
        var rows = result.OutputLines.Select(line => line.Split(" ||| ")).ToArray();
        Assert.Equal(["0", "0", "0", "1", "2", "2", "2"], rows.Select(row => row[0]));
        Assert.Equal(["1", "", "0.000000"], rows[3]);
        var scores = rows.Where(row => row[0] == "0").Select(row => double.Parse(row[2], CultureInfo.InvariantCulture));
        Assert.Equal(scores.OrderDescending(), scores);
        var best = CommandLine.RunOn("red blue\n", "translate", "--model", tiny.Model, "--decoder", "beam").Output;
        Assert.Equal(best, rows[0][1] + "\n");
    }
}
