using Engine.Verification;

namespace Engine.Tests.Autograd;

public class AnomalyTests
{
    [Fact]
    public void The_operation_that_first_computes_NaN_is_named_with_its_shape() => Assert.Equal(
        "Sqrt: the first NaN of the step is element 2 of its output [3], in the forward pass (node 1); " +
        "its inputs are [3] from -1 to 4.",
        Message(tape => Op.Sum(Op.Exp(Op.Sqrt(X(tape, 4, 1, -1))))));

    [Fact]
    public void The_operation_that_first_computes_infinity_is_named()
    {
        Assert.Equal(
            "Exp: the first infinity of the step is element 1 of its output [1, 2], in the forward pass (node 2); " +
            "its inputs are [1, 2] from 1 to 1E+03.",
            Message(tape => Op.Sum(Op.Exp(Op.Reshape(X(tape, 1, 1000), [1, 2])))));
        Assert.StartsWith(
            "Log: the first -infinity of the step is element 0 of its output",
            Message(tape => Op.Sum(Op.Log(X(tape, 0, 1)))));
    }

    [Fact]
    public void Gradients_are_checked_in_the_backward_pass()
    {
        Assert.Equal(
            "Sqrt: the first infinity of the step is element 1 of the gradient of its input 0 [2], " +
            "in the backward pass (node 1); its inputs are [2] from 0 to 1.",
            Message(tape => Op.Sum(Op.Sqrt(X(tape, 1, 0)) * 3)));
        var entry = new CatalogueEntry("Broken", "y = x", _ => []);
        Assert.StartsWith(
            "Broken: the first NaN of the step is element 0 of the gradient of its input 0 []",
            Message(tape =>
            {
                var x = Op.Sum(Op.Exp(X(tape, 1)));
                return tape.Record(entry, tape.Constant(x), [x], adjoints => adjoints.Into(x).Add([double.NaN]));
            }));
    }

    [Fact]
    public void The_gradients_of_parameters_are_checked_too()
    {
        var weight = new Parameter<double>("weight", Tensor<double>.From([2], [0, 1]));
        Assert.StartsWith(
            "Sqrt: the first infinity of the step is element 0 of the gradient of its input 0 [2], " +
            "in the backward pass",
            Message(tape => Op.Sum(Op.Sqrt(tape.Use(weight)))));
    }

    [Fact]
    public void A_NaN_that_was_there_before_the_step_is_told_from_one_that_the_step_makes()
    {
        Assert.Equal(
            "Exp: element 1 of its input 0 [2] was NaN when the step began. Check the data and the earlier updates.",
            Message(tape => Op.Sum(Op.Exp(X(tape, 1, double.NaN)))));
        var weight = new Parameter<double>("weight", Tensor<double>.From([2], [double.PositiveInfinity, 1]));
        Assert.StartsWith(
            "Multiply: element 0 of its parameter weight [2] was infinity when the step began.",
            Message(tape => Op.Sum(X(tape, 1, 1) * tape.Use(weight))));
    }

    [Fact]
    public void A_masks_infinities_may_reach_the_softmax_but_a_NaN_made_of_them_is_an_anomaly()
    {
        var mask = new Mask([3], i => i == 1);
        Tensor<double> Masked(Tape<double> tape, double factor) =>
            Op.MaskedFill(X(tape, 1, 2, 3), mask, double.NegativeInfinity) * factor;
        using var tape = Detecting();
        var set = tape.Backward(Op.Sum(Op.Softmax(Masked(tape, 2)) * X(tape, 1, 2, 3)));
        Assert.All(set.All.ToArray(), gradient => Assert.True(double.IsFinite(gradient)));
        Assert.StartsWith(
            "Scale: the first NaN of the step is element 1 of its output [3], in the forward pass",
            Message(other => Op.Sum(Masked(other, 0))));
    }

    [Fact]
    public void A_tape_that_does_not_detect_anomalies_lets_them_pass()
    {
        using var tape = new Tape<double>();
        Assert.False(tape.DetectsAnomalies);
        Assert.True(double.IsNaN(Op.Sum(Op.Sqrt(X(tape, -1))).Item()));
    }

    [Fact]
    public void Anomalies_are_detected_in_inference_too()
    {
        using var tape = new Tape<double>(Mode.Inference) { DetectsAnomalies = true };
        Assert.StartsWith(
            "Log: the first NaN",
            Assert.Throws<AnomalyException>(() => Op.Log(tape.Constant(Tensor<double>.From([1], [-1])))).Message);
    }

    [Fact]
    public void No_case_of_the_catalogue_is_an_anomaly_and_detection_changes_no_bit()
    {
        foreach (var entry in Catalogue.All)
        {
            foreach (var one in entry.Samples(new RandomStream(1)))
            {
                double[] Run(bool detects)
                {
                    using var tape = new Tape<double>(one.Mode, new RandomStream(2)) { DetectsAnomalies = detects };
                    var inputs = one.Inputs.Select(tape.Variable).ToArray();
                    var y = one.Function(tape, inputs);
                    var set = new GradientSet<double>([.. inputs.Cast<object>(), .. one.Parameters]);
                    tape.BackwardFrom(y, Samples.Normal(new RandomStream(3), y.Shape).Data, set);
                    return [.. y.ToArray(), .. set.All];
                }
                Assert.Equal(Run(false), Run(true));
            }
        }
    }

    private static Tape<double> Detecting() => new() { DetectsAnomalies = true };

    private static Tensor<double> X(Tape<double> tape, params double[] values) =>
        tape.Variable(Tensor<double>.From([values.Length], values));

    private static string Message(Func<Tape<double>, Tensor<double>> loss)
    {
        using var tape = Detecting();
        return Assert.Throws<AnomalyException>(() => tape.Backward(loss(tape))).Message;
    }
}
