using Engine.Layers;
using Engine.Training;

namespace Engine.Tests.Training;

public sealed class WeightAverageTests
{
    [Fact]
    public void The_moving_average_follows_its_formula()
    {
        var layer = new Linear<float>(3, 2, new RandomStream(1));
        var weights = layer.Parameters[0];
        weights.Update().Fill(1);
        var average = new WeightAverage(layer, 0.25);
        weights.Update().Fill(2);
        average.Add(1); // d = 2 / 11
        weights.Update().Fill(4);
        average.Add(9); // d = 0.25, below 10 / 19
        var first = 2.0 / 11 + 2 * 9.0 / 11;
        average.Exchange();
        Assert.All(weights.Value.ToArray(), value => Assert.Equal(0.25 * first + 3, value, 1e-5));
        average.Exchange();
        Assert.All(weights.Value.ToArray(), value => Assert.Equal(4f, value));
    }
}
