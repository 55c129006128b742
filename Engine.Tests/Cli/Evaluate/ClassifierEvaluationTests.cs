using System.Text.Json.Nodes;
using Engine.Cli;
using Engine.Tests.Architecture;
using Engine.Tests.Storage;
using Engine.Text;

namespace Engine.Tests.Cli;

public sealed class ClassifierEvaluationTests : IDisposable
{
    private static readonly string Fixtures = Path.Combine(SourceFiles.Root, "Engine.Tests", "Fixtures");

    private readonly TemporaryFolder folder = new();

    public ClassifierEvaluationTests()
    {
        File.WriteAllText(
            folder["text"],
            "i disliked the service\nthe film was lovely after work\n\nthe book was weak\n"
            + "the critics enjoyed the book\n");
        File.WriteAllText(folder["label"], "negative\nnegative\nnegative\n neutral \npositive\n");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Accuracy_and_the_scores_of_each_label_are_those_of_the_labels_that_classify_gives()
    {
        var given = CommandLine.Run("classify", "--model", Model, "--input", folder["text"]).Output;
        Assert.Equal("negative\npositive\n\nnegative\npositive\n", given);
        var result = Evaluate("--output", folder["out"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(given, File.ReadAllText(folder["out"]));
        Assert.Equal(
            """
            accuracy 50.0% (2 of 4 lines)
            lines left out, without text or without a label: 1
            labels that the model does not know (1): neutral; lines that have them, which count as wrong: 1
               label         precision  recall    F1  lines  predicted
            1  negative           50.0    50.0  50.0      2          2
            2  positive           50.0   100.0  66.7      1          2
            3  neutral             0.0     0.0   0.0      1          0
               mean (macro)       33.3    50.0  38.9
            rows: the label of the lines; columns: the label that the model gives them, by its number
               label     1  2  3
            1  negative  1  1  0
            2  positive  0  1  0
            3  neutral   1  0  0

            """,
            result.Output);
    }

    [Fact]
    public void The_most_confident_mistakes_are_listed_and_the_JSON_has_everything()
    {
        var json = JsonNode.Parse(Evaluate("--worst", "5", "--json").Output)!;
        Assert.Equal((50.0, 2, 4, 1), (
            (double)json["accuracy"]!, (int)json["right"]!, (int)json["lines"]!, (int)json["left_out"]!));
        Assert.Equal("[[1,1,0],[0,1,0],[1,0,0]]", json["confusion"]!.ToJsonString());
        Assert.Equal([true, true, false], json["labels"]!.AsArray().Select(one => (bool)one!["known"]!));
        Assert.Equal(350 / 9.0, (double)json["macro"]!["f1"]!, 1e-9);
        var worst = json["worst"]!.AsArray();
        Assert.Equal([2, 4], worst.Select(one => (int)one!["line"]!).Order());
        var probabilities = worst.Select(one => (double)one!["probability"]!).ToArray();
        Assert.True(probabilities[0] >= probabilities[1] && probabilities[1] > 0.5);
        var second = worst.Single(one => (int)one!["line"]! == 2)!;
        Assert.Equal(("the film was lovely after work", "negative", "positive"), (
            (string)second["text"]!, (string)second["reference"]!, (string)second["prediction"]!));

        var lines = Evaluate("--worst", "1").OutputLines;
        Assert.Equal("mistakes of which the model is surest:", lines[^3]);
        Assert.Matches(@"^line \d: (positive|negative) \d+\.\d%, but it is (negative|neutral)$", lines[^2]);
        Assert.StartsWith("  the ", lines[^1]);
    }

    [Theory]
    [InlineData("--beam", "--decoder", "beam", "--beam", "3")]
    [InlineData("--decoder", "--decoder", "beam")]
    [InlineData("--scores", "--scores", "{0}/x")]
    [InlineData("--metric", "--metric", "ter")]
    [InlineData("--tokenize", "--tokenize", "zh")]
    [InlineData("--confidence", "--confidence")]
    public void Options_of_translations_are_refused(string option, params string[] arguments)
    {
        var mistake = Evaluate(Array.ConvertAll(
            arguments, text => text.Replace("{0}", folder.Path, StringComparison.Ordinal))).Mistake();
        Assert.StartsWith("engine: --", mistake);
        Assert.EndsWith("which labels text; leave it out, or give a model that translates.", mistake);
        if (arguments.Length <= 2) Assert.StartsWith($"engine: {option} is not read for ", mistake);
    }

    [Fact]
    public void Lines_without_labels_are_refused()
    {
        File.WriteAllText(folder["label"], "\n \n\n\n\n");
        Assert.Contains("hold no pair of sentences", Evaluate().Mistake());
    }

    [Fact]
    public void Many_labels_have_their_most_frequent_mistakes_in_place_of_a_matrix()
    {
        string[] labels = [.. Enumerable.Range(0, 11).Select(i => $"label{i}")];
        string[] given = [.. labels[1..], "label0"];
        var output = new StringWriter { NewLine = "\n" };
        new ClassifierEvaluation(
            new ConfusionMatrix([.. labels, "label3"], [.. given, "label4"], labels), [], 0, null)
            .WriteText(new ResultTable(output, isTerminal: false));
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var at = Array.IndexOf(lines, "the most frequent mistakes, at most 10 (--json has the whole matrix)");
        Assert.Equal(
            ["label   given    lines", "label3  label4       2", "label0  label1       1"],
            lines[(at + 1)..(at + 4)]);
        Assert.Equal(at + 2 + 10, lines.Length);
    }

    [Fact]
    public void Long_and_wide_labels_stay_aligned()
    {
        string[] labels = ["非常负面的评价" + new string('长', 20), "short"];
        var output = new StringWriter { NewLine = "\n" };
        new ClassifierEvaluation(new ConfusionMatrix(labels, labels, labels), [], 0, null)
            .WriteText(new ResultTable(output, isTerminal: false));
        var rows = output.ToString().Split('\n').Where(line => line.StartsWith("1  ") || line.StartsWith("2  "));
        Assert.All(rows.Chunk(2), pair => Assert.Equal(TextColumns.Of(pair[0]), TextColumns.Of(pair[1])));
        Assert.All(rows, row => Assert.InRange(TextColumns.Of(row), 1, 80));
    }

    [Fact]
    public void Probabilities_are_written_likeliest_first_and_add_up_to_one()
    {
        var labelled = CommandLine.Run("classify", "--model", Model, "--input", folder["text"]);
        var result = CommandLine.Run("classify", "--model", Model, "--input", folder["text"], "--probabilities");
        Assert.Equal((0, ""), (result.Code, result.Error));
        var lines = result.Output.Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.Equal("", lines[2]);
        foreach (var (line, label) in lines.Zip(labelled.Output.Split('\n')).Where(pair => pair.First.Length > 0))
        {
            var cells = line.Split('\t');
            Assert.Equal([label, label == "positive" ? "negative" : "positive"], [cells[0], cells[2]]);
            var numbers = new[] { cells[1], cells[3] }.Select(
                text => float.Parse(text, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
            Assert.True(numbers[0] >= numbers[1]);
            Assert.Equal(1, numbers.Sum(), 1e-6);
        }
        var json = CommandLine.Run("classify", "--model", Model, "--input", folder["text"], "--json").OutputLines
            .Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(("i disliked the service", "negative"), ((string)json[0]["text"]!, (string)json[0]["label"]!));
        Assert.Equal(
            lines[0].Split('\t')[1], json[0]["probabilities"]!["negative"]!.ToJsonString());
        Assert.Equal("""{"text":"","label":null,"probabilities":{}}""", json[2].ToJsonString());
        Assert.Equal(
            "engine: --json has the probabilities already; leave --probabilities out.",
            CommandLine.Run("classify", "--model", Model, "--json", "--probabilities").Mistake());
    }

    private static string Model => Path.Combine(Fixtures, "classifier");

    private CommandResult Evaluate(params string[] arguments) => CommandLine.Run(
        ["evaluate", "--model", Model, "--source", folder["text"], "--target", folder["label"], .. arguments]);
}
