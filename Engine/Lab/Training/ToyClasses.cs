using Engine.Layers;

namespace Engine.Lab;

/// <summary>Points in classes that no straight line separates: each class is several clouds.</summary>
internal sealed class ToyClasses
{
    /// <summary>The features of a point.</summary>
    public const int Features = 10;

    /// <summary>The classes.</summary>
    public const int Classes = 4;

    private const int Clouds = 16;

    private readonly float[] points;
    private readonly int[] labels;

    /// <summary>Draws points.</summary>
    /// <param name="count">How many.</param>
    /// <param name="width">The deviation of a cloud; the clouds' centres have a deviation of 1 in each feature.</param>
    /// <param name="random">Draws the clouds; the same stream gives the same clouds.</param>
    /// <param name="part">Which points are drawn of the clouds.</param>
    public ToyClasses(int count, double width, RandomStream random, int part = 0)
    {
        var centres = Initializers.Normal<float>([Clouds, Features], 1, random.Fork(0)).ToArray();
        var draws = random.Fork(1).Fork(part);
        points = Initializers.Normal<float>([count, Features], width, draws).ToArray();
        labels = new int[count];
        for (var i = 0; i < count; i++)
        {
            var cloud = draws.NextInteger(Clouds);
            labels[i] = cloud % Classes;
            for (var f = 0; f < Features; f++) points[(i * Features) + f] += centres[(cloud * Features) + f];
        }
    }

    /// <summary>All points.</summary>
    public Points All => new([labels.Length, Features], points, labels);

    /// <summary>Some of the points, drawn with replacement.</summary>
    public Points Draw(int count, RandomStream random)
    {
        int[] chosen = [.. Enumerable.Range(0, count).Select(_ => random.NextInteger(labels.Length))];
        return new(
            [count, Features], [.. chosen.SelectMany(i => points[(i * Features)..((i + 1) * Features)])],
            [.. chosen.Select(i => labels[i])]);
    }

    /// <summary>Points with their classes.</summary>
    /// <param name="Shape">[points, features].</param>
    /// <param name="Values">The features, point by point.</param>
    /// <param name="Labels">The class of each point.</param>
    public readonly record struct Points(Shape Shape, float[] Values, int[] Labels);
}
