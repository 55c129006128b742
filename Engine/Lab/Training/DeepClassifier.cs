using Engine.Layers;

namespace Engine.Lab;

/// <summary>
/// A deep network that classifies <see cref="ToyClasses"/>: each hidden layer is linear, then a norm if there is one,
/// then the activation.
/// </summary>
internal sealed class DeepClassifier : Module<float>
{
    private readonly Linear<float>[] linear;
    private readonly Layer<float>[] norms;
    private readonly Func<Tensor<float>, Tensor<float>> activation;

    /// <summary>A network with random weights.</summary>
    /// <param name="layers">The hidden layers.</param>
    /// <param name="width">The units of a hidden layer.</param>
    /// <param name="activation">Applied after each hidden layer.</param>
    /// <param name="norm">Creates the norm of a hidden layer of some width; null for none.</param>
    /// <param name="random">Draws the weights (Xavier uniform).</param>
    /// <param name="gain">The factor of the hidden layers' first weights.</param>
    public DeepClassifier(
        int layers, int width, Func<Tensor<float>, Tensor<float>> activation, Func<int, Layer<float>>? norm,
        RandomStream random, double gain = 1)
    {
        this.activation = activation;
        linear =
        [
            .. Enumerable.Range(0, layers + 1).Select(i => Add($"{i}", new Linear<float>(
                i == 0 ? ToyClasses.Features : width, i == layers ? ToyClasses.Classes : width, random.Fork(i)))),
        ];
        norms = norm is null ? [] : [.. Enumerable.Range(0, layers).Select(i => Add($"norm{i}", norm(width)))];
        foreach (var layer in linear[..^1])
        {
            foreach (ref var w in layer.Parameters[0].Update()) w *= (float)gain;
        }
    }

    /// <summary>The logits of points, [points, classes].</summary>
    /// <param name="tape">Records the pass.</param>
    /// <param name="points">The points.</param>
    /// <param name="saw">Is told the input of the activation and the output, layer by layer; null for nobody.</param>
    public Tensor<float> Logits(
        Tape<float> tape, ToyClasses.Points points, Action<Tensor<float>, Tensor<float>>? saw = null)
    {
        var x = tape.Constant(points.Shape, points.Values); // [points, features]
        for (var i = 0; i < linear.Length - 1; i++)
        {
            var z = linear[i].Forward(x); // [points, width]
            if (norms.Length > 0) z = norms[i].Forward(z);
            x = activation(z);
            saw?.Invoke(z, x);
        }
        return linear[^1].Forward(x);
    }

    /// <summary>The mean cross-entropy of points.</summary>
    public Tensor<float> Loss(Tape<float> tape, ToyClasses.Points points) =>
        Op.CrossEntropy(Logits(tape, points), points.Labels);

    /// <summary>The share of points whose likeliest class is theirs, in use.</summary>
    public double Accuracy(ToyClasses.Points points)
    {
        using var tape = new Tape<float>(Mode.Inference);
        var logits = Logits(tape, points).ToArray().Chunk(ToyClasses.Classes);
        return logits.Zip(points.Labels, (row, label) => Array.IndexOf(row, row.Max()) == label ? 1.0 : 0).Average();
    }
}
