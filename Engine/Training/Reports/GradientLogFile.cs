using Engine.Storage;

namespace Engine.Training;

/// <summary>The gradient norms of a run.</summary>
/// <param name="Updates">The updates, from the first to the last.</param>
/// <param name="Layers">The layers, in the order of the network's parameters.</param>
public sealed record LoggedGradients(IReadOnlyList<int> Updates, IReadOnlyList<LoggedLayer> Layers);

/// <summary>The gradient norms of a layer.</summary>
/// <param name="Layer">The layer's path, such as <c>encoder.layers.0</c>.</param>
/// <param name="Norms">The norm in each of the updates.</param>
public sealed record LoggedLayer(string Layer, IReadOnlyList<double> Norms);

/// <summary>Reads what <see cref="GradientLog"/> wrote.</summary>
public static class GradientLogFile
{
    private const string Remedy = "remove the file, or the line";

    /// <summary>The gradient norms that a run's folder has; no updates and no layers if the run logged none.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="most">
    /// The most updates. Of a longer run the result has every second, every fourth, ... update, and the last one.
    /// </param>
    /// <remarks>A last line that is not whole, because the run is writing it or was killed, is left out.</remarks>
    /// <exception cref="InputException">The file cannot be read, or a line is damaged.</exception>
    public static LoggedGradients Read(string folder, int most = 500)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 2);
        var path = ModelFolder.PathOf(folder, ModelFolder.Gradients);
        if (!File.Exists(path)) return new LoggedGradients([], []);
        try
        {
            using var stream = InputFile.OpenLines(path);
            return Read(stream, path, most);
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "read", failure);
        }
    }

    /// <inheritdoc cref="Read(string, int)"/>
    internal static LoggedGradients Read(Stream stream, string path, int most)
    {
        string[]? layers = null;
        var kept = new List<(int Update, double[] Norms)>();
        (int Update, double[] Norms)? last = null;
        var (number, every) = (0, 1);
        foreach (var (_, _, line, endsWell) in LogCut.Lines(stream))
        {
            if (!endsWell) break;
            var place = FormattableString.Invariant($"{FileProblem.OneLine(path)}:{number + 1}");
            if (line is null) throw new InputException($"{place}: is too long for a line of gradient norms; {Remedy}");
            last = Entry(JsonInput.Parse(line.Value.ToArray(), place, "the line", Remedy), ref layers);
            if (number++ % every != 0) continue;
            kept.Add(last.Value);
            if (kept.Count < most) continue;
            kept = [.. kept.Where((_, i) => i % 2 == 0)];
            every *= 2;
        }
        if (last is { } end && end.Update != kept[^1].Update) kept.Add(end);
        return new LoggedGradients(
            [.. kept.Select(entry => entry.Update)],
            [
                .. (layers ?? []).Select((layer, i) =>
                    new LoggedLayer(layer, [.. kept.Select(entry => entry.Norms[i])])),
            ]);
    }

    private static (int Update, double[] Norms) Entry(JsonInput line, ref string[]? layers)
    {
        const string Rule = "a line must have 'update', a number, and 'layers', with a number for each layer of the "
            + "first line";
        var parts = line.Properties(Rule).ToDictionary(part => part.Key);
        if (!parts.TryGetValue("update", out var count) || !count.TryWhole(out var update)
            || update is < 1 or > int.MaxValue || !parts.TryGetValue("layers", out var norms))
        {
            throw line.WrongWhole(Rule);
        }
        var entries = norms.Properties(Rule).ToArray();
        layers ??= [.. entries.Select(entry => entry.Key)];
        if (!layers.SequenceEqual(entries.Select(entry => entry.Key))) throw line.WrongWhole(Rule);
        return (
            (int)update,
            [.. entries.Select(entry => entry.TryNumber(out var norm) ? norm : throw line.WrongWhole(Rule))]);
    }
}
