namespace Engine.Text;

/// <summary>
/// The words, read from the tables in the files beside this one. An underscore in a table stands for a space.
/// </summary>
internal static partial class Lexicon
{
    public static IReadOnlyList<Noun> Nouns { get; } = Rows(NounTable, cells =>
        new Noun(cells[0], cells[1], cells[2], cells[3], List(cells[4])));

    public static IReadOnlyList<Verb> Verbs { get; } = Rows(VerbTable, cells => new Verb(
        cells[0], cells[1] == "-" ? "" : cells[1], List(cells[2]), Enum.Parse<Manner>(cells[3], ignoreCase: true),
        List(cells[4]), List(cells[5]), List(cells[6])));

    public static IReadOnlyList<Adjective> Adjectives { get; } = Rows(AdjectiveTable, cells =>
        new Adjective(cells[0], cells[1], cells[2], List(cells[3])));

    public static IReadOnlyList<Fixed> Times { get; } = FixedRows(TimeTable);

    public static IReadOnlyList<Fixed> Places { get; } = FixedRows(PlaceTable);

    public static IReadOnlyList<Fixed> Adverbs { get; } = FixedRows(AdverbTable);

    public static IReadOnlyList<Fixed> Goals { get; } = FixedRows(GoalTable);

    public static IReadOnlyList<Fixed> Vehicles { get; } = FixedRows(VehicleTable);

    public static IReadOnlyList<Fixed> Numbers { get; } = FixedRows(NumberTable);

    public static IReadOnlyList<Noun> NounsOf(params IReadOnlyCollection<string> kinds) =>
        [.. Nouns.Where(noun => noun.Kinds.Any(kinds.Contains))];

    public static IReadOnlyList<Fixed> Of(this IReadOnlyList<Fixed> words, params IReadOnlyCollection<string> kinds) =>
        [.. words.Where(word => kinds.Contains(word.Kind))];

    private static IReadOnlyList<Fixed> FixedRows(string table) => Rows(table, cells =>
        new Fixed(cells[0], cells[1], cells.Length > 2 ? cells[2] : ""));

    private static string[] List(string cell) => cell == "-" ? [] : cell.Split(',');

    private static List<T> Rows<T>(string table, Func<string[], T> read) =>
    [
        .. table.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(row => read([.. row.Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(cell => cell.Replace('_', ' '))])),
    ];
}
