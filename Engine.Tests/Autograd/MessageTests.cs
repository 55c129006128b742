
namespace Engine.Tests.Autograd;

/// <summary>The tape's messages about misuse.</summary>
public class MessageTests
{
    [Fact]
    public void Backward_wants_a_single_number()
    {
        using var tape = new Tape<float>();
        var x = tape.Variable(Tensor<float>.Zeros([2, 3]));
        Assert.Equal(
            "Backward: the loss must be a single number, not [2, 3]; take Mean or Sum first.",
            Assert.Throws<ShapeException>(() => tape.Backward(x)).Message);
    }

    [Fact]
    public void Backward_in_inference_names_the_modes_that_record()
    {
        using var tape = new Tape<float>(Mode.Inference);
        var y = Op.Sum(tape.Variable(Tensor<float>.Zeros([2])));
        Assert.Equal(
            "Backward: the tape records nothing in Mode.Inference; use Mode.Training or Mode.Evaluation.",
            Assert.Throws<InvalidOperationException>(() => tape.Backward(y)).Message);
    }

    [Fact]
    public void Backward_of_a_constant_says_that_nothing_was_recorded()
    {
        using var tape = new Tape<float>();
        Assert.Equal(
            "Backward: the loss depends on no parameter and no variable of the tape.",
            Assert.Throws<InvalidOperationException>(() => tape.Backward(tape.Constant([], [1f]))).Message);
    }

    [Fact]
    public void Backward_of_another_tapes_loss_points_to_that_tape()
    {
        using var tape = new Tape<float>();
        using var other = new Tape<float>();
        var loss = Op.Sum(other.Variable(Tensor<float>.Zeros([2])));
        Assert.Equal(
            "Backward: the loss belongs to another tape; call that tape's Backward.",
            Assert.Throws<InvalidOperationException>(() => tape.Backward(loss)).Message);
    }

    [Fact]
    public void A_set_names_the_leaf_that_it_does_not_hold()
    {
        var set = new GradientSet<float>([]);
        Assert.Equal(
            "GradientSet: weight was not a leaf of the tape, or the set was made for others.",
            Assert.Throws<KeyNotFoundException>(
                () => set[new Parameter<float>("weight", Tensor<float>.Zeros([2]))].Length).Message);
        Assert.Equal(
            "GradientSet: Tensor<Single> [2] was not a leaf of the tape, or the set was made for others.",
            Assert.Throws<KeyNotFoundException>(() => set[Tensor<float>.Zeros([2])].Length).Message);
    }

    [Fact]
    public void A_gradient_of_another_size_is_refused()
    {
        var operation = new CatalogueEntry("Custom", "", _ => []);
        using var tape = new Tape<float>();
        var x = tape.Variable(Tensor<float>.Zeros([2, 2]));
        Tensor<float> Loss(Action<Adjoints<float>, Tensor<float>, Tensor<float>> back)
        {
            var h = Op.Exp(x);
            var y = tape.Constant([3], new float[3]);
            return Op.Sum(tape.Record(operation, y, [h], adjoints => back(adjoints, y, h)));
        }

        Assert.Equal(
            "Backward: a gradient of 3 numbers for an input of 4.",
            Assert.Throws<ShapeException>(() => tape.Backward(Loss((a, y, h) => a.Into(h).Add(a.Of(y))))).Message);
        Assert.Equal(
            "Custom: a gradient of [3] cannot be that of [2, 2].",
            Assert.Throws<ShapeException>(() => tape.Backward(Loss((a, y, h) => a.Pass(y, h)))).Message);
        Assert.Equal(
            "GradientSet: a gradient of [3] for a leaf of 4 numbers.",
            Assert.Throws<ShapeException>(() => new GradientSet<float>([x]).Into(x, [3])).Message);
    }

    [Fact]
    public void Into_of_a_constant_points_to_Wants()
    {
        using var tape = new Tape<float>();
        var x = tape.Variable(Tensor<float>.Zeros([2]));
        var constant = tape.Constant([2], new float[2]);
        var y = tape.Record(
            new CatalogueEntry("Custom", "", _ => []), tape.Constant([], [1f]), [x, constant], adjoints =>
                adjoints.Into(constant).Add(new float[2]));
        Assert.Equal(
            "Into: no gradient flows to this input [2], it is a constant; ask Wants(x) first.",
            Assert.Throws<InvalidOperationException>(() => tape.Backward(y)).Message);
    }
}
