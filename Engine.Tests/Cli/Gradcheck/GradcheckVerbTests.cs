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
        SweepResult Checked(CatalogueEntry entry, Func<Tensor<double>, Tensor<double>> f) => new(
            entry,
            [new("at 0", 7, GradientCheck.Of(f, Tensor<double>.From([2, 2], [1, -1, 0, 2]))), new("right", 7, new([]))],
            TimeSpan.Zero);
        SweepResult[] results =
        [
            Checked(Op.ReluEntry, Op.Relu),
            Checked(Op.ExpEntry, x => x + x.Tape.Constant(Op.Exp(x))),
        ];
        using var output = new StringWriter { NewLine = "\n" };
        GradcheckReport.WriteText(new ResultTable(output, isTerminal: false), results);
        var lines = output.ToString().Split('\n');
        Assert.Matches(@"^Relu +2 +\d\.\de-\d+ +0 ms +UNDECIDED$", lines[1]);
        Assert.Matches(@"^Exp +2 +\d\.\de.\d+ +0 ms +WRONG$", lines[2]);
        Assert.Equal("Relu, at 0, seed 7; another --seed draws another point", lines[3]);
        Assert.StartsWith("  UNDECIDED: ", lines[4]);
        Assert.Contains("      the point lies on a kink at [1, 0], where the value is 0", lines);
        Assert.Contains("Exp, at 0, seed 7", lines);
        Assert.StartsWith("2 operations: 1 wrong, 1 undecided, worst error", lines[^2]);
    }

    [Fact]
    public void The_json_has_all_that_a_report_has()
    {
        Tensor<double> Half(Tensor<double> x) => Op.Scale(x, 0.5) + x.Tape.Constant(Op.Scale(x, 0.5));
        var report = GradientCheck.Of(Half, Samples.Normal(1, 2));
        using var output = new StringWriter();
        GradcheckReport.WriteJson(output, [new SweepResult(Op.ExpEntry, [new("one", 3, report)], TimeSpan.Zero)]);
        using var json = JsonDocument.Parse(output.ToString());
        var entry = json.RootElement[0];
        Assert.Equal("wrong", entry.GetProperty("verdict").GetString());
        Assert.Equal("Operations/Elementwise/Exp.cs", entry.GetProperty("source").GetString());
        var one = entry.GetProperty("reports")[0];
        Assert.Equal(("one", 3, "wrong"), (
            one.GetProperty("case").GetString(), one.GetProperty("seed").GetInt32(),
            one.GetProperty("verdict").GetString()));
        Assert.Empty(one.GetProperty("unchecked_parameters").EnumerateArray());
        Assert.False(one.GetProperty("calls_backward").GetBoolean());
        var tensor = one.GetProperty("tensors")[0];
        Assert.StartsWith(
            "{'name':'input 0','shape':[1,2],'is_parameter':false,'verdict':'wrong','elements':2,"
            + "'examined_elements':2,'derivatives':4,'scale':",
            JsonSerializer.Serialize(tensor).Replace('"', '\''), StringComparison.Ordinal);
        Assert.Equal("its largest gradient", tensor.GetProperty("scale_meaning").GetString());
        Assert.Equal(2, tensor.GetProperty("wrong_elements").GetArrayLength());
        Assert.Empty(tensor.GetProperty("elements_on_kinks").EnumerateArray());
        var (worst, expected) = (tensor.GetProperty("worst"), report.Tensors[0].Worst);
        Assert.Equal(expected.Index, worst.GetProperty("index").EnumerateArray().Select(i => i.GetInt32()));
        Assert.Equal(
            [expected.Value!.Value, expected.Expected, expected.Actual, expected.AbsoluteError, expected.RelativeError],
            ((string[])["value", "expected", "actual", "absolute_error", "relative_error"])
                .Select(name => worst.GetProperty(name).GetDouble()));
        Assert.False(worst.GetProperty("lies_on_kink").GetBoolean());
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
    public void A_case_without_an_operation_is_named_and_is_no_failure()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var result = new ReferenceResult("fft", "fourier_transform", ReferenceOutcome.WithoutOperation, 0, "");
        GradcheckReport.WriteText(new ResultTable(output, isTerminal: false), [result]);
        var lines = output.ToString().Split('\n');
        Assert.Matches("^fft +fourier_transform +without an operation", lines[1]);
        Assert.Equal("1 case: 0 agree, 0 differ, 1 without an operation", lines[2]);
    }

    [Fact]
    public void An_unknown_filter_gets_the_nearest_names_and_the_place_of_the_list()
    {
        Assert.Equal(
            "--filter Fourier: no name contains it; 'engine gradcheck' lists the names.",
            ErrorOf(new() { Filter = "Fourier" }));
        Assert.StartsWith(
            "--filter Softmx: no name contains it; did you mean Softmax", ErrorOf(new() { Filter = "Softmx" }));
        Assert.Equal(
            "--filter cros_entropy: no name contains it; did you mean cross_entropy? 'engine gradcheck --reference "
            + $"{Golden}' lists the names.", ErrorOf(new() { Filter = "cros_entropy", Reference = Golden }));
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
