using Engine.Layers;

namespace Engine.Tests.Layers;

public class PredictTests
{
    private static readonly Tensor<float> Data = Samples(4);

    [Fact]
    public void A_prediction_is_the_forward_pass_of_inference_and_outlives_its_tape()
    {
        var model = Model();
        using var tape = new Tape<float>(Mode.Inference);
        var expected = model.Forward(tape.Constant(Data)).ToArray();
        var found = model.Predict(Data);
        Assert.Equal(new Shape([4, 2]), found.Shape);
        Assert.Equal(expected, found.Data.ToArray());
        Assert.Equal(found.ToArray(), model.Predict(tape.Constant(Data)).ToArray());
    }

    [Fact]
    public void Predicting_drops_nothing()
    {
        var model = new Sequential<float>(new Dropped());
        Assert.Equal(Data.ToArray(), model.Predict(Data).ToArray());
    }

    [Fact]
    public void Any_number_of_threads_may_predict_with_one_model()
    {
        var model = Model();
        var expected = model.Predict(Data).ToArray();
        Parallel.For(0, 64, _ => Assert.Equal(expected, model.Predict(Data).ToArray()));
    }

    [Fact]
    public void Predicting_again_and_again_keeps_no_memory()
    {
        var model = Model();
        for (var i = 0; i < 50; i++) model.Predict(Data);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) model.Predict(Data);
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 0, 8_000);
    }

    private static Sequential<float> Model()
    {
        var random = new RandomStream(1);
        return new(new Linear<float>(3, 64, random), new Tanh<float>(), new Linear<float>(64, 2, random));
    }

    private static Tensor<float> Samples(int rows)
    {
        var random = new RandomStream(2);
        return Tensor<float>.From(
            [rows, 3], [.. Enumerable.Range(0, 3 * rows).Select(_ => (float)random.NextNormal())]);
    }

    private sealed class Dropped : Layer<float>
    {
        public override Tensor<float> Forward(Tensor<float> x) => Op.Dropout(x, 0.5);
    }
}
