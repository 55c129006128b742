
namespace Engine.Tests.Operations;

public class MaskedSoftmaxTests
{
    [Property]
    public void It_is_the_softmax_after_minus_infinity_was_added_to_or_written_over_what_is_hidden(Draw draw)
    {
        var (x, hidden) = Scores(draw, mayHideAll: false);
        var mask = new Mask(hidden.Shape, i => hidden.Values[i] < 0);
        Gradients.Agree(
            x => Op.MaskedSoftmax(x[0], mask),
            x => Op.Softmax(Op.MaskedFill(x[0], mask, double.NegativeInfinity)), draw.Random, x);
        Gradients.Agree(
            x => Op.MaskedSoftmax(x[0], mask), x => Op.Softmax(x[0] + hidden.Free<double>()), draw.Random, x);
    }

    [Property]
    public void It_equals_its_twin(Draw draw)
    {
        var (x, hidden) = Scores(draw, mayHideAll: true);
        var mask = new Mask(hidden.Shape, i => hidden.Values[i] < 0);
        Gradients.EqualTwin(
            draw, x => Op.MaskedSoftmax(x[0], mask), x => Op.MaskedSoftmax(x[0], mask),
            p => Twin.MaskedSoftmax(p[0], i => hidden.Broadcast(Numbers.IndexOf(x.Shape, i)) < 0), x);
    }

    [Fact]
    public void A_row_that_is_hidden_gives_zeros_and_takes_no_gradient()
    {
        // The hidden row holds NaN and infinity; a mask hides the second row, -infinity the third.
        var x = Numbers.Of([3, 3], i => i switch { 3 => double.NaN, 4 => double.PositiveInfinity, _ => i });
        x[2, 0] = x[2, 1] = x[2, 2] = double.NegativeInfinity;
        var (y, gradients) = Gradients.Of<double>(
            x => Op.MaskedSoftmax(x[0], new Mask([3, 1], i => i == 1)), new RandomStream(1), x);
        Assert.Equal(new double[6], y.Values[3..]);
        Assert.Equal(new double[6], gradients[0][3..]);
        Assert.Equal(1, y.Values[..3].Sum(), 12);
        Assert.All(gradients[0][..3], g => Assert.NotEqual(0, g));
    }

    [Property]
    public void Nothing_is_hidden_without_a_mask(Draw draw) =>
        Gradients.Agree(
            x => Op.MaskedSoftmax(x[0], null), x => Op.Softmax(x[0]), draw.Random, draw.Normal(draw.Shape(1)));

    [Fact]
    public void A_padding_mask_hides_the_end_of_each_sequence()
    {
        var mask = Mask.Padding(3, [3, 1]);
        Assert.Equal([2, 1, 3], mask.Shape);
        var weights = Forward.Of(x => Op.MaskedSoftmax(x, mask), Numbers.Of([2, 2, 3], _ => 0));
        Assert.Equal([1 / 3.0, 1 / 3.0, 1 / 3.0, 1 / 3.0, 1 / 3.0, 1 / 3.0, 1, 0, 0, 1, 0, 0], weights);
    }

    /// <summary>Scores, and 0 or -infinity in a shape that broadcasts to theirs.</summary>
    private static (Numbers X, Numbers Hidden) Scores(Draw draw, bool mayHideAll)
    {
        var shape = draw.Shape(1);
        var hidden = Numbers.Of(draw.Repeated(shape), _ => draw.Integer(0, 2) == 0 ? double.NegativeInfinity : 0);
        if (!mayHideAll)
        {
            var width = hidden.Shape.Rank == 0 ? 1 : hidden.Shape[^1];
            for (var row = 0; row < hidden.Values.Length; row += width)
                hidden.Values[row + draw.Integer(0, width - 1)] = 0;
        }
        return (draw.Normal(shape), hidden);
    }
}
