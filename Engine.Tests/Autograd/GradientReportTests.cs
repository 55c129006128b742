using Engine.Layers;

namespace Engine.Tests.Autograd;

/// <summary>What a report of a gradient check says, and how the wrong elements of a large tensor are found.</summary>
public class GradientReportTests
{
    private static readonly CatalogueEntry Entry = new("Faulty", "y = x^2;  dX = 2 x dY, often", _ => []);

    [Fact]
    public void A_report_names_the_wrong_element_what_was_expected_and_what_came()
    {
        var x = Samples.Normal(2, 3, 2);
        var report = GradientCheck.Of(x => Square(x, (5, g => g / 2)), x);
        var tensor = Assert.Single(report.Tensors);
        Assert.Equal(
            ("input 0", new Shape([2, 3, 2]), false, 12, 12, 14, GradientVerdict.Wrong),
            (tensor.Name, tensor.Shape, tensor.IsParameter, tensor.Elements, tensor.ExaminedElements,
                tensor.Derivatives, tensor.Verdict));
        var worst = tensor.Worst;
        Assert.Equal([0, 2, 1], worst.Index!);
        Assert.Equal(x[0, 2, 1], worst.Value);
        Assert.Equal(2 * worst.Actual, worst.Expected, 1e-9);
        Assert.Equal(Math.Abs(worst.Actual), worst.AbsoluteError, 1e-9);
        Assert.Equal(worst.AbsoluteError / tensor.Scale, worst.RelativeError);
        Assert.Equal("its largest gradient", tensor.ScaleMeaning);
        Assert.Equal(worst, Assert.Single(tensor.WrongElements));
        Assert.Empty(tensor.ElementsOnKinks);
        Assert.Equal((worst.RelativeError, "[0, 2, 1] of input 0 [2, 3, 2]"), (report.WorstError, report.WorstPlace));
        var text = report.ToString().Split('\n');
        Assert.Equal(5, text.Length);
        Assert.Matches(
            @"^WRONG: 14 derivatives, worst error \d\.\de[-+]\d at \[0, 2, 1\] of input 0 \[2, 3, 2\]$", text[0]);
        Assert.Equal("  input 0 [2, 3, 2]: WRONG, 12 elements, 14 derivatives", text[1]);
        Assert.Matches(@"^    worst at \[0, 2, 1\]: expected -?\d\.\d+, actual -?\d\.\d+$", text[2]);
        Assert.Matches(
            @"^    absolute error [\d.]+, relative error [\d.]+ to [\d.]+, its largest gradient$", text[3]);
        Assert.Equal("    wrong: [0, 2, 1] (1 of 12 examined)", text[4]);
    }

    [Fact]
    public void Each_input_and_parameter_has_its_own_verdict()
    {
        var layer = new Linear<double>(3, 4, new RandomStream(1));
        var right = GradientCheck.Of(layer, Samples.Normal(2, 3));
        Assert.True(right.Passed, right.ToString());
        Assert.Equal(["input 0", "weight", "bias"], right.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([false, true, true], right.Tensors.Select(tensor => tensor.IsParameter));
        Assert.Equal(4, right.ToString().Split('\n').Length);

        var bias = layer.Parameters[1];
        var wrong = GradientCheck.Of(
            layer, x => layer.Forward(x) + x.Tape.Constant(bias.Value), Samples.Normal(2, 3));
        Assert.Equal(
            [GradientVerdict.Right, GradientVerdict.Right, GradientVerdict.Wrong],
            wrong.Tensors.Select(tensor => tensor.Verdict));
        Assert.Equal("bias", wrong.Worst!.Name);
    }

    [Theory]
    [InlineData(777)]
    [InlineData(0)]
    [InlineData(999)]
    [InlineData(3, 500, 501, 998)]
    public void The_wrong_elements_of_a_large_tensor_are_named(params int[] wrong)
    {
        (int, Func<double, double>)[] faults = [.. wrong.Select(i => (i, (Func<double, double>)(g => g + 0.01)))];
        var report = GradientCheck.Of(x => Square(x, faults), Samples.Normal(10, 100));
        var tensor = Assert.Single(report.Tensors);
        Assert.Equal(
            wrong, tensor.WrongElements.Select(element => (100 * element.Index![0]) + element.Index[1]).Order());
        Assert.Equal(1000, tensor.ExaminedElements);
        Assert.NotNull(tensor.Worst.Index);
        Assert.InRange(tensor.Derivatives, 2, ElementSearch.MostDerivatives + 2);
    }

    [Fact]
    public void Eight_elements_are_named_where_all_are_wrong_and_the_report_says_how_many_were_examined()
    {
        var report = GradientCheck.Of(x => x + x.Tape.Constant(Op.Exp(x)), Samples.Normal(10, 100));
        var tensor = Assert.Single(report.Tensors);
        Assert.Equal(8, tensor.WrongElements.Count);
        Assert.Equal(8, tensor.ExaminedElements);
        Assert.Contains("(8 of 8 examined, 1000 in all)", report.ToString());
        Assert.Equal(tensor.WrongElements.Max(element => element.RelativeError), tensor.Worst.RelativeError);
    }

    [Fact]
    public void Elements_that_are_no_numbers_are_named_and_hide_no_others()
    {
        var report = GradientCheck.Of(
            x => Square(x, (500, _ => double.NaN), (501, _ => double.PositiveInfinity), (3, g => g + 0.1)),
            Samples.Normal(1000));
        Assert.Equal([3, 500, 501], report.Tensors[0].WrongElements.Select(element => element.Index![0]).Order());
        Assert.Equal(1000, report.Tensors[0].ExaminedElements);
        Assert.True(double.IsNaN(report.WorstError));
        Assert.Equal(GradientVerdict.Wrong, report.Verdict);

        var small = GradientCheck.Of(x => Square(x, (1, _ => double.NaN)), Samples.Normal(4));
        Assert.Equal(1, Assert.Single(small.Tensors[0].WrongElements).Index![0]);
        var only = GradientCheck.Of(x => Square(x, (500, _ => double.NaN)), Samples.Normal(1000));
        Assert.Equal(500, Assert.Single(only.Tensors[0].WrongElements).Index![0]);
    }

    [Fact]
    public void A_tensor_with_a_gradient_that_is_no_number_leaves_the_others_right()
    {
        var report = GradientCheck.Of(
            (x, z) => Square(x, (0, _ => double.PositiveInfinity)) + z, Samples.Normal(3), Samples.Normal(3));
        Assert.Equal([GradientVerdict.Wrong, GradientVerdict.Right], report.Tensors.Select(tensor => tensor.Verdict));
    }

    [Fact]
    public void Elements_of_a_large_tensor_that_lie_on_a_kink_are_named()
    {
        var values = Samples.AwayFromZero(new RandomStream(1), [1000]).ToArray();
        values[123] = values[700] = 0;
        var tensor = GradientCheck.Of(Op.Relu, Tensor<double>.From([1000], values)).Tensors[0];
        Assert.Equal(GradientVerdict.Undecided, tensor.Verdict);
        Assert.Equal([123, 700], tensor.ElementsOnKinks.Select(element => element.Index![0]).Order());
        Assert.All(tensor.ElementsOnKinks, element => Assert.Equal(0, element.Value));
        Assert.Empty(tensor.WrongElements);

        // A wrong element is found among them, and outweighs them.
        var wrong = GradientCheck.Of(
            x => Square(Op.Relu(x), []) + Op.Relu(x) + Square(x, (5, g => 2 * g)), Tensor<double>.From([1000], values));
        Assert.Equal(GradientVerdict.Wrong, wrong.Verdict);
        Assert.Equal(5, wrong.Worst!.Worst.Index![0]);
    }

    [Fact]
    public void A_wrong_derivative_is_worse_than_a_larger_error_on_a_kink_and_NaN_is_worse_than_any()
    {
        ComparedDerivative Of(double actual, bool onKink) => new([0], 0, 0, actual, 1) { LiesOnKink = onKink };
        ComparedDerivative kink = Of(1, true), wrong = Of(0.1, false), good = Of(0, false), nan = Of(double.NaN, false);
        ComparedDerivative[] order = [good, kink, wrong, nan];
        for (var i = 0; i < order.Length; i++)
        {
            for (var j = 0; j < order.Length; j++) Assert.Equal(i > j, order[i].IsWorseThan(order[j]));
        }
        var direction = Of(0.5, false) with { Index = null };
        Assert.True(wrong.IsWorseThan(direction));
        Assert.Equal("a random direction", direction.Place);
    }

    [Fact]
    public void The_scale_is_said_in_words()
    {
        Assert.Equal("its largest gradient", Meaning(Op.Exp));
        Assert.Equal("a thousandth of the terms of the loss, at most 1", Meaning(x => Op.Softmax(Op.Scale(x, 0))));
        Assert.Equal("the smallest number, since all gradients and the loss are zero", Meaning(x => Op.Scale(x, 0)));
        var both = GradientCheck.Of(
            (x, z) => Op.Scale(x, 100) + Op.Scale(z, 1e-9), Samples.Normal(3), Samples.Normal(3));
        Assert.Equal("a thousandth of the largest gradient of all", both.Tensors[1].ScaleMeaning);
        Assert.Equal(both.Tensors[0].Scale / 1000, both.Tensors[1].Scale, 1e-9);

        static string Meaning(Func<Tensor<double>, Tensor<double>> f) =>
            GradientCheck.Of(f, Samples.Normal(3)).Tensors[0].ScaleMeaning;
    }

    [Fact]
    public void Many_right_tensors_are_counted_rather_than_listed()
    {
        var random = new RandomStream(1);
        var model = new Sequential<double>(
            [.. Enumerable.Range(0, 5).Select(_ => new Linear<double>(3, 3, random))]);
        var text = GradientCheck.Of(model, Samples.Normal(2, 3)).ToString().Split('\n');
        Assert.Equal(2, text.Length);
        Assert.Equal("  11 other inputs and parameters: right", text[1]);
    }

    [Fact]
    public void The_check_of_a_tensor_whose_elements_are_right_by_themselves_says_so()
    {
        TensorCheck Of(bool onKink)
        {
            var direction = new ComparedDerivative(null, null, 1, 2, 4) { LiesOnKink = onKink };
            return new TensorCheck("weight", [2, 3], true, 7, 6, direction) { Scale = 4, ScaleMeaning = "a scale" };
        }
        string[] compared =
        [
            "  worst at a random direction: expected 1, actual 2",
            "  absolute error 1, relative error 0.25 to 4, a scale",
        ];
        Assert.Equal(
            [
                "weight [2, 3]: WRONG, 6 elements, 7 derivatives", .. compared,
                "  no element by itself is wrong by more than the tolerance",
            ],
            Of(onKink: false).ToString().Split('\n'));
        var undecided = Of(onKink: true).ToString().Split('\n');
        Assert.Equal(
            ["weight [2, 3]: UNDECIDED, 6 elements, 7 derivatives", .. compared, "  the point lies on a kink"],
            undecided[..^1]);
        Assert.StartsWith("  the derivatives to the left and to the right differ there; ", undecided[^1]);
    }

    /// <summary>x², with a gradient that is changed at some elements.</summary>
    private static Tensor<double> Square(Tensor<double> x, params (int Element, Func<double, double> Fault)[] faults)
    {
        var tape = Tape<double>.Of(Entry, x);
        var y = tape.Constant(x.Shape, [.. x.ToArray().Select(v => v * v)]);
        return tape.Record(Entry, y, [x], adjoints =>
        {
            var dX = x.ToArray().Zip(adjoints.Of(y).ToArray(), (v, d) => 2 * v * d).ToArray();
            foreach (var (element, fault) in faults) dX[element] = fault(dX[element]);
            adjoints.Into(x).Add(dX);
        });
    }
}
