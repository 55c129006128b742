using System.Text.Json;
using Engine.Lab;
using Engine.Storage;

namespace Engine.Tests.Cli;

/// <summary><c>engine lab write</c> and <c>engine lab check</c>.</summary>
public sealed class ByHandVerbTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory().FullName;

    public static TheoryData<string> Names => [.. Exercises.All.Select(exercise => exercise.Name)];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void The_right_answer_passes_and_each_wrong_one_is_told_its_mistake(string name)
    {
        var exercise = Written(name);
        var given = Inputs(exercise);
        Answer(exercise, exercise.Solution(given, null));
        var right = CommandLine.Run("lab", "check", folder, "--lang", "en");
        Assert.Equal((0, ""), (right.Code, right.Error));
        Assert.Equal("right", right.OutputLines[^1]);

        foreach (var mistake in exercise.Mistakes)
        {
            var answer = exercise.Solution(given, mistake);
            Answer(exercise, answer);
            var wrong = CommandLine.Run("lab", "check", folder, "--lang", "both");
            var isFinite = answer.All(tensor => tensor.Value.ToArray().All(double.IsFinite));
            Assert.Equal(isFinite ? 1 : 2, wrong.Code);
            var text = isFinite ? wrong.Output : wrong.Mistake();
            Assert.Contains($"museum: {mistake.Exhibit}", text);
            Assert.Contains(mistake.Words.English, text);
            Assert.Contains(mistake.Words.Chinese, text);
        }
    }

    [Fact]
    public void The_worst_element_is_named_with_what_it_should_be()
    {
        var exercise = Written("layer-norm");
        var given = Inputs(exercise);
        var right = exercise.Right(given);
        var dX = right["dX"].ToArray();
        var expected = dX[8];
        dX[8] += 100;
        Answer(exercise, new()
        {
            { "y", right["y"] }, { "dX", [4, 6], dX }, { "dGamma", right["dGamma"] }, { "dBeta", right["dBeta"] },
        });
        var result = CommandLine.Run("lab", "check", folder, "--json");
        Assert.Equal(1, result.Code);
        var report = JsonDocument.Parse(result.Output).RootElement;
        Assert.False(report.GetProperty("right").GetBoolean());
        var tensor = report.GetProperty("tensors")[1];
        Assert.Equal("[1, 2]", tensor.GetProperty("worst_at").GetString());
        Assert.Equal(expected, tensor.GetProperty("expected").GetDouble());
        Assert.Equal(expected + 100, tensor.GetProperty("actual").GetDouble());
        Assert.Equal("dX", report.GetProperty("unexplained")[0].GetString());
        Assert.Contains("dX: no mistake that is known", CommandLine.Run("lab", "check", folder, "--lang", "en").Output);
    }

    [Fact]
    public void An_edited_input_is_checked_as_it_is()
    {
        var exercise = Written("softmax");
        ExerciseValues edited = new() { { "x", [2, 2], 1, 2, 3, 5 }, { "dY", [2, 2], 1, 0, 0, 2 } };
        using (var file = File.Create(Path.Combine(folder, Exercises.InputsFile))) edited.Write(file, exercise.Inputs);
        Answer(exercise, exercise.Solution(edited, null));
        Assert.Equal(0, CommandLine.Run("lab", "check", folder).Code);
    }

    [Fact]
    public void The_seed_decides_the_inputs_and_other_content_stays_unless_it_may_be_replaced()
    {
        byte[] Written(string seed, params string[] more)
        {
            var result = CommandLine.Run(["lab", "write", "rope", "--out", folder, "--seed", seed, .. more]);
            Assert.Equal(0, result.Code);
            return File.ReadAllBytes(Path.Combine(folder, Exercises.InputsFile));
        }

        var one = Written("1");
        Assert.Equal(one, Written("1"));
        Assert.Contains(
            "exists with other content; choose another --out or add --overwrite",
            CommandLine.Run("lab", "write", "rope", "--out", folder, "--seed", "2").Mistake());
        Assert.NotEqual(one, Written("2", "--overwrite"));
    }

    [Fact]
    public void The_sheet_of_attention_shows_every_step_of_the_example_in_both_languages()
    {
        Written("mha");
        var sheet = File.ReadAllText(Path.Combine(folder, Exercises.SheetFile));
        foreach (var table in BabyExample.Tables())
        {
            Assert.Contains($"**{table.Title.Chinese}**", sheet);
            Assert.Contains($"**{table.Title.English}**", sheet);
        }
        foreach (var word in (string[])["婴儿", "干嘛", "the baby", "blocks"]) Assert.Contains($"| {word} |", sheet);
        Assert.Contains("weights = softmax(q k^T / sqrt(dK))", sheet);
        Assert.Contains("save_file({", sheet);
        Assert.Contains("TensorRecord.Of<double>(\"dWQ\", [d, d], dWQ)", sheet);
    }

    [Theory]
    [InlineData("engine lab write needs an exercise; the exercises are mha, sinusoidal,", "write", "--out", "x")]
    [InlineData("no exercise is called 'layernorm'; did you mean layer-norm?", "write", "layernorm", "--out", "x")]
    [InlineData("option --out is missing; write engine lab write mha --out DIR", "write", "mha")]
    [InlineData("engine lab check needs a folder; write engine lab check DIR", "check")]
    [InlineData("is missing; write the exercise first: engine lab write mha --out nowhere", "check", "nowhere")]
    public void Mistakes_in_the_command_are_told_in_one_line(string message, params string[] arguments) =>
        Assert.Contains(message, CommandLine.Run(["lab", .. arguments]).Mistake());

    [Fact]
    public void A_file_or_a_tensor_that_is_not_as_it_must_be_is_named()
    {
        var exercise = Written("cross-entropy");
        var right = exercise.Right(Inputs(exercise));
        string Told() => CommandLine.Run("lab", "check", folder).Mistake();
        Assert.Contains("answer.safetensors: is missing; save your tensors there, sheet.md says which", Told());

        Save(Exercises.AnswerFile, TensorRecord.Of<double>("loss", [], right["loss"].ToArray()));
        Assert.Contains("tensor 'dX' [N, n] is missing; the file holds 'loss'", Told());

        Save(
            Exercises.AnswerFile, TensorRecord.Of<double>("loss", [], right["loss"].ToArray()),
            TensorRecord.Of<double>("dX", [4, 5], right["dX"].ToArray()));
        Assert.Contains("tensor 'dX' is F64 [4, 5]; it must be [N, n] = [5, 4]", Told());

        Save(
            Exercises.AnswerFile, TensorRecord.Of<double>("loss", [], new[] { double.NaN }),
            TensorRecord.Of<double>("dX", [5, 4], right["dX"].ToArray()));
        Assert.Contains("tensor 'loss' is NaN at []; all numbers must be finite", Told());

        Save(
            Exercises.InputsFile, TensorRecord.Of<double>("x", [1, 2], new double[] { 1, 2 }),
            TensorRecord.Of<long>("targets", [1], new long[] { 2 }),
            TensorRecord.Of<long>("ignoreIndex", [], new long[] { -1 }),
            TensorRecord.Of<double>("smoothing", [], new[] { 0.1 }));
        Assert.Contains("inputs.safetensors: a target must be 0 to 1, or ignoreIndex", Told());

        File.WriteAllText(Path.Combine(folder, Exercises.InputsFile), "these are no tensors");
        Assert.Contains("no safetensors file", Told());
    }

    [Fact]
    public void Both_commands_have_help()
    {
        var write = CommandLine.Run("lab", "write", "--help");
        Assert.Equal(0, write.Code);
        Assert.All(Exercises.All, exercise => Assert.Contains(exercise.Name, write.Output));
        Assert.Contains("Exit code 0: right. 1: wrong.", CommandLine.Run("lab", "check", "--help").Output);
    }

    private Exercise Written(string name)
    {
        var result = CommandLine.Run("lab", "write", name, "--out", folder, "--lang", "both");
        Assert.Equal(0, result.Code);
        Assert.Equal(
            [Path.Combine(folder, Exercises.InputsFile), Path.Combine(folder, Exercises.SheetFile)],
            result.OutputLines);
        return Exercises.All.Single(exercise => exercise.Name == name);
    }

    private ExerciseValues Inputs(Exercise exercise) =>
        ExerciseValues.Load(Path.Combine(folder, Exercises.InputsFile), exercise.Inputs, []);

    private void Answer(Exercise exercise, ExerciseValues answer)
    {
        using var file = File.Create(Path.Combine(folder, Exercises.AnswerFile));
        answer.Write(file, exercise.Answers);
    }

    private void Save(string name, params TensorRecord[] tensors) =>
        SafeTensorsWriter.Write(Path.Combine(folder, name), tensors);
}
