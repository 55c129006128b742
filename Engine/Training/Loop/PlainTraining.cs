using Engine.Models;
using Engine.Text;

namespace Engine.Training;

/// <summary>
/// The training loop to read first: batches, forward pass, loss, backward pass, clipping, Adam, learning rate and
/// validation, on one thread and without anything that is there for speed alone.
/// </summary>
/// <remarks>
/// It is the reference implementation of <see cref="TrainingStep"/> and <see cref="Trainer"/>, which split each batch
/// into microbatches for several threads and accumulators. Tests compare gradients, updates and whole runs of both. The
/// loop uses the same random streams, so that dropout of a batch of one microbatch drops the same in both.
/// </remarks>
/// <param name="network">The network to train.</param>
/// <param name="c">The configuration. The loop reads what its code names, and no other option.</param>
internal sealed class PlainTraining(TranslationNetwork<float> network, TrainingConfiguration c)
{
    // Each random choice has a stream of its own: Fork makes one from another and a number.
    private readonly RandomStream random = new RandomStream(c.Seed).Fork(1);

    // Adam's means of each parameter's gradients (m) and of their squares (v), zero at first.
    private readonly (Parameter<float> Parameter, double[] M, double[] V)[] adam =
        [.. network.Parameters.Select(p => (p, new double[p.Count], new double[p.Count]))];

    private int updates;

    /// <summary>Trains, and gives the update and the validation loss of every validation.</summary>
    /// <param name="train">The pairs to learn from, as ids.</param>
    /// <param name="valid">The pairs to validate on, as ids.</param>
    public IEnumerable<(int Update, double Loss)> Run(
        IReadOnlyList<SentencePair> train, IReadOnlyList<SentencePair> valid)
    {
        for (var epoch = 1; epoch <= c.Epochs; epoch++)
        {
            // A pass over all pairs in random order, in batches of similar length.
            foreach (var batch in Batching.Epoch(train, c.BatchTokens, random.Fork(epoch)))
            {
                Update(batch);
                if (updates % c.ValidEvery == 0) yield return (updates, ValidationLoss(valid));
            }
        }
    }

    /// <summary>Changes the parameters so that the loss of a batch becomes smaller; the loss before.</summary>
    public double Update(Batch batch)
    {
        var (loss, gradients) = Gradients(batch);

        // Clipping: if all gradients together are a vector longer than ClipNorm, they are scaled down to that length.
        var norm = Math.Sqrt(adam.Sum(state => gradients[state.Parameter].ToArray().Sum(g => (double)g * g)));
        var scale = Math.Min(1, c.ClipNorm / (norm + 1e-6));

        updates++;
        var learningRate = LearningRate(updates);
        foreach (var (parameter, m, v) in adam)
        {
            var theta = parameter.Update();
            var dTheta = gradients[parameter];
            for (var i = 0; i < theta.Length; i++)
            {
                // Adam (Kingma and Ba 2015, algorithm 1): the means begin at 0, and mHat and vHat correct for that.
                var g = scale * dTheta[i];
                m[i] = (c.Beta1 * m[i]) + ((1 - c.Beta1) * g);
                v[i] = (c.Beta2 * v[i]) + ((1 - c.Beta2) * g * g);
                var mHat = m[i] / (1 - Math.Pow(c.Beta1, updates));
                var vHat = v[i] / (1 - Math.Pow(c.Beta2, updates));
                theta[i] -= (float)(learningRate * mHat / (Math.Sqrt(vHat) + c.Epsilon));
            }
        }
        gradients.Commit(); // moves the running statistics of BatchNorm, if there are any
        return loss;
    }

    /// <summary>The loss of a batch, and its gradient with respect to every parameter.</summary>
    public (double Loss, GradientSet<float> Gradients) Gradients(Batch batch)
    {
        // The tape records what is computed, and Backward goes through the record in reverse.
        using var tape = new Tape<float>(Mode.Training, random.Fork(0).Fork(updates).Fork(0));
        var loss = Loss(tape, batch, c.LabelSmoothing);
        var gradients = new GradientSet<float>(network.Parameters);
        tape.Backward(loss, gradients);
        return (loss.Item(), gradients);
    }

    /// <summary>
    /// The mean cross-entropy of the target tokens: of each token, given the source and the target's tokens before it.
    /// </summary>
    private Tensor<float> Loss(Tape<float> tape, Batch batch, double labelSmoothing)
    {
        var memory = network.Encode(tape, batch.Source, batch.SourceLayout); // [source rows, dModel]
        var y = network.Decode(
            tape, batch.TargetInput, batch.TargetLayout, memory, batch.SourceLayout); // [target rows, dModel]
        var logits = network.Logits(y); // [target rows, target vocabulary]
        return Op.CrossEntropy(logits, batch.TargetOutput, labelSmoothing: labelSmoothing); // []
    }

    /// <summary>Rises linearly over the warm-up, then falls with the inverse square root of the update.</summary>
    private double LearningRate(int update) =>
        update < c.Warmup
            ? c.LearningRate * update / c.Warmup
            : c.LearningRate * Math.Sqrt(Math.Max(c.Warmup, 1) / (double)update);

    /// <summary>
    /// The mean negative log-likelihood of a target token of pairs that the network does not learn from.
    /// </summary>
    private double ValidationLoss(IReadOnlyList<SentencePair> valid)
    {
        var (sum, tokens) = (0.0, 0);
        foreach (var batch in Batching.InOrder(valid, c.BatchTokens))
        {
            using var tape = new Tape<float>(Mode.Inference); // no dropout, and nothing is recorded
            sum += batch.TargetTokens * Loss(tape, batch, labelSmoothing: 0).Item();
            tokens += batch.TargetTokens;
        }
        return sum / tokens;
    }
}
