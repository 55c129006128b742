using System.Diagnostics;
using System.Text;
using Engine.Training;

namespace Engine.Tests.Interop;

/// <summary>The programs that <c>engine export</c> writes beside the graphs answer as the model does.</summary>
public sealed class ProgramTests(OnnxFixture fixture) : IClassFixture<OnnxFixture>
{
    [Fact]
    public void The_program_translates_as_the_model_does_and_takes_other_folders()
    {
        var folders = Array.ConvertAll(
            (string[])["transformer", "bpe"], name => (Model: Fixture(name), Exported: Export(name)));
        var program = Path.Combine(folders[0].Exported, "translate.cs");
        string[] lines = [.. fixture.Chinese.Take(40), "", " ", "我 unknown 现在 \U0001F600"];
        foreach (var (model, exported) in folders)
        {
            string[] other = exported == folders[0].Exported ? [] : ["--no-build", "--", exported];
            Assert.Equal(TranslationModel.Load(model).Translate(lines), Run(program, lines, other));
        }
    }

    [Fact]
    public void The_program_labels_as_the_model_does()
    {
        string[] lines = [.. fixture.Opinions.Take(40), ""];
        Assert.Equal(
            ClassificationModel.Load(Fixture("classifier")).Classify(lines),
            Run(Path.Combine(Export("classifier"), "classify.cs"), lines));
    }

    private static string Fixture(string name) =>
        Path.Combine(OnnxFixture.Root, "Engine.Tests", "Fixtures", name);

    private string Export(string name)
    {
        OnnxFixture.Run("export", "--model", Fixture(name), "--onnx", fixture[name]);
        return fixture[name];
    }

    /// <summary>Runs a program as a reader runs it: <c>dotnet run translate.cs</c>.</summary>
    private static string[] Run(string program, string[] lines, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["run", program, .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        foreach (var line in lines) process.StandardInput.Write(line + "\n");
        process.StandardInput.Close();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result + output.Result);
        return output.Result.Split('\n')[..^1];
    }
}
