using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Engine.Cli;
using Engine.Lab;
using Engine.Storage;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>What the commands of the lab say where they cannot do, or cannot do all of, what was asked.</summary>
public sealed class LabRefusalTests : IDisposable
{
    private const string B = "{\"chinese\":\"a\",\"english\":\"a\"}";
    private const string Table = "[{\"title\":" + B + ",\"columns\":[" + B + "],\"rows\":";
    private const string Row = "[{\"name\":" + B + ",\"values\":";
    private const string Picture = "[{\"title\":" + B + ",\"kind\":";
    private const string Axis = ":{\"name\":" + B + ",\"is_logarithmic\":false},\"";
    private const string Plot = Picture + "\"lines\",\"x\"" + Axis + "y\"" + Axis + "lines\"";
    private const string Bars = Picture + "\"bars\",\"y\"" + Axis + "series\":[],\"groups\":";
    private const string Heat = Picture + "\"heat\",\"row_axis\":" + B + ",\"column_axis\":" + B;
    private const string Line = Plot + ":[{\"name\":" + B + ",\"points\":";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_value_that_a_choice_lacks_is_told_with_all_its_values() => Assert.Equal(
        "engine: --positions is 'fourier'; it must be one of all, sinusoidal, learned, relative, rotary, none: the "
        + "kind of positions",
        CommandLine.Run("lab", "longer-than-trained", "--positions", "fourier").Mistake());

    [Theory]
    [InlineData("--seed", "2")]
    [InlineData("--size", "quick")]
    public void Results_have_their_seed_and_size_already(string option, string value)
    {
        File.WriteAllText(folder["f"], Saddle());
        Assert.Equal(
            "engine: --results has its seed and size; leave --seed and --size out",
            CommandLine.Run("lab", "book", "--results", folder["f"], "--out", folder["out"], option, value).Mistake());
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void Results_that_have_a_page_twice_or_an_unknown_picture_or_are_missing_are_refused()
    {
        var line = Saddle();
        File.WriteAllText(folder["twice"], line + line);
        Assert.Contains("twice:2: is no result of a page ('saddle' stands there twice); ", Told("twice"));

        var picture = CommandLine.Run("lab", "rnn-near-and-far", "--json").Output;
        var other = Regex.Replace(picture, "\"kind\":\"(lines|bars|heat)\"", "\"kind\":\"cake\"");
        Assert.NotEqual(picture, other);
        File.WriteAllText(folder["other"], other);
        Assert.Contains("other:1: is no result of a page ('cake' is no kind of picture); ", Told("other"));

        Assert.Contains("missing: there is no such file; ", Told("missing"));

        string Told(string file) =>
            CommandLine.Run("lab", "book", "--results", folder[file], "--out", folder["out"]).Mistake();
    }

    [Theory]
    [InlineData("it is null", "null")]
    [InlineData("it has a value of the wrong kind at '$'", "[1]")]
    [InlineData("it lacks 'name', 'seed'", "{}")]
    [InlineData("'tables' has a null", null, "tables", "[null]")]
    [InlineData("'pictures' has a null", null, "pictures", "[null]")]
    [InlineData("it has a value of the wrong kind at '$.pictures'", null, "pictures", "null")]
    [InlineData("it has a value of the wrong kind at '$.seed'", null, "seed", "1e99")]
    [InlineData("it has a value of the wrong kind at '$.parameters.x'", null, "parameters", "{\"x\": 1e999}")]
    [InlineData("it lacks 'english'", null, "because", "{\"chinese\": \"a\"}")]
    [InlineData("it has a value of the wrong kind at '$.because", null, "because", "{\"chinese\":1,\"english\":\"a\"}")]
    [InlineData("a picture lacks 'x'", null, "pictures", Picture + "\"lines\"}]")]
    [InlineData("it lacks 'name', 'is_logarithmic'", null, "pictures", Picture + "\"lines\",\"x\":{}}]")]
    [InlineData("'rows' has a null", null, "tables", Table + "[null]}]")]
    [InlineData("a row of 'rows' has 2 values, not 0", null, "tables", Table + Row + "[1,2]}]}]")]
    [InlineData("a picture lacks 'lines'", null, "pictures", Plot + ":null}]")]
    [InlineData("'lines' has a null", null, "pictures", Plot + ":[null]}]")]
    [InlineData("a point must have two numbers", null, "pictures", Line + "[null]}]}]")]
    [InlineData("'spread' must have a range for each point", null, "pictures", Line + "[[1,2]],\"spread\":[]}]}]")]
    [InlineData("'groups' has a null", null, "pictures", Bars + "[null]}]")]
    [InlineData("a picture lacks 'columns'", null, "pictures", Heat + ",\"rows\":[]}]")]
    public void Results_with_a_value_of_another_kind_are_refused_with_its_place(
        string reason, string? line, string key = "", string value = "")
    {
        var changed = JsonNode.Parse(Saddle())!;
        if (line is null) changed[key] = JsonNode.Parse(value.Replace("1e999", "0"));
        var text = changed.ToJsonString().Replace("\"x\":0", "\"x\":1e999");
        File.WriteAllText(folder["f"], "\n" + (line ?? text));
        var mistake = CommandLine.Run("lab", "book", "--results", folder["f"], "--out", folder["out"]).Mistake();
        Assert.StartsWith($"engine: {folder["f"]}:2: is no result of a page ({reason}", mistake);
        Assert.EndsWith("; compute the results anew with engine lab all --json", mistake);
    }

    [LinuxFact]
    public void Results_that_never_end_are_refused()
    {
        var run = Task.Run(() => CommandLine.Run("lab", "book", "--results", "/dev/zero", "--out", folder["out"]));
        Assert.True(run.Wait(TimeSpan.FromSeconds(30)), "it reads for ever");
        var mistake = run.Result.Mistake();
        Assert.StartsWith("engine: /dev/zero:1: holds NUL characters alone, as a device", mistake);
        Assert.DoesNotContain("UTF-16", mistake);
    }

    [Fact]
    public void Where_no_page_was_finished_neither_a_page_nor_a_book_is_written()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var streams = new CommandStreams(Stream.Null, TextWriter.Null, error);
        LabPages.Save(folder["page.html"], LabCatalogue.All, [], LabLanguage.Both[0], streams);
        Assert.Equal(130, BookVerb.Write(new BookOptions { Out = folder["book"] }, [], stopCode: 130, streams));
        Assert.Equal(
            $"{folder["page.html"]}: not written, for no page is finished\n"
            + $"{folder["book"]}: not written, for no page is finished\n", error.ToString());
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_book_has_seed_1_and_the_full_size_unless_its_options_say_otherwise()
    {
        var usual = BookVerb.Computing(new BookOptions());
        Assert.Equal((1, "full", null), (usual.Seed, usual.Size, usual.Threads));
        var other = BookVerb.Computing(new BookOptions { Seed = 7, Size = "quick", Threads = 3 });
        Assert.Equal((7, "quick", 3), (other.Seed, other.Size, other.Threads));
    }

    [Fact]
    public void One_page_is_a_file_without_contents()
    {
        var result = CommandLine.Run("lab", "saddle", "--size", "quick", "--html", folder["page.html"], "--lang", "en");
        Assert.Equal(0, result.Code);
        var html = File.ReadAllText(folder["page.html"]);
        var saddle = LabCatalogue.All.Single(page => page.Name == "saddle");
        Assert.Contains(BookText.Of(saddle.Question), html);
        Assert.DoesNotContain(BookContents.Title.English, html);
    }

    [Fact]
    public void A_known_mistake_is_in_the_JSON_with_its_exhibit_and_its_tensors()
    {
        Assert.Equal(0, CommandLine.Run("lab", "write", "layer-norm", "--out", folder.Path).Code);
        var exercise = Exercises.All.Single(exercise => exercise.Name == "layer-norm");
        var given = ExerciseValues.Load(folder[Exercises.InputsFile], exercise.Inputs, []);
        var mistake = exercise.Mistakes[0];
        using (var file = File.Create(folder[Exercises.AnswerFile]))
            exercise.Solution(given, mistake).Write(file, exercise.Answers);
        var result = CommandLine.Run("lab", "check", folder.Path, "--json");
        Assert.Equal(1, result.Code);
        var report = JsonDocument.Parse(result.Output).RootElement;
        var found = report.GetProperty("mistakes").EnumerateArray()
            .Single(one => one.GetProperty("exhibit").GetString() == mistake.Exhibit);
        Assert.Equal(mistake.Formula, found.GetProperty("formula").GetString());
        Assert.NotEmpty(found.GetProperty("tensors").EnumerateArray());
        Assert.Empty(report.GetProperty("unexplained").EnumerateArray());
    }

    [Fact]
    public void Integers_that_were_saved_as_numbers_are_refused_with_the_type_to_save()
    {
        Assert.Equal(0, CommandLine.Run("lab", "write", "cross-entropy", "--out", folder.Path).Code);
        SafeTensorsWriter.Write(
            folder[Exercises.InputsFile],
            [
                TensorRecord.Of<double>("x", [1, 2], new double[] { 1, 2 }),
                TensorRecord.Of<double>("targets", [1], new double[] { 1 }),
                TensorRecord.Of<long>("ignoreIndex", [], new long[] { -1 }),
                TensorRecord.Of<double>("smoothing", [], new[] { 0.1 }),
            ]);
        File.WriteAllText(folder[Exercises.AnswerFile], "");
        Assert.Contains(
            "tensor 'targets' is F64 [1]; save integers, as I64",
            CommandLine.Run("lab", "check", folder.Path).Mistake());
    }

    private static string Saddle() => CommandLine.Run("lab", "saddle", "--size", "quick", "--json").Output;
}
