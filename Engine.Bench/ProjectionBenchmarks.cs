using BenchmarkDotNet.Attributes;

namespace Engine.Bench;

/// <summary>
/// The projection onto the vocabulary with its loss (cross-entropy or R-Drop), forward and backward, over a microbatch
/// of the tiny preset. The fast operation works on blocks of the vocabulary; the reference implementation keeps all
/// logits.
/// </summary>
public class ProjectionBenchmarks
{
    private const int Rows = 464, DModel = 128, Words = 9712;

    private readonly Parameter<float> table = new("table", Normal([Words, DModel], 1));
    private readonly Parameter<float> x = new("x", Normal([Rows, DModel], 2)); // a parameter: x gets a gradient too
    private readonly int[] targets = [.. Enumerable.Range(0, Rows).Select(i => 4 + (i * 20))];
    private GradientSet<float> gradients = null!;

    [GlobalSetup]
    public void Setup() => gradients = new GradientSet<float>([table, x]);

    [Benchmark]
    public float Blocks() => Loss((x, table) => Op.ProjectionCrossEntropy(x, table, targets, 0, 0.1, Rows));

    [Benchmark(Baseline = true)]
    public float Reference() => Loss(
        (x, table) => Op.CrossEntropy(Op.Linear(x, table), targets, 0, 0.1, Reduction.Sum) * (1f / Rows));

    /// <summary>R-Drop's loss of half the rows in two passes, which has the same number of logits.</summary>
    [Benchmark]
    public float RDrop() => Loss((x, table) => Op.ProjectionRDrop(x, table, targets[..(Rows / 2)], 5, 0.1, Rows));

    [Benchmark]
    public float RDropReference() => Loss((x, table) =>
    {
        var z = Op.Linear(x, table);
        var (first, second) = (Op.Slice(z, 0, 0, Rows / 2), Op.Slice(z, 0, Rows / 2, Rows / 2));
        var disagreement = Op.Scale(Op.SymmetricKl(first, second, Reduction.Sum), 5);
        return (Op.CrossEntropy(z, targets, 0, 0.1, Reduction.Sum) + disagreement) * (1f / Rows);
    });

    private float Loss(Func<Tensor<float>, Tensor<float>, Tensor<float>> loss)
    {
        table.Update(); // as after a training step: the next product packs the table again
        gradients.Clear();
        using var tape = new Tape<float>();
        var result = loss(tape.Use(x), tape.Use(table));
        tape.Backward(result, gradients);
        return result.Item();
    }

    private static Tensor<float> Normal(Shape shape, long seed)
    {
        var random = new RandomStream(seed);
        var numbers = new float[shape.Elements];
        foreach (ref var number in numbers.AsSpan()) number = (float)(0.1 * random.NextNormal());
        return Tensor<float>.From(shape, numbers);
    }
}
