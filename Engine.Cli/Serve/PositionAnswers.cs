using Engine.Inspection;
using Engine.Layers;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The answer to <c>/positions</c>: the vectors of positions.</summary>
internal static class PositionAnswers
{
    private const int Most = 512;

    /// <summary>How a model encodes positions; a recurrent network reads its tokens in order, and has none.</summary>
    public static string KindOf(TrainingConfiguration configuration) => configuration.Architecture switch
    {
        "transformer" => ConfigurationFile.NameOf(configuration.Positions),
        "conv" => ConfigurationFile.NameOf(PositionEncoding.Sinusoidal),
        _ => ConfigurationFile.NameOf(PositionEncoding.None),
    };

    /// <summary>
    /// A row for each position: what is added to an embedding, or for rotary positions the angles of a head in radians;
    /// no rows where positions act only within attention, or not at all.
    /// </summary>
    /// <exception cref="InputException">The side is not known, or there are not that many positions.</exception>
    public static string Rows(RequestBody body, TextModel model)
    {
        var side = SideOf(body);
        var count = (int)(body.Whole("count", 1, Most) ?? throw new InputException(
            FormattableString.Invariant($"/positions: 'count' is missing; give 1 to {Most}.")));
        var kind = KindOf(model.Configuration);
        var c = model.Configuration;
        return RecordJson.OneLine(new
        {
            Kind = kind,
            Rows = kind switch
            {
                "sinusoidal" => Split(new SinusoidalPositions<float>(c.DModel).Rows(count), c.DModel),
                "learned" => Learned(model, side, count),
                "rotary" => Angles(c.DModel / c.Heads, count),
                _ => [],
            },
        });
    }

    /// <summary>Which side of the model a request asks about.</summary>
    /// <exception cref="InputException">It names neither side.</exception>
    public static string SideOf(RequestBody body) => body.Text("side") is "source" or "target"
        ? body.Text("side")
        : throw body.Wrong("side", "must be source or target");

    private static float[][] Learned(TextModel model, string side, int count)
    {
        const string name = "position_embedding.weight";
        var tables = model.Network.NamedParameters.Where(named => named.Key.EndsWith(name, StringComparison.Ordinal));
        // A classifier has a source alone.
        var table = tables.OrderByDescending(named => named.Key == $"{side}_{name}").First().Value;
        if (count > table.Shape[0])
            throw new InputException($"/positions: the model has learned {table.Shape[0]} positions; ask for them.");
        return Split(table.Value.Data[..(count * table.Shape[1])], table.Shape[1]);
    }

    private static float[][] Split(ReadOnlySpan<float> rows, int width)
    {
        var split = new float[rows.Length / width][];
        for (var i = 0; i < split.Length; i++) split[i] = rows.Slice(i * width, width).ToArray();
        return split;
    }

    private static float[][] Angles(int dK, int count) =>
    [
        .. Enumerable.Range(0, count).Select(position => (float[])
            [.. Enumerable.Range(0, dK / 2).Select(i => (float)(position * Math.Pow(10000, -2.0 * i / dK)))]),
    ];
}
