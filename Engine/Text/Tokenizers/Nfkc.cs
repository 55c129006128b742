using System.Globalization;
using System.Text;

namespace Engine.Text;

/// <summary>
/// Unicode's normalization form KC (Unicode Standard Annex 15): decomposes characters, orders the marks, and composes
/// characters again.
/// </summary>
/// <remarks>
/// <see cref="string.Normalize()"/> leaves text as it is where the program runs without ICU's libraries, as this one
/// does; the table <c>Nfkc.txt</c> is read when it is first asked for. <c>Engine.Tests/Recorders/nfkc.py</c> writes it.
/// </remarks>
internal sealed class Nfkc
{
    // Hangul is composed by arithmetic (The Unicode Standard, section 3.12).
    private const int L0 = 0x1100, V0 = 0x1161, T0 = 0x11A7, S0 = 0xAC00, Ls = 19, Vs = 21, Ts = 28, Ss = Ls * Vs * Ts;

    private static readonly Lazy<Nfkc> Table = new(() => new Nfkc());

    private readonly Dictionary<int, int[]> parts = [];
    private readonly Dictionary<(int First, int Second), int> composed = [];
    private readonly Dictionary<int, int> classes = [];

    private Nfkc()
    {
        using var stream = typeof(Nfkc).Assembly.GetManifestResourceStream("Engine.Text.Nfkc.txt")!;
        foreach (var line in TextLines.Read(stream, "Nfkc.txt").Where(line => line[0] != '#'))
        {
            var equals = line.IndexOf('=');
            var (key, value) = (line[..equals], line[(equals + 1)..]);
            if (key.Split('-') is [var low, var high])
            {
                for (var rune = Hex(low); rune <= Hex(high); rune++)
                    classes.Add(rune, int.Parse(value, CultureInfo.InvariantCulture));
            }
            else if (key.Split(' ') is [var first, var second])
            {
                composed.Add((Hex(first), Hex(second)), Hex(value));
            }
            else
            {
                parts.Add(Hex(key), Array.ConvertAll(value.Split(' '), Hex));
            }
        }
    }

    /// <summary>The text in this form; half a surrogate pair, which has none, stays as it is.</summary>
    public static string Of(string text) => Ascii.IsValid(text) ? text : Table.Value.Normalize(text);

    private static int Hex(string digits) => int.Parse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private string Normalize(string text)
    {
        var apart = new List<int>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var whole = Rune.TryGetRuneAt(text, i, out var rune);
            TakeApart(whole ? rune.Value : text[i], apart);
            if (whole)
                i += rune.Utf16SequenceLength - 1;
        }

        Order(apart);
        Compose(apart);
        var result = new StringBuilder(text.Length);
        foreach (var value in apart)
        {
            if (Rune.TryCreate(value, out var rune))
                result.Append(rune);
            else
                result.Append((char)value);
        }

        return result.ToString();
    }

    private void TakeApart(int value, List<int> apart)
    {
        var s = value - S0;
        if (s is < 0 or >= Ss)
        {
            apart.AddRange(parts.GetValueOrDefault(value) ?? [value]);
            return;
        }

        apart.AddRange([L0 + (s / (Vs * Ts)), V0 + (s / Ts % Vs)]);
        if (s % Ts > 0)
            apart.Add(T0 + (s % Ts));
    }

    /// <summary>Sorts each run of marks by their classes; marks of one class keep their order.</summary>
    private void Order(List<int> apart)
    {
        for (int start = 0, end; start < apart.Count; start = end)
        {
            end = start + 1;
            if (ClassOf(apart[start]) == 0)
                continue;
            while (end < apart.Count && ClassOf(apart[end]) > 0)
                end++;
            if (end - start == 1)
                continue;
            var sorted = apart[start..end].OrderBy(ClassOf).ToArray(); // in any run, however long, and stable
            for (var i = 0; i < sorted.Length; i++)
                apart[start + i] = sorted[i];
        }
    }

    /// <summary>Joins to each starter what follows it, unless something of the same class or 0 is in between.</summary>
    private void Compose(List<int> apart)
    {
        var (kept, starter, last) = (0, -1, 0); // last: the class of what stands before, since the starter
        foreach (var value in apart.ToArray())
        {
            var rank = ClassOf(value);
            var isNext = starter >= 0 && starter == kept - 1;
            if (starter >= 0 && (isNext || (last < rank && last > 0)) && Pair(apart[starter], value) is { } whole)
            {
                apart[starter] = whole;
                continue;
            }

            if (rank == 0)
                starter = kept;
            last = rank;
            apart[kept++] = value;
        }

        apart.RemoveRange(kept, apart.Count - kept);
    }

    private int? Pair(int first, int second)
    {
        var (l, v, s, t) = (first - L0, second - V0, first - S0, second - T0);
        if (l is >= 0 and < Ls && v is >= 0 and < Vs)
            return S0 + (((l * Vs) + v) * Ts);
        if (s is >= 0 and < Ss && s % Ts == 0 && t is > 0 and < Ts)
            return first + t;
        return composed.TryGetValue((first, second), out var whole) ? whole : null;
    }

    private int ClassOf(int value) => classes.GetValueOrDefault(value);
}
