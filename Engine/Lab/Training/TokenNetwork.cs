using System.Numerics.Tensors;
using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>Sequences of tokens, and the classes that a network shall find.</summary>
/// <param name="Tokens">Ids, one for each row of the layout.</param>
/// <param name="Layout">Which rows form which sequence.</param>
/// <param name="Targets">A class for each row of the network's logits; -1 where nothing is asked.</param>
internal sealed record TokenBatch(int[] Tokens, SequenceLayout Layout, int[] Targets);

/// <summary>
/// A network of an experiment's own, composed of the engine's layers, and its training on one thread with batches that
/// are drawn anew for each update.
/// </summary>
internal abstract class TokenNetwork : Module<float>
{
    private const double Beta2 = 0.98;

    /// <summary>The logits of the classes, [targets, classes].</summary>
    public abstract Tensor<float> Logits(Tape<float> tape, TokenBatch batch);

    /// <summary>Trains with Adam; the learning rate rises for a tenth of the updates and falls along a
    /// cosine.</summary>
    /// <param name="run">Ends the training when the reader wants to stop.</param>
    /// <param name="updates">The number of updates.</param>
    /// <param name="rate">The highest learning rate.</param>
    /// <param name="draw">Draws the batch of an update from the update's own random numbers.</param>
    /// <param name="random">The stream of all updates.</param>
    /// <returns>The loss of each update.</returns>
    public double[] Learn(
        LabRun run, int updates, double rate, Func<RandomStream, TokenBatch> draw, RandomStream random)
    {
        var optimizer = new Adam<float>(Parameters, rate, beta2: Beta2);
        var schedule = new CosineSchedule(rate, updates / 10, updates);
        var gradients = new GradientSet<float>(Parameters);
        var losses = new double[updates];
        for (var update = 0; update < updates; update++)
        {
            run.Pause();
            var batch = draw(random.Fork(update));
            using var tape = new Tape<float>();
            var loss = Op.CrossEntropy(Logits(tape, batch), batch.Targets);
            losses[update] = loss.Item();
            gradients.Clear();
            tape.Backward(loss, gradients);
            optimizer.LearningRate = schedule.At(update + 1);
            optimizer.Step(gradients, GradientClipping.Factor(GradientClipping.Norm(gradients), 1));
        }
        return losses;
    }

    /// <summary>The likeliest class of each row of the logits.</summary>
    public int[] Answers(TokenBatch batch)
    {
        using var tape = new Tape<float>(Mode.Inference);
        var logits = Logits(tape, batch); // [targets, classes]
        return [.. batch.Targets.Select((_, row) => TensorPrimitives.IndexOfMax(
            logits.Data.Slice(row * logits.Shape[1], logits.Shape[1])))];
    }

    /// <summary>The share of the asked classes that the network finds.</summary>
    public double Accuracy(TokenBatch batch) => Answers(batch).Zip(batch.Targets)
        .Where(pair => pair.Second >= 0).Average(pair => pair.First == pair.Second ? 1.0 : 0);
}
