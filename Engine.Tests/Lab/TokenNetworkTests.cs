using Engine.Lab;
using Engine.Layers;

namespace Engine.Tests.Lab;

/// <summary>The training of the networks that the book's experiments compose, and figures of several seeds.</summary>
public class TokenNetworkTests
{
    private static readonly LabRun Lab = new(LabCatalogue.All[0]);

    [Fact]
    public void A_network_learns_what_its_batches_ask_and_the_same_seed_gives_the_same_bits()
    {
        var (network, twin) = (new Table(), new Table());
        Assert.True(network.Accuracy(Examples(new RandomStream(2))) < 0.7);
        var losses = network.Learn(Lab, 60, 0.1, Examples, new RandomStream(1));
        Assert.Equal(60, losses.Length);
        Assert.Equal(1, network.Accuracy(Examples(new RandomStream(2))));
        Assert.Equal(losses, twin.Learn(Lab, 60, 0.1, Examples, new RandomStream(1)));
    }

    [Fact]
    public void Rows_that_are_not_asked_do_not_count()
    {
        var network = new Table();
        var answers = network.Answers(new TokenBatch([0, 1, 2], SequenceLayout.Full(1, 3), [0, 0, 0]));
        var batch = new TokenBatch([0, 1, 2], SequenceLayout.Full(1, 3), [answers[0], -1, (answers[2] + 1) % 3]);
        Assert.Equal(0.5, network.Accuracy(batch));
    }

    [Fact]
    public void A_measured_figure_lies_above_or_below_a_threshold_only_beyond_the_spread_of_its_seeds()
    {
        var figure = new Measured(1, 2, 3); // mean 2, spread 2
        Assert.Equal(VerdictKind.Holds, figure.Above(-0.1));
        Assert.Equal(VerdictKind.NotShown, figure.Above(0.1));
        Assert.Equal(VerdictKind.DoesNotHold, figure.Above(4.1));
        Assert.Equal(VerdictKind.Holds, figure.Below(4.1));
        Assert.Equal(VerdictKind.NotShown, figure.Below(3.9));
        Assert.Equal(VerdictKind.DoesNotHold, figure.Below(-0.1));
        var line = Measured.Line("", [(5, figure)]);
        Assert.Equal((5, 2), line.Points[0]);
        Assert.Equal((1, 3), line.Spread![0]);
    }

    [Fact]
    public void Positions_that_keep_what_they_learned_extrapolate_and_positions_that_never_learned_do_not_count()
    {
        Measured good = new(0.9, 0.9), bad = new(0.2, 0.2);
        Bilingual sines = new("正弦", "sines"), rotary = new("旋转", "rotary"), none = new("无", "none");
        var some = LongerThanTrained.Judge([(sines, good, bad), (rotary, good, good), (none, good, bad)]);
        Assert.Equal(VerdictKind.DoesNotHold, some.Kind);
        Assert.Equal("extrapolate to 15: rotary; do not: sines, none", some.Because.English);
        Assert.Equal("能外推到 15 的：旋转；不能的：正弦、无", some.Because.Chinese);
        Assert.Equal(VerdictKind.Holds, LongerThanTrained.Judge([(sines, bad, bad), (rotary, good, good)]).Kind);
        var unlearned = LongerThanTrained.Judge([(sines, bad, bad)]);
        Assert.Equal(
            (VerdictKind.NotShown, "extrapolate to 15: none; do not: none"),
            (unlearned.Kind, unlearned.Because.English));
    }

    [Fact]
    public void Multiply_adds_are_counted_from_the_shapes_of_both_kinds_of_products()
    {
        var counter = new MultiplyAdds();
        using var tape = new Tape<double> { Observer = counter };
        var x = tape.Variable(Tensor<double>.Zeros([2, 3, 5]));
        new Linear<double>(5, 7, new RandomStream(1)).Forward(x);
        Op.MatMul(x, tape.Constant(Tensor<double>.Zeros([5, 4])));
        Assert.Equal((2 * 3 * 5 * 7, 2 * 3 * 5 * 4), (counter.Of["Linear"], counter.Of["MatMul"]));
        Assert.Equal(2 * 3 * 5 * 11, counter.Total);
    }

    /// <summary>The class is the token plus 1, modulo 3; the last row of the batch is not asked.</summary>
    private static TokenBatch Examples(RandomStream random)
    {
        int[] tokens = [.. Enumerable.Range(0, 12).Select(_ => random.NextInteger(3))];
        int[] targets = [.. tokens.Select(token => (token + 1) % 3)];
        targets[^1] = -1;
        return new TokenBatch(tokens, SequenceLayout.Full(4, 3), targets);
    }

    private sealed class Table : TokenNetwork
    {
        private readonly Embedding<float> embedding;

        public Table() => embedding = Add("embedding", new Embedding<float>(3, 3, new RandomStream(7)));

        public override Tensor<float> Logits(Tape<float> tape, TokenBatch batch) =>
            embedding.Forward(tape, batch.Tokens);
    }
}
