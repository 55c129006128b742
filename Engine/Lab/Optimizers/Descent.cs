using Engine.Optimizers;

namespace Engine.Lab;

/// <summary>Minimizes a function of a few numbers; the gradient comes from the tape.</summary>
internal static class Descent
{
    /// <summary>The points that an optimizer visits, the start included.</summary>
    /// <param name="start">The start.</param>
    /// <param name="create">Creates the optimizer.</param>
    /// <param name="function">The function of the point, [n].</param>
    /// <param name="updates">The number of updates.</param>
    /// <param name="noise">Added to each gradient; null for none.</param>
    public static double[][] Path(
        double[] start, Func<Parameter<double>, Optimizer<double>> create,
        Func<Tensor<double>, Tensor<double>> function, int updates, Func<double>? noise = null)
    {
        var point = new Parameter<double>("x", Tensor<double>.From([start.Length], [.. start]));
        var optimizer = create(point);
        var path = new double[updates + 1][];
        path[0] = start;
        for (var update = 1; update <= updates; update++)
        {
            using var tape = new Tape<double>();
            var gradients = tape.Backward(function(tape.Use(point)));
            if (noise is not null)
            {
                foreach (ref var gradient in gradients[point]) gradient += noise();
            }
            optimizer.Step(gradients);
            path[update] = point.Value.ToArray();
        }
        return path;
    }
}
