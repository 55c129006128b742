using Engine.Layers;
using Engine.Models;
using Engine.Optimizers;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>How a step splits a batch, and what it sums.</summary>
public class TrainingStepTests
{
    [Theory]
    [InlineData(4, 1, 8)] // 52 pairs of up to 100 tokens are 10.2 times 512; 8 is the next multiple of 4 below
    [InlineData(4, 2, 20)]
    [InlineData(16, 1, 10)] // fewer microbatches than accumulators
    public void A_microbatch_has_about_512_tokens_and_every_accumulator_the_same_number_of_microbatches(
        int accumulators, int forwardPasses, int expected)
    {
        var batch = new Batch([.. Enumerable.Range(0, 52).Select(i => new SentencePair(new int[99 - i], [i]))]);
        var parts = new Microbatches(accumulators, forwardPasses, wholeBatches: false).Split([batch]);
        Assert.Equal(expected, parts.Length);
        Assert.All(parts, part => Assert.InRange(part.Size, 52 / expected, (52 / expected) + 1));
        Assert.Equal(batch.Source, parts.SelectMany(part => part.Source));
        Assert.Equal(batch.TargetOutput, parts.SelectMany(part => part.TargetOutput));
        Assert.Equal([batch], new Microbatches(accumulators, forwardPasses, wholeBatches: true).Split([batch]));
    }

    [Theory]
    [InlineData(1, false, 8)]
    [InlineData(3 << 20, false, 4)] // 2^24 gradients allow 5
    [InlineData(1 << 24, false, 2)]
    [InlineData(1, true, 1)]
    public void A_large_network_has_few_accumulators_and_one_with_running_statistics_has_one(
        int parameters, bool keepsOrder, int expected)
    {
        var parameter = new Parameter<float>("p", Tensor<float>.Zeros([parameters]));
        Assert.Equal(expected, new GradientAccumulators([parameter], keepsOrder).Count);
        Assert.Equal(keepsOrder ? 1 : 5, new GradientAccumulators([parameter], keepsOrder, count: 5).Count);
    }

    [Fact]
    public void A_step_of_many_microbatches_has_the_same_bits_for_any_number_of_threads()
    {
        var batch = Pairs();
        var expected = Trained(threads: 1);
        foreach (var threads in (int[])[2, 3, 6]) Assert.Equal(expected, Trained(threads));

        float[] Trained(int threads)
        {
            var network = Network(dropout: 0.3);
            using var team = new ThreadTeam(threads);
            var step = new TrainingStep(
                new TrainableNetwork(network, 0.1), new Adam<float>(network.Parameters), new RandomStream(2), team)
            {
                ClipNorm = 1,
            };
            for (var update = 0; update < 3; update++) step.Run(batch, batch);
            return [.. network.Parameters.SelectMany(parameter => parameter.Value.ToArray())];
        }
    }

    [Fact]
    public void Every_step_has_the_gradient_of_its_own_batch()
    {
        var (network, batch) = (Network(dropout: 0), Pairs());
        var model = new TrainableNetwork(network, 0.1);
        using var tape = new Tape<float>();
        var expected = new GradientSet<float>(network.Parameters);
        tape.Backward(model.Loss(tape, batch, batch.TargetTokens), expected);
        using var team = new ThreadTeam(2);
        var step = new TrainingStep(model, new Sgd<float>(network.Parameters, 0), new RandomStream(2), team);
        for (var update = 0; update < 2; update++)
        {
            step.Run(batch, batch); // two microbatches an accumulator; both batches have the mean of one
            Close.To(Doubles(expected), Doubles(step.Gradients), 1e-5);
        }
    }

    [Fact]
    public void Each_microbatch_of_each_update_has_dropout_of_its_own()
    {
        var (network, batch) = (Network(dropout: 0.3), Pairs());
        var model = new TrainableNetwork(network, 0.1);
        using var team = new ThreadTeam(2);
        var step = new TrainingStep(model, new Sgd<float>(network.Parameters, 0), new RandomStream(2), team);
        var parts = new Microbatches(accumulators: 8, forwardPasses: 1, wholeBatches: false).Split([batch]);
        Assert.True(parts.Length >= 8);
        for (var update = 0; update < 2; update++)
        {
            var expected = new GradientSet<float>(network.Parameters);
            for (var i = 0; i < parts.Length; i++)
            {
                using var tape = new Tape<float>(Mode.Training, new RandomStream(2).Fork(update).Fork(i));
                tape.Backward(model.Loss(tape, parts[i], batch.TargetTokens), expected);
            }
            step.Run(batch);
            Close.To(Doubles(expected), Doubles(step.Gradients), 1e-5);
        }
    }

    [Fact]
    public void Gradients_whose_squares_a_float_does_not_hold_are_clipped_and_train()
    {
        var (expected, expectedNorm) = Trained(size: 1, clip: 1e-3);
        var (weights, norm) = Trained(size: 1e22f, clip: 1e-3);
        Assert.Equal(1e22, norm / expectedNorm, 1e17);
        Close.To(expected, weights, 1e-4);
    }

    [Fact]
    public void Gradients_whose_squares_a_float_does_not_hold_make_no_step_without_clipping()
    {
        var (expected, _) = Trained(size: 0, clip: 1);
        var (weights, norm) = Trained(size: 1e22f, clip: double.PositiveInfinity);
        Assert.Equal(double.PositiveInfinity, norm); // as with infinite gradients, so that training says it
        Assert.Equal(expected, weights);
    }

    /// <summary>The weights after one step with a loss that is multiplied by a size, and the step's norm.</summary>
    private static (double[] Weights, double Norm) Trained(float size, double clip)
    {
        var network = Network(dropout: 0);
        using var team = new ThreadTeam(1);
        var step = new TrainingStep(
            new Magnified(new TrainableNetwork(network, 0.1), size),
            new Adam<float>(network.Parameters, 0.01, epsilon: 0.1), new RandomStream(2), team)
        {
            ClipNorm = clip,
        };
        var norm = step.Run(Pairs()).GradientNorm;
        return ([.. network.Parameters.SelectMany(p => p.Value.ToArray()).Select(v => (double)v)], norm);
    }

    private sealed class Magnified(ITrainable model, float factor) : ITrainable
    {
        public Module<float> Network => model.Network;

        public Tensor<float> Loss(Tape<float> tape, Batch batch, double divisor) =>
            Op.Scale(model.Loss(tape, batch, divisor), factor);
    }

    private static double[] Doubles(GradientSet<float> gradients) =>
        [.. gradients.All.ToArray().Select(gradient => (double)gradient)];

    private static Transformer<float> Network(double dropout) => new(
        new TransformerConfiguration
        {
            SourceVocabulary = 13, TargetVocabulary = 13, DModel = 8, DFf = 16, Heads = 2,
            EncoderLayers = 1, DecoderLayers = 1, Dropout = dropout,
        },
        new RandomStream(1));

    /// <summary>Enough for eight microbatches.</summary>
    private static Batch Pairs()
    {
        var random = new RandomStream(3);
        int[] Sentence() => [.. Samples.Indices(random, 15, 9).Select(token => token + 4)];
        return new Batch([.. Enumerable.Range(0, 400).Select(_ => new SentencePair(Sentence(), Sentence()))]);
    }
}
