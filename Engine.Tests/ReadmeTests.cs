using Engine.Layers;
using Engine.Optimizers;
using Engine.Storage;

namespace Engine.Tests;

/// <summary>
/// The code of README.md and of Engine.Tests/README.md is the code between the marks below: it compiles, runs, and does
/// what the text says.
/// </summary>
public class ReadmeTests
{
    [Fact]
    public void Checking_ones_own_operation_takes_three_lines()
    {
        // <check>
        Tensor<double> Swish(Tensor<double> x) => x * Op.Sigmoid(x);        // your operation
        var report = GradientCheck.Of(Swish, Samples.Normal(3, 7));         // its gradient against finite differences
        Console.WriteLine(report);                                          // right: 23 derivatives, worst error ...
        // </check>
        Assert.True(report.Passed, report.ToString());
        Assert.StartsWith("right: 23 derivatives, worst error", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_backward_is_caught()
    {
        // <wrong>
        var entry = new CatalogueEntry("Cube", "y = x^3;  dX = 3 x^2 dY", _ => []);
        Tensor<double> Cube(Tensor<double> x)
        {
            var tape = Tape<double>.Of(entry, x);
            var y = tape.Constant(x.Shape, [.. x.ToArray().Select(v => v * v * v)]);
            return tape.Record(entry, y, [x], adjoints =>
            {
                var (values, dY) = (x.ToArray(), adjoints.Of(y).ToArray());
                adjoints.Into(x).Add([.. values.Zip(dY, (v, d) => 2 * v * v * d)]);   // wrong: 3, not 2
            });
        }
        Console.WriteLine(GradientCheck.Of(Cube, Samples.Normal(3, 7)));              // WRONG: 23 derivatives, ...
        // </wrong>
        Assert.StartsWith(
            "WRONG: 23 derivatives", GradientCheck.Of(Cube, Samples.Normal(3, 7)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_learns_exclusive_or()
    {
        var folder = Directory.CreateTempSubdirectory();
        var path = Path.Combine(folder.FullName, "xor.safetensors");
        // <xor>
        var random = new RandomStream(seed: 1);
        var model = new Sequential<float>(
            new Linear<float>(2, 16, random), new Tanh<float>(), new Linear<float>(16, 1, random));
        var adam = new Adam<float>(model.Parameters, learningRate: 0.01);
        var inputs = Tensor<float>.From([4, 2], [0, 0, 0, 1, 1, 0, 1, 1]);
        var targets = Tensor<float>.From([4, 1], [0, 1, 1, 0]);
        var last = 0f;
        for (var update = 0; update < 500; update++)
        {
            using var tape = new Tape<float>(Mode.Training, random.Fork(update));
            var predicted = model.Forward(tape.Constant(inputs));           // [4, 1]
            var loss = Op.MeanSquaredError(predicted, targets);
            adam.Step(tape.Backward(loss));
            last = loss.Item();
        }
        SafeTensors.Save(path, model);
        // </xor>
        Assert.InRange(last, 0, 1e-3f);
        var copy = new Sequential<float>(
            new Linear<float>(2, 16, random), new Tanh<float>(), new Linear<float>(16, 1, random));
        SafeTensors.Load(path, copy);
        Assert.Equal(model.Parameters[0].Value.ToArray(), copy.Parameters[0].Value.ToArray());
        folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("check", "README.md")]
    [InlineData("wrong", "Engine.Tests/README.md")]
    [InlineData("xor", "README.md")]
    public void The_code_of_a_page_stands_here_line_by_line(string mark, string page)
    {
        var root = Root();
        var lines = File.ReadAllLines(Path.Combine(root, "Engine.Tests", "ReadmeTests.cs"));
        var start = Array.FindIndex(lines, line => line.Trim() == $"// <{mark}>");
        var end = Array.FindIndex(lines, line => line.Trim() == $"// </{mark}>");
        var code = lines[(start + 1)..end].Select(line => line.Length > 8 ? line[8..] : "").ToArray();
        Assert.NotEmpty(code);
        var text = File.ReadAllText(Path.Combine(root, page)).ReplaceLineEndings("\n");
        Assert.Contains(string.Join('\n', code), text, StringComparison.Ordinal);
    }

    [Fact]
    public void It_has_no_placeholder() =>
        Assert.DoesNotMatch("@[A-Z]+@", File.ReadAllText(Path.Combine(Root(), "README.md")));

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Engine.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
