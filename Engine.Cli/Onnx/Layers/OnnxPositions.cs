using System.Diagnostics;
using Engine.Layers;

namespace Engine.Cli;

/// <summary>Positions of tokens, in each of the kinds of PositionEncoding.</summary>
internal static class OnnxPositions
{
    /// <summary>Adds to embedded tokens a vector of their positions, if the kind of positions does so.</summary>
    /// <param name="n">The network.</param>
    /// <param name="table">The path of learned positions.</param>
    /// <param name="x">[batch, length, dModel].</param>
    /// <param name="positions">[length].</param>
    /// <returns>[batch, length, dModel].</returns>
    public static OnnxValue Add(OnnxNetwork n, string table, OnnxValue x, OnnxValue positions)
    {
        n.Graph.Enter("positions");
        return n.Configuration.Positions switch
        {
            PositionEncoding.Sinusoidal => x + Waves(n, positions, n.Configuration.DModel, AlternatelyCosine),
            PositionEncoding.Learned => x + n.Weight(table + ".weight").Gather(positions),
            PositionEncoding.Relative or PositionEncoding.Rotary or PositionEncoding.None => x, // attention has them
            _ => throw new UnreachableException(),
        };
    }

    /// <summary>Rotary positions: each pair of features (2i, 2i + 1) of a head turns by the angle of its position.
    /// </summary>
    /// <param name="n">The network.</param>
    /// <param name="x">Queries or keys, [batch, heads, length, dK].</param>
    /// <param name="positions">[length].</param>
    /// <returns>[batch, heads, length, dK]; x where positions are of another kind.</returns>
    public static OnnxValue Rotate(OnnxNetwork n, OnnxValue x, OnnxValue positions)
    {
        if (n.Configuration.Positions != PositionEncoding.Rotary) return x;
        var dK = n.HeadFeatures;
        var cosines = Waves(n, positions, dK, _ => Math.PI / 2); // [length, dK]
        // y_2i = x_2i cos a - x_2i+1 sin a, y_2i+1 = x_2i+1 cos a + x_2i sin a
        var sines = Waves(n, positions, dK, i => i % 2 == 0 ? Math.PI : 0); // [length, dK]: -sin, sin, -sin, ...
        var swapped = x.Gather(n.Graph.Whole([.. Enumerable.Range(0, dK).Select(i => (long)(i ^ 1))]), axis: -1);
        return (x * cosines) + (swapped * sines);
    }

    /// <summary>Tables of relative positions, a row for each pair of a query and a key.</summary>
    /// <param name="n">The network.</param>
    /// <param name="table">The name of a table, [2 clip + 1, dK].</param>
    /// <param name="queries">The positions of the queries, [queries].</param>
    /// <param name="keys">The positions of the keys, [keys].</param>
    /// <returns>[queries, keys, dK].</returns>
    public static OnnxValue Relative(OnnxNetwork n, string table, OnnxValue queries, OnnxValue keys)
    {
        var clip = (n.Weights.Shape(table)[0] - 1) / 2;
        var distances = keys.Unsqueeze(0) - queries.Unsqueeze(1); // [queries, keys]
        var clipped = n.Graph.Node(
            "Clip", [distances, n.Graph.Single(-clip), n.Graph.Single(clip)]);
        return n.Weight(table).Gather(clipped + n.Graph.Whole(clip));
    }

    private static double AlternatelyCosine(int feature) => feature % 2 == 0 ? 0 : Math.PI / 2;

    /// <summary>sin(position · 10000^(-2i / features) + phase) for the features 2i and 2i + 1.</summary>
    /// <remarks>
    /// The angles are in double precision: in single precision a cosine at position 1,000 would be off by 6e-5.
    /// </remarks>
    private static OnnxValue Waves(OnnxNetwork n, OnnxValue positions, int features, Func<int, double> phase)
    {
        var frequencies = new double[features];
        var phases = new double[features];
        for (var i = 0; i < features; i++)
            (frequencies[i], phases[i]) = (Math.Pow(10000, -(i - (i % 2)) / (double)features), phase(i));
        var name = FormattableString.Invariant($"{features} features, phases {phases[0]:F2} {phases[^1]:F2}");
        var angles = (positions.Unsqueeze(1).Cast(OnnxType.Double)
            * n.Graph.Weight("frequencies, " + name, [features], frequencies))
            + n.Graph.Weight("phases, " + name, [features], phases); // [length, features]
        return angles.Then("Sin").Cast(OnnxType.Float);
    }
}
