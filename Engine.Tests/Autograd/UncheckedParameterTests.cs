using Engine.Layers;

namespace Engine.Tests.Autograd;

/// <summary>A check of a function that reads parameters says which of them it did not check.</summary>
public class UncheckedParameterTests
{
    [Fact]
    public void A_check_of_the_input_alone_is_incomplete_and_names_the_parameters()
    {
        var layer = new Linear<double>(3, 4, new RandomStream(1));
        var report = GradientCheck.Of(layer.Forward, Samples.Normal(2, 3));
        Assert.Equal((GradientVerdict.Incomplete, false), (report.Verdict, report.Passed));
        Assert.Equal(GradientVerdict.Right, Assert.Single(report.Tensors).Verdict);
        Assert.Equal(["weight [4, 3]", "bias [4]"], report.UncheckedParameters);
        Assert.StartsWith("INCOMPLETE: 8 derivatives", report.ToString());
        Assert.EndsWith(
            "\n  parameters read but not checked: weight [4, 3], bias [4]; check a layer with GradientCheck.Of(layer, "
            + "x), other parameters with GradientCase.Parameters", report.ToString());
    }

    [Fact]
    public void A_layer_with_a_wrong_gradient_of_its_bias_is_wrong_when_the_layer_is_checked()
    {
        var layer = new WrongBias();
        var report = GradientCheck.Of(layer, Samples.Normal(2, 3));
        Assert.Equal(GradientVerdict.Wrong, report.Verdict);
        Assert.Equal("bias", report.Worst!.Name);
        Assert.Empty(report.UncheckedParameters);
        Assert.Equal(GradientVerdict.Incomplete, GradientCheck.Of(layer.Forward, Samples.Normal(2, 3)).Verdict);
    }

    [Fact]
    public void Parameters_of_a_module_have_their_paths_and_come_before_others()
    {
        var random = new RandomStream(1);
        var model = new Sequential<double>(new Linear<double>(3, 3, random), new Linear<double>(3, 2, random));
        var scale = new Parameter<double>("scale", Samples.Normal(2));
        var report = GradientCheck.Of(new GradientCase(
            "model", [Samples.Normal(2, 3)], (tape, inputs) => model.Forward(inputs[0]) * tape.Use(scale))
        {
            Module = model, Parameters = [scale, model.Parameters[0]],
        });
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(
            ["input 0", "0.weight", "0.bias", "1.weight", "1.bias", "scale"], report.Tensors.Select(one => one.Name));
    }

    [Fact]
    public void A_module_of_another_form_is_checked_with_a_function()
    {
        var bilinear = new Bilinear<double>(3, 2, 4, new RandomStream(1));
        var z = Samples.Normal(2, 2);
        var report = GradientCheck.Of(
            bilinear, x => bilinear.Forward(x, x.Tape.Constant(z)), Samples.Normal(2, 3));
        Assert.True(report.Passed, report.ToString());
        Assert.Equal(bilinear.Parameters.Count + 1, report.Tensors.Count);
    }

    private sealed class WrongBias : Layer<double>
    {
        private readonly Parameter<double> bias;

        public WrongBias() => bias = Add("bias", Samples.Normal(3));

        public override Tensor<double> Forward(Tensor<double> x)
        {
            var b = x.Tape.Use(bias);
            return x + b + x.Tape.Constant(b);
        }
    }
}
