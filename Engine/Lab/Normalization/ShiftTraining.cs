using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>Trains a classifier, and measures how its layers' inputs move and how its gradient turns.</summary>
/// <param name="network">The network.</param>
/// <param name="seed">Draws points and batches.</param>
/// <param name="rate">The learning rate of SGD.</param>
internal sealed class ShiftTraining(DeepClassifier network, long seed, double rate)
{
    /// <summary>The updates between two measurements.</summary>
    public const int Every = 20;

    private const int Last = 5; // measurements that the last loss is the mean of
    private const int Batch = 64, Size = 256; // points of a batch, and of the set

    private readonly RandomStream batches = new RandomStream(seed).Fork(1);
    private readonly ToyClasses points = Points(seed);
    private readonly List<double> losses = [], shifts = [], roughness = [];

    /// <summary>The mean training loss of each <see cref="Every"/> updates.</summary>
    public IReadOnlyList<double> Losses => losses;

    /// <summary>The mean training loss at the end.</summary>
    public double LastLoss => losses.TakeLast(Last).Average();

    /// <summary>How far the means of hidden units move between measurements.</summary>
    public double Shift => shifts.Average();

    /// <summary>By how much a step of SGD changes the gradient, relative to the gradient.</summary>
    public double Roughness => roughness.Average();

    /// <summary>The share of new points that the network classifies rightly in use.</summary>
    public double Accuracy => network.Accuracy(Points(seed, part: 1).All);

    /// <summary>The mean slope of the last hidden layer, if its units are sigmoids.</summary>
    public static double Slope(DeepClassifier network, long seed)
    {
        var slope = 0.0;
        using var tape = new Tape<float>();
        network.Logits(tape, Points(seed).All, (_, y) => slope = y.ToArray().Average(v => v * (1 - v)));
        return slope;
    }

    /// <summary>Trains for a number of updates.</summary>
    public void Train(LabRun run, int updates)
    {
        var sgd = new Sgd<float>(network.Parameters, rate);
        var before = Means();
        var sum = 0.0;
        for (var update = 1; update <= updates; update++)
        {
            run.Pause();
            using (var tape = new Tape<float>())
            {
                var loss = network.Loss(tape, points.Draw(Batch, batches));
                sgd.Step(tape.Backward(loss));
                sum += loss.Item();
            }
            if (update % Every != 0) continue;
            losses.Add(sum / Every);
            sum = 0;
            var now = Means();
            shifts.Add(now.Zip(before, (a, b) => Math.Abs(a - b)).Average());
            before = now;
            roughness.Add(Turn());
        }
    }

    private static ToyClasses Points(long seed, int part = 0) =>
        new(Size, 0.5, new RandomStream(seed).Fork(0), part);

    /// <summary>The mean of each unit of each hidden layer over all points, as the layer after it sees it.</summary>
    private double[] Means()
    {
        var means = new List<double>();
        using var tape = new Tape<float>();
        network.Logits(tape, points.All, (_, y) => means.AddRange(
            Op.Mean(y, 0).ToArray().Select(mean => (double)mean)));
        return [.. means];
    }

    /// <summary>The change of the gradient along one step of SGD, which is then taken back.</summary>
    private double Turn()
    {
        var all = points.All;
        float[][] kept = [.. network.Parameters.Select(parameter => parameter.Value.ToArray())];
        var here = Gradients();
        foreach (var parameter in network.Parameters)
        {
            Span<float> values = parameter.Update(), g = here[parameter];
            for (var i = 0; i < values.Length; i++) values[i] -= (float)rate * g[i];
        }
        var there = Gradients();
        foreach (var (parameter, values) in network.Parameters.Zip(kept)) values.CopyTo(parameter.Update());
        double change = 0, size = 0;
        for (var i = 0; i < here.All.Length; i++)
        {
            var (a, b) = (here.All[i], there.All[i]);
            (change, size) = (change + ((a - b) * (a - b)), size + (a * a));
        }
        return Math.Sqrt(change / size);

        GradientSet<float> Gradients()
        {
            using var tape = new Tape<float>();
            return tape.Backward(network.Loss(tape, all));
        }
    }
}
