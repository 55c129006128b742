using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>The training loop of an experiment whose network is composed of layers: Adam, one thread.</summary>
internal static class Fitting
{
    /// <summary>Trains a network.</summary>
    /// <param name="run">Ends the training when the reader wants to stop.</param>
    /// <param name="network">Has the parameters.</param>
    /// <param name="updates">The number of updates.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="loss">The loss of the next batch.</param>
    public static void Train(
        LabRun run, Module<float> network, int updates, double rate, Func<Tape<float>, Tensor<float>> loss)
    {
        var gradients = new GradientSet<float>(network.Parameters);
        var adam = new Adam<float>(network.Parameters, rate);
        for (var update = 0; update < updates; update++)
        {
            run.Pause();
            gradients.Clear();
            using (var tape = new Tape<float>()) tape.Backward(loss(tape), gradients);
            adam.Step(gradients);
        }
    }

    /// <summary>What a network answers, without recording anything.</summary>
    /// <param name="answer">Computes the answer.</param>
    public static float[] Answer(Func<Tape<float>, Tensor<float>> answer)
    {
        using var tape = new Tape<float>(Mode.Inference);
        return answer(tape).ToArray();
    }
}
