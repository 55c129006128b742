using Engine.Layers;

namespace Engine.Lab;

/// <summary>A deep network of equal layers, and how gradients and activations change through it.</summary>
internal static class DeepNetwork
{
    /// <summary>What the ends of a network have.</summary>
    /// <param name="Gradient">The gradient's norm at the first layer's output, by that at the last layer's.</param>
    /// <param name="Activation">The root mean square of the last layer's output, by that of the first's.</param>
    public readonly record struct Ends(double Gradient, double Activation);

    /// <summary>Runs random rows through a network, forward and back.</summary>
    /// <param name="random">Draws weights and rows.</param>
    /// <param name="layers">The number of layers.</param>
    /// <param name="width">The features of a row.</param>
    /// <param name="weights">Draws the weights of a layer, [width, width].</param>
    /// <param name="layer">A layer: from its input and its product with the weights to its output.</param>
    public static Ends Measure(
        RandomStream random, int layers, int width, Func<Shape, RandomStream, Tensor<double>> weights,
        Func<Tensor<double>, Tensor<double>, Tensor<double>> layer)
    {
        const int Rows = 32;
        var norms = new OutputNorms();
        using var tape = new Tape<double> { Observer = norms };
        var x = tape.Variable(Initializers.Normal<double>([Rows, width], 1, random));
        Tensor<double>? first = null;
        for (var i = 0; i < layers; i++)
        {
            x = layer(x, Op.Linear(x, tape.Constant(weights([width, width], random))));
            first ??= x;
        }
        var direction = tape.Constant(Initializers.Normal<double>([Rows, width], 1, random));
        norms.Watch(first!.Node, x.Node);
        tape.Backward(Op.Sum(x * direction));
        return new Ends(norms.Of(first.Node) / norms.Of(x.Node), Size(x) / Size(first));
    }

    private static double Size(Tensor<double> x) => Math.Sqrt(x.ToArray().Average(value => value * value));

    private sealed class OutputNorms : TapeObserver<double>
    {
        private readonly Dictionary<int, double> norms = [];

        public void Watch(params IEnumerable<int> nodes)
        {
            foreach (var node in nodes) norms[node] = 0;
        }

        public double Of(int node) => norms[node];

        public override void Reached(int node, ReadOnlySpan<double> gradient)
        {
            if (!norms.ContainsKey(node)) return;
            var sum = 0.0;
            foreach (var value in gradient) sum += value * value;
            norms[node] = Math.Sqrt(sum);
        }
    }
}
