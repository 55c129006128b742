using System.Buffers;
using System.Text.Json;
using Engine.Storage;

namespace Engine.Training;

/// <summary>The numbers by which a log tells one run from another.</summary>
internal readonly record struct LoggedRun(long TrainPairs, long ValidPairs, long Parameters, long Seed);

/// <summary>
/// Cuts the log of a run that goes on from a saved state: a run that was killed has logged updates after its last
/// state, which the run that goes on makes again, and perhaps half a line.
/// </summary>
/// <remarks>
/// In a log that any runs may share, only lines of the same run are dropped: lines after a line "started" with this
/// run's numbers. The log is replaced by a file that is written whole beside it, so that a full disk costs no line.
/// </remarks>
internal static class LogCut
{
    // Ours are shorter; longer lines are somebody else's.
    private const int LongestLine = 1 << 20;

    /// <summary>Drops the events of a run after an update, and half a line at the end.</summary>
    /// <exception cref="InputException">The log cannot be read or written; it is then as it was.</exception>
    /// <param name="update">The last update that stays.</param>
    /// <param name="path">The log.</param>
    /// <param name="run">The run; null for a log in the run's own folder. All lines of that log are the run's, and a
    /// link in its place is replaced.</param>
    public static void After(int update, string path, LoggedRun? run)
    {
        try
        {
            var (kept, isWhole) = Keep(path, update, run);
            if (isWhole && (run is not null || !OutputTarget.IsLink(path))) return;
            AtomicFile.Write(path, stream => Copy(path, kept, stream), followsLinks: run is not null);
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "read", failure);
        }
    }

    /// <summary>The parts of the file that stay, and whether they are the whole file and end a line.</summary>
    private static (List<(long Start, long End)> Kept, bool IsWhole) Keep(string path, int update, LoggedRun? run)
    {
        var kept = new List<(long Start, long End)>();
        // A pipe, a device, a handle or a link that leads nowhere has no lines that could be cut.
        if (OutputTarget.Of(path, followsLinks: run is not null) is not { } target || LeadsNowhere(path)
            || !OutputTarget.IsRegular(target))
        {
            return (kept, true);
        }
        using var stream = InputFile.OpenLines(path);
        var (isOurs, isWhole) = (run is null, true);
        foreach (var (start, end, line, endsWell) in Lines(stream))
        {
            var entry = line is null ? null : Entry(line.Value.Span, isShared: run is not null);
            if (entry?.Run is { } started) isOurs = started == run;
            var isAgain = isOurs && (entry?.Update > update || (!endsWell && entry is null));
            isWhole &= endsWell && !isAgain;
            if (isAgain) continue;
            if (kept.Count > 0 && kept[^1].End == start) kept[^1] = (kept[^1].Start, end);
            else kept.Add((start, end));
        }
        return (kept, isWhole);
    }

    private static bool LeadsNowhere(string path) =>
        File.ResolveLinkTarget(path, returnFinalTarget: true) is { Exists: false };

    private static void Copy(string path, List<(long Start, long End)> kept, Stream output)
    {
        if (kept.Count == 0) return; // a link to a pipe is replaced, and what it leads to is not opened
        using var input = InputFile.OpenLines(path);
        var chunk = new byte[1 << 16];
        var last = (byte)'\n';
        foreach (var (start, end) in kept)
        {
            input.Position = start;
            while (input.Position < end)
            {
                var part = chunk.AsSpan(0, (int)Math.Min(chunk.Length, end - input.Position));
                input.ReadExactly(part);
                output.Write(part);
                last = part[^1];
            }
        }
        if (last != '\n') output.WriteByte((byte)'\n');
    }

    /// <summary>The lines with their ends, null for one that is too long to be ours.</summary>
    public static IEnumerable<(long Start, long End, ReadOnlyMemory<byte>? Line, bool EndsWell)> Lines(Stream stream)
    {
        var line = new ArrayBufferWriter<byte>();
        var chunk = new byte[1 << 16];
        var (start, position) = (0L, 0L);
        for (int count; (count = stream.Read(chunk)) > 0;)
        {
            for (var i = 0; i < count;)
            {
                var found = chunk.AsSpan(i, count - i).IndexOf((byte)'\n');
                var length = found < 0 ? count - i : found + 1;
                if (line.WrittenCount <= LongestLine) line.Write(chunk.AsSpan(i, length));
                (i, position) = (i + length, position + length);
                if (found < 0) continue;
                yield return (start, position, Written(), true);
                line.ResetWrittenCount();
                start = position;
            }
        }
        if (position > start) yield return (start, position, Written(), false);

        ReadOnlyMemory<byte>? Written() => line.WrittenCount <= LongestLine ? line.WrittenMemory : null;
    }

    /// <summary>What a line says of an update or of a run; null if it is not one of our lines.</summary>
    private static (int? Update, LoggedRun? Run)? Entry(ReadOnlySpan<byte> line, bool isShared)
    {
        try
        {
            var reader = new Utf8JsonReader(line);
            using var json = JsonDocument.ParseValue(ref reader);
            var entry = json.RootElement;
            if (entry.ValueKind != JsonValueKind.Object) return null;
            if (!isShared) return ((int)Number("update"), null);
            if (!entry.TryGetProperty("event", out var kind)) return null;
            if (kind.ValueKind != JsonValueKind.String) return null;
            return kind.ValueEquals("started")
                ? (null, new LoggedRun(
                    Number("train_pairs"), Number("valid_pairs"), Number("parameters"), Number("seed")))
                : kind.ValueEquals("update") || kind.ValueEquals("gradients") || kind.ValueEquals("validation")
                ? ((int)Number("update"), null)
                : (null, null);

            long Number(string name) =>
                entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
                && value.TryGetInt64(out var number) ? number : -1;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null; // A line that is no JSON is not ours.
        }
    }
}
