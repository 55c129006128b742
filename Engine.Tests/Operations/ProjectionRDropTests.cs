
namespace Engine.Tests.Operations;

public class ProjectionRDropTests
{
    [Property(MaxTest = 25)]
    public void Projection_and_loss_equal_their_twin_past_the_edges_of_blocks(Draw draw)
    {
        var rows = draw.Flip() ? 62 + draw.Integer(0, 4) + (64 * draw.Integer(0, 1)) : draw.Size();
        var (classes, dModel) = (draw.Integer(1, 40), draw.Integer(1, 18));
        var targets = Samples.Indices(draw.Random, rows, classes);
        var (alpha, smoothing) = (draw.Integer(0, 5), draw.Flip() ? 0 : 0.1);
        Gradients.Agree(
            t => Op.ProjectionRDrop(t[0], t[1], targets, alpha, smoothing, 7),
            t => Twin.ProjectionRDrop(t[0], t[1], targets, alpha, smoothing, 7), draw.Random,
            draw.Normal([2 * rows, dModel]), draw.Normal([classes, dModel]));
    }

    [Property(MaxTest = 20)]
    public void In_float_and_in_any_layout_projection_and_loss_equal_their_twin(Draw draw)
    {
        var (rows, classes) = (draw.Size(), draw.Integer(1, 300));
        var targets = Samples.Indices(draw.Random, rows, classes);
        Gradients.EqualTwin(
            draw, x => Op.ProjectionRDrop(x[0], x[1], targets, 3, 0.1),
            x => Op.ProjectionRDrop(x[0], x[1], targets, 3, 0.1),
            x => Twin.ProjectionRDrop(x[0], x[1], targets, 3, 0.1), draw.Normal([2 * rows, 9]),
            draw.Normal([classes, 9]));
    }

    [Property(MaxTest = 10)]
    public void Cross_entropy_and_symmetric_divergence_of_a_linear_map_are_the_same(Draw draw)
    {
        var (rows, classes) = (draw.Size(), draw.Integer(1, 40));
        var targets = Samples.Indices(draw.Random, rows, classes);
        Gradients.Agree(
            x => Op.ProjectionRDrop(x[0], x[1], targets, 3, 0.1),
            x =>
            {
                var z = Op.Linear(x[0], x[1]); // [2 rows, classes]
                var (first, second) = (Op.Slice(z, 0, 0, rows), Op.Slice(z, 0, rows, rows));
                return Op.CrossEntropy(z, [.. targets, .. targets], -1, 0.1, Reduction.Sum)
                    + (Op.SymmetricKl(first, second, Reduction.Sum) * 3);
            },
            draw.Random, draw.Normal([2 * rows, 5]), draw.Normal([classes, 5]));
    }

    [Property]
    public void Passes_that_agree_have_twice_the_cross_entropy_of_one(Draw draw)
    {
        var (rows, classes) = (draw.Size(), 1 + draw.Size());
        var (x, weight) = (draw.Normal([rows, 3]), draw.Normal([classes, 3]));
        var targets = Samples.Indices(draw.Random, rows, classes);
        Gradients.Agree(
            t => Op.ProjectionRDrop(Op.Concatenate([t[0], t[0]], 0), t[1], targets, 5, 0.1),
            t => Op.ProjectionCrossEntropy(t[0], t[1], targets, labelSmoothing: 0.1) * 2, draw.Random, x, weight);
    }

    [Fact]
    public void Rows_or_weight_may_be_constants()
    {
        using var tape = new Tape<double>();
        var (x, weight) = (Samples.Normal(6, 2), Samples.Normal(4, 2));
        var (dX, dWeight) = (tape.Variable(x), tape.Variable(weight));
        Tensor<double> Loss(Tensor<double> x, Tensor<double> weight) => Op.ProjectionRDrop(x, weight, [0, 3, 1], 2);
        var both = tape.Backward(Loss(dX, dWeight));
        Assert.Equal(both[dX].ToArray(), tape.Backward(Loss(dX, tape.Constant(weight)))[dX].ToArray());
        Assert.Equal(both[dWeight].ToArray(), tape.Backward(Loss(tape.Constant(x), dWeight))[dWeight].ToArray());
    }
}
