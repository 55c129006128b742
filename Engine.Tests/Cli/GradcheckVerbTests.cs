using System.Text.Json;
using Engine.Cli;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Verification;

namespace Engine.Tests.Cli;

public class GradcheckVerbTests
{
    private static readonly string Golden = Path.Combine(AppContext.BaseDirectory, "Golden");

    [Fact]
    public void The_sweep_prints_a_line_for_each_operation_and_a_verdict()
    {
        var (code, lines, progress) = Run(new() { Filter = "subtract" });
        Assert.Equal(0, code);
        Assert.StartsWith("operation", lines[0], StringComparison.Ordinal);
        Assert.Matches(@"^Subtract +\d+ +\d\.\de-\d+ +\d+ ms +right$", lines[1]);
        Assert.Matches(@"^1 operation: all right, worst error \d\.\de-\d+$", lines[^1]);
        Assert.Empty(progress);
    }

    [Fact]
    public void A_check_on_a_kink_is_undecided_and_a_wrong_one_is_wrong()
    {
        GradientReport kink = new(3, 0.5, "x = [0]") { MayLieOnKink = true }, wrong = new(3, 0.5, "x = [1]");
        using var output = new StringWriter();
        GradcheckReport.WriteText(new ResultTable(output, isTerminal: false),
        [
            new SweepResult(Op.ReluEntry, 1, kink, TimeSpan.Zero),
            new SweepResult(Op.ExpEntry, 1, wrong, TimeSpan.Zero),
        ]);
        var lines = output.ToString().Split('\n');
        Assert.EndsWith("UNDECIDED at x = [0], which may lie on a kink; try another --seed", lines[1].TrimEnd());
        Assert.EndsWith("WRONG at x = [1]", lines[2].TrimEnd());
        Assert.StartsWith("2 operations: 1 wrong, 1 undecided, worst error", lines[3]);
    }

    [Fact]
    public void More_cases_mean_more_rounds()
    {
        var once = Run(new() { Filter = "sqrt", Json = true });
        var thrice = Run(new() { Filter = "sqrt", Json = true, Cases = 3, Seed = 5 });
        Assert.Equal(3 * Number(once.Lines, "cases"), Number(thrice.Lines, "cases"));

        static int Number(string[] lines, string property)
        {
            using var json = JsonDocument.Parse(string.Concat(lines));
            return json.RootElement[0].GetProperty(property).GetInt32();
        }
    }

    [Fact]
    public void The_sweep_as_json_is_one_array()
    {
        var (code, lines, _) = Run(new() { Filter = "softmax", Json = true });
        Assert.Equal(0, code);
        using var json = JsonDocument.Parse(string.Concat(lines));
        var names = json.RootElement.EnumerateArray().Select(element => element.GetProperty("operation").GetString());
        Assert.Equal(["Softmax", "LogSoftmax", "MaskedSoftmax"], names);
        Assert.All(json.RootElement.EnumerateArray(), element =>
        {
            Assert.True(element.GetProperty("passed").GetBoolean());
            Assert.InRange(element.GetProperty("worst_error").GetDouble(), 0, GradientReport.Tolerance);
        });
    }

    [Fact]
    public void A_terminal_gets_a_framed_table_without_markup()
    {
        using var output = new StringWriter();
        var table = new ResultTable(output, isTerminal: true);
        table.Write(["name", ">error"], [["[bold]x[/]\u001b[2J", "1.0"]]);
        Assert.Contains("[bold]x[/]\\u001B[2J", output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output.ToString());
    }

    [Fact]
    public void Reference_cases_end_with_the_number_that_agree()
    {
        var (code, lines, _) = Run(new() { Reference = Golden });
        Assert.Equal(0, code);
        Assert.Equal(1 + 85 + 1, lines.Length);
        var linear = lines.Single(line => line.StartsWith("linear ", StringComparison.Ordinal));
        Assert.Matches(@"^linear +linear +agrees +\d\.\de-\d+ +\w+\.\w+$", linear);
        Assert.Matches("^85 cases: [0-9]+ agree, 0 differ, [0-9]+ without an operation$", lines[^1]);
    }

    [Fact]
    public void A_filter_chooses_cases_by_name_or_operation() =>
        Assert.Equal(
            "3 cases: 3 agree, 0 differ, 0 without an operation",
            Run(new() { Reference = Golden, Filter = "MatMul" }).Lines[^1]);

    [Fact]
    public void A_case_that_differs_makes_the_exit_code_1()
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(Path.Combine(Golden, "exp.safetensors"));
        bytes[^1] ^= 0x80; // the sign of the last number
        File.WriteAllBytes(folder["exp.safetensors"], bytes);

        var (code, lines, _) = Run(new() { Reference = folder.Path });
        Assert.Equal(1, code);
        Assert.Contains("DIFFERS", lines[1], StringComparison.Ordinal);
        Assert.Equal("1 case: 0 agree, 1 differ, 0 without an operation", lines[^1]);
        using var json = JsonDocument.Parse(string.Concat(Run(new() { Reference = folder.Path, Json = true }).Lines));
        Assert.Equal("differs", json.RootElement[0].GetProperty("outcome").GetString());
    }

    [Fact]
    public void An_unknown_filter_lists_the_names()
    {
        var message = ErrorOf(new() { Filter = "Fourier" });
        Assert.All(Catalogue.All, operation => Assert.Contains(operation.Name, message, StringComparison.Ordinal));
        Assert.Contains(
            "cross_entropy", ErrorOf(new() { Filter = "Fourier", Reference = Golden }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-3)]
    public void Fewer_than_one_round_is_refused(int cases) =>
        Assert.StartsWith($"--cases {cases}:", ErrorOf(new() { Cases = cases }), StringComparison.Ordinal);

    [Fact]
    public void Options_of_random_points_are_refused_beside_reference_cases()
    {
        Assert.Contains("leave them out", ErrorOf(new() { Reference = Golden, Seed = 2 }), StringComparison.Ordinal);
        Assert.Contains("leave them out", ErrorOf(new() { Reference = Golden, Cases = 2 }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_reference_folder_is_named() =>
        Assert.StartsWith("no/such/folder:", ErrorOf(new() { Reference = "no/such/folder" }), StringComparison.Ordinal);

    private static (int Code, string[] Lines, string Progress) Run(GradcheckOptions options)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var progress = new StringWriter();
        var code = GradcheckVerb.Run(options, new CommandStreams(Stream.Null, output, progress));
        return (code, output.ToString().TrimEnd('\n').Split('\n'), progress.ToString());
    }

    private static string ErrorOf(GradcheckOptions options)
    {
        var message = Assert.Throws<InputException>(() => Run(options)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
