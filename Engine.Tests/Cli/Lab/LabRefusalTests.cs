using System.Text.Json;
using System.Text.RegularExpressions;
using Engine.Cli;
using Engine.Lab;
using Engine.Storage;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>What the commands of the lab say where they cannot do, or cannot do all of, what was asked.</summary>
public sealed class LabRefusalTests : IDisposable
{
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

        Assert.Contains("missing: cannot be read (", Told("missing"));

        string Told(string file) =>
            CommandLine.Run("lab", "book", "--results", folder[file], "--out", folder["out"]).Mistake();
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
