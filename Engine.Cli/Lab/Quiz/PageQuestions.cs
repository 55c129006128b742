using System.Globalization;
using Engine.Lab;

namespace Engine.Cli;

/// <summary>Questions about pages of the book: the verdict, or a figure of a table.</summary>
internal static class PageQuestions
{
    /// <summary>How far a figure may be off, as a share of the right figure.</summary>
    public const double Tolerance = 0.1;

    // Below it lie zeros and what rounding makes of zeros, which nobody can guess within a share.
    private const double Noise = 1e-9;

    private static readonly (VerdictKind Kind, string[] Words)[] Verdicts =
    [
        (VerdictKind.Holds, ["1", "holds", "yes", "成立", "对"]),
        (VerdictKind.HoldsIf, ["2", "holds if", "if", "有条件地成立", "有条件", "有条件成立"]),
        (VerdictKind.DoesNotHold, ["3", "does not hold", "no", "不成立", "错"]),
        (VerdictKind.NotShown, ["4", "not shown", "not shown at this size", "看不出来", "这个规模看不出来"]),
    ];

    /// <summary>A question for each page, in an order and of a kind that follow from the seed.</summary>
    /// <param name="entries">The pages.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="compute">Runs the experiment of a page.</param>
    public static IEnumerable<QuizQuestion> Of(
        IReadOnlyList<LabEntry> entries, long seed, Func<LabEntry, LabResult> compute)
    {
        var random = new RandomStream(seed);
        foreach (var entry in Shuffled(entries, random))
        {
            var (asksFigure, choice) = (random.NextInteger(2) == 1, random.NextInteger(int.MaxValue));
            yield return (asksFigure ? Figure(entry, compute(entry), choice) : null)
                ?? Verdict(entry, new Lazy<LabResult>(() => compute(entry)));
        }
    }

    /// <summary>Items in an order that follows from a random stream.</summary>
    public static T[] Shuffled<T>(IEnumerable<T> items, RandomStream random)
    {
        T[] shuffled = [.. items];
        for (var i = shuffled.Length - 1; i > 0; i--)
        {
            var j = random.NextInteger(i + 1);
            (shuffled[i], shuffled[j]) = (shuffled[j], shuffled[i]);
        }
        return shuffled;
    }

    private static QuizQuestion Verdict(LabEntry entry, Lazy<LabResult> result) => new(
        entry.Name,
        voice =>
        {
            Introduce(entry, voice);
            voice.Say(new("这个说法成立吗？", "Does the claim hold?"));
            foreach (var (kind, words) in Verdicts)
            {
                var name = QuizVoice.Words(kind);
                voice.Say(new($"  {words[0]}  {name.Chinese}", $"  {words[0]}  {name.English}"));
            }
        },
        new("1 到 4", "1 to 4"),
        guess => Understood(guess) is { } kind ? kind == result.Value.Verdict.Kind : null,
        voice => Explain(entry, result.Value, voice));

    private static VerdictKind? Understood(string guess) => Verdicts
        .Where(verdict => verdict.Words.Contains(guess.ToLowerInvariant()))
        .Select(verdict => (VerdictKind?)verdict.Kind).FirstOrDefault();

    /// <summary>A question about a figure; null if the page has no figure to ask for.</summary>
    private static QuizQuestion? Figure(LabEntry entry, LabResult result, int choice)
    {
        var cells = (
            from table in result.Tables
            from row in Enumerable.Range(0, table.Rows.Count)
            from value in Enumerable.Range(0, table.Rows[row].Values.Count)
            let figure = table.Rows[row].Values[value]
            where double.IsFinite(figure) && Math.Abs(figure) > Noise
            select (Table: table, Row: row, Value: value, Figure: figure)).ToArray();
        if (cells.Length == 0) return null;
        var asked = cells[choice % cells.Length];
        var (rowName, column) = (asked.Table.Rows[asked.Row].Name, asked.Table.Columns[asked.Value + 1]);
        return new QuizQuestion(
            entry.Name,
            voice =>
            {
                Introduce(entry, voice);
                voice.Show(asked.Table, (asked.Row, asked.Value));
                voice.Say(new(
                    $"“{rowName.Chinese}”那一行，“{column.Chinese}”是多少？（误差 {Tolerance:0%} 以内算对）",
                    $"In the row \"{rowName.English}\", what is \"{column.English}\"? (right within {Tolerance:0%})"));
            },
            new("一个数", "a number"),
            guess => double.TryParse(
                guess, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)
                && double.IsFinite(number)
                ? Math.Abs(number - asked.Figure) <= Tolerance * Math.Abs(asked.Figure) : null,
            voice =>
            {
                voice.Say(new("应为", "it is"), LabPage.Number(asked.Figure));
                Explain(entry, result, voice);
            });
    }

    private static void Introduce(LabEntry entry, QuizVoice voice)
    {
        voice.Say(new("问", "question"), entry.Question);
        voice.Say(new("说法", "claim"), entry.Claim);
        voice.Say(new("判据", "rule"), entry.Rule);
    }

    private static void Explain(LabEntry entry, LabResult result, QuizVoice voice)
    {
        voice.Say(new("答", "answer"), entry.Answer);
        foreach (var table in result.Tables) voice.Show(table);
        var (verdict, because) = (QuizVoice.Words(result.Verdict.Kind), result.Verdict.Because);
        voice.Say(new("结论", "verdict"), new(
            $"{verdict.Chinese}（{because.Chinese}）", $"{verdict.English} ({because.English})"));
        voice.Say(new("文献", "literature"), entry.Literature);
        voice.Say(new("页", "page"), $"engine lab {entry.Name}");
    }
}
