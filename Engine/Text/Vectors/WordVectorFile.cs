using System.Globalization;
using System.Text;
using Engine.Storage;

namespace Engine.Text;

/// <summary>Reads and writes the text form of word2vec.</summary>
internal static class WordVectorFile
{
    private const string Remedy =
        "write the file again with 'engine embed', or with word2vec, gensim or fastText in their text form";

    // Each number takes a space and a digit of its line at least. Nothing is allocated that no line can hold.
    private const int MostNumbers = LineReader.LongestLine / 2;

    /// <summary>Writes words and vectors; a reader finds either the old file or the whole new one.</summary>
    public static void Write(string path, WordVectors vectors) => AtomicFile.Write(
        path, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(FormattableString.Invariant($"{vectors.Words.Count} {vectors.Dimension}"));
            foreach (var word in vectors.Words)
            {
                writer.Write(word);
                foreach (var number in vectors.Of(word))
                {
                    writer.Write(' ');
                    writer.Write(number.ToString("R", CultureInfo.InvariantCulture));
                }
                writer.WriteLine();
            }
        },
        followsLinks: true);

    /// <summary>Reads words and vectors.</summary>
    public static WordVectors Read(string path, IProgress<WorkProgress>? progress, Func<string, bool>? keeps)
    {
        using var lines = TextLines.StreamExactly(path).GetEnumerator();
        var (count, dimension) = lines.MoveNext() ? Head(lines.Current) : (0, 0);
        if (count == 0)
            throw new InputException(FormattableString.Invariant(
                $"{path}:1: the first line of word vectors must be their number and their dimension (at most ")
                + FormattableString.Invariant($"{MostNumbers:N0}), such as '5000 128'; {Remedy}"));
        using var counter = new ProgressCounter(progress, $"reading {Path.GetFileName(path)}", count);
        var vectors = new WordVectors(dimension);
        var numbers = new float[dimension];
        var number = 1;
        while (lines.MoveNext())
        {
            if (++number > count + 1)
                throw new InputException($"{path}:{number}: line 1 promises {count} vectors, and more lines follow; "
                    + Remedy);
            if (Fault(lines.Current, numbers, out var word) is { } fault)
                throw new InputException($"{path}:{number}: {fault}; {Remedy}");
            if (keeps?.Invoke(word) != false && !vectors.Add(word, [.. numbers]))
                throw new InputException($"{path}:{number}: the word {FileProblem.Quote(word)} has a vector already; "
                    + "take one of the two lines out, and correct the number in line 1");
            counter.Add(1);
        }
        if (number < count + 1)
            throw new InputException($"{path}:{number}: line 1 promises {count} vectors, but the file ends after "
                + $"{number - 1}; copy the whole file, or {Remedy}");
        return vectors;
    }

    /// <summary>The number of vectors and their dimension; zeros if the line does not give them.</summary>
    private static (int Count, int Dimension) Head(string line) =>
        line.Trim(' ').Split(' ') is [var count, var dimension] && Whole(count) is var n and > 0
            && Whole(dimension) is var d and > 0 and <= MostNumbers ? (n, d) : (0, 0);

    private static int Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number is > 0 and <= LineReader.LongestLine * 64 ? number : 0;

    /// <summary>Reads a line: what is wrong with it, or null.</summary>
    private static string? Fault(string line, Span<float> numbers, out string word)
    {
        var text = line.AsSpan().TrimEnd(' '); // word2vec writes a space after each number
        var end = text.IndexOf(' ');
        word = end < 0 ? "" : line[..end];
        if (end <= 0) return "the line must have a word, a space and then numbers";
        var found = 0;
        foreach (var range in text[(end + 1)..].Split(' '))
        {
            var part = text[(end + 1)..][range];
            if (!float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                || !float.IsFinite(value))
            {
                return $"{FileProblem.Quote(part.ToString())}, after the word {FileProblem.Quote(word)}, is no finite "
                    + "number; a word must not hold a space";
            }
            if (found < numbers.Length) numbers[found] = value;
            found++;
        }
        return found == numbers.Length ? null
            : $"the word {FileProblem.Quote(word)} has {found} numbers, but line 1 promises {numbers.Length}";
    }
}
