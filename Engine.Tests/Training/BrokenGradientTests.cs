using Engine.Layers;
using Engine.Optimizers;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>An update whose gradient is no number.</summary>
public class BrokenGradientTests
{
    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_gradient_that_is_no_number_changes_neither_the_weights_nor_the_optimizer(double value)
    {
        var model = new Scaled();
        var optimizer = new Adam<float>(model.Network.Parameters, 0.1);
        using var team = new ThreadTeam(1);
        var step = new TrainingStep(model, optimizer, new RandomStream(1), team) { ClipNorm = 1, ClipValue = 1 };
        var batch = new Batch(new SentencePair([4], [4]));
        step.Run(batch);
        var (weights, steps) = (Weights(), optimizer.Steps);
        var state = optimizer.State.SelectMany(slot => slot.Numbers.ToArray()).ToArray();
        model.Scale = value;
        Assert.False(double.IsFinite(step.Run(batch).GradientNorm));
        Assert.Equal(weights, Weights());
        Assert.Equal(steps, optimizer.Steps);
        Assert.Equal(state, optimizer.State.SelectMany(slot => slot.Numbers.ToArray()));
        model.Scale = 1;
        step.Run(batch);
        Assert.NotEqual(weights, Weights());
        Assert.All(Weights(), weight => Assert.True(float.IsFinite(weight)));

        float[] Weights() => model.Network.Parameters[0].Value.ToArray();
    }

    /// <summary>A loss whose gradient is the weights times a factor.</summary>
    private sealed class Scaled : ITrainable
    {
        public double Scale { get; set; } = 1;

        public Module<float> Network { get; } = new Linear<float>(2, 2, new RandomStream(1));

        public Tensor<float> Loss(Tape<float> tape, Batch batch, double divisor) =>
            Op.Scale(Op.L2Penalty(tape.Use(Network.Parameters[0]), 1), Scale);
    }
}
