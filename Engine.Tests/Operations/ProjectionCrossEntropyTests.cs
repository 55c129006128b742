
namespace Engine.Tests.Operations;

public class ProjectionCrossEntropyTests
{
    [Property(MaxTest = 25)]
    public void Projection_and_loss_equal_their_twin_past_the_edges_of_blocks(Draw draw)
    {
        var (rows, classes) = (draw.Flip() ? 510 + draw.Integer(0, 9) : draw.Size(), Classes(draw));
        var dModel = draw.Integer(1, 18);
        var (targets, smoothing) = (Samples.Indices(draw.Random, rows, classes), draw.Flip() ? 0 : 0.1);
        Gradients.Agree(
            x => Op.ProjectionCrossEntropy(x[0], x[1], targets, 1, smoothing, 7),
            x => Twin.ProjectionCrossEntropy(x[0], x[1], targets, 1, smoothing, 7), draw.Random,
            draw.Normal([rows, dModel]),
            draw.Normal([classes, dModel]));
    }

    [Theory]
    [InlineData(512, 256)]
    [InlineData(1024, 300)]
    [InlineData(2, 300)]
    public void Rows_may_end_with_a_block_and_the_last_target_may_begin_one(int rows, int classes)
    {
        var random = new RandomStream(2);
        var targets = Samples.Indices(random, rows, classes);
        targets[^1] = classes == 300 ? 256 : 255;
        Gradients.Agree(
            x => Op.ProjectionCrossEntropy(x[0], x[1], targets, 1, 0.1, 7),
            x => Twin.ProjectionCrossEntropy(x[0], x[1], targets, 1, 0.1, 7), random,
            Numbers.Of(Samples.Normal(random, [rows, 2])),
            Numbers.Of(Samples.Normal(random, [classes, 2])));
    }

    [Theory]
    [InlineData(30)]
    [InlineData(400)]
    public void Logits_that_grow_along_the_vocabulary_neither_overflow_nor_lose_digits(double largest)
    {
        const int Rows = 5, Classes = 700;
        var x = Numbers.Of([Rows, 1], i => i - 2); // falling, level and rising
        var weight = Numbers.Of([Classes, 1], j => largest * j / Classes);
        int[] targets = [0, 699, 350, 1, 500];
        Gradients.Agree(
            t => Op.ProjectionCrossEntropy(t[0], t[1], targets, 1, 0.1, 7),
            t => Twin.ProjectionCrossEntropy(t[0], t[1], targets, 1, 0.1, 7), new RandomStream(1), x, weight);
    }

    [Fact]
    public void Where_all_rows_are_ignored_loss_and_gradients_are_zero()
    {
        var (loss, gradients) = Gradients.Of<double>(
            p => Op.ProjectionCrossEntropy(p[0], p[1], [1, 1, 1], ignoreIndex: 1, labelSmoothing: 0.1),
            new RandomStream(1), Numbers.Of([3, 2], i => i + 1), Numbers.Of([4, 2], i => i - 3));
        Assert.Equal([0], loss.Values);
        Assert.All(gradients.SelectMany(gradient => gradient), number => Assert.Equal(0, number));
    }

    [Property(MaxTest = 20)]
    public void In_float_and_in_any_layout_projection_and_loss_equal_their_twin(Draw draw)
    {
        var (rows, classes) = (draw.Size(), Classes(draw));
        var targets = Samples.Indices(draw.Random, rows, classes);
        Gradients.EqualTwin(
            draw, x => Op.ProjectionCrossEntropy(x[0], x[1], targets, 1, 0.1),
            x => Op.ProjectionCrossEntropy(x[0], x[1], targets, 1, 0.1),
            x => Twin.ProjectionCrossEntropy(x[0], x[1], targets, 1, 0.1), draw.Normal([rows, 9]),
            draw.Normal([classes, 9]));
    }

    [Property(MaxTest = 10)]
    public void Cross_entropy_of_a_linear_map_is_the_same(Draw draw)
    {
        var (rows, classes) = (draw.Size(), Classes(draw));
        var targets = Samples.Indices(draw.Random, rows, classes);
        Gradients.Agree(
            x => Op.ProjectionCrossEntropy(x[0], x[1], targets, 1, 0.1, 7),
            x => Op.CrossEntropy(Op.Linear(x[0], x[1]), targets, 1, 0.1, Reduction.Sum) * (1.0 / 7), draw.Random,
            draw.Normal([rows, 9]), draw.Normal([classes, 9]));
    }

    [Fact]
    public void Inference_holds_one_block_of_the_logits_and_not_all()
    {
        const int Rows = 1024, Classes = 1 << 15;
        using var tape = new Tape<float>(Mode.Inference);
        var (x, weight) = (tape.Constant([Rows, 1], new float[Rows]), tape.Constant([Classes, 1], new float[Classes]));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var loss = Op.ProjectionCrossEntropy(x, weight, new int[Rows], divisor: Rows).Item();
        Assert.Equal(Math.Log(Classes), loss, 1e-4);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Rows * Classes * sizeof(float) / 16);
    }

    [Property(MaxTest = 20)]
    public void Inference_gives_the_loss_that_training_gives(Draw draw)
    {
        var (rows, classes) = (draw.Size() + (draw.Flip() ? 500 : 0), Classes(draw));
        var (x, weight) = (draw.Normal([rows, 5]), draw.Normal([classes, 5]));
        var targets = Samples.Indices(draw.Random, rows, classes);
        Assert.Equal(Loss(Mode.Training), Loss(Mode.Inference));

        double Loss(Mode mode)
        {
            using var tape = new Tape<double>(mode);
            return Op.ProjectionCrossEntropy(x.On(tape), weight.On(tape), targets, 1, 0.1).Item();
        }
    }

    private static int Classes(Draw draw) => draw.Integer(0, 2) switch
    {
        0 => 1 + draw.Size(),
        1 => 254 + draw.Integer(0, 4),
        _ => 512 + draw.Size(),
    };
}
