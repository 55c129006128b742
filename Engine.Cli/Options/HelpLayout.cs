using System.Text.RegularExpressions;

namespace Engine.Cli;

/// <summary>
/// Fits a help text, which is written for 100 columns, into fewer: lines break at words, and what an option does stays
/// in its column. A command that is too long for a line breaks so that a shell still reads it as one command.
/// </summary>
internal static partial class HelpLayout
{
    /// <summary>The columns that the texts are written for.</summary>
    public const int Widest = 100;

    /// <summary>The columns where nothing says how many there are: in a file or a pipe.</summary>
    public const int Standard = 80;

    /// <summary>The fewest columns that a text is fitted to.</summary>
    public const int Narrowest = 40;

    // A text beside a long name may have few columns left; it then stands below the name.
    private const int FewestColumns = 24, Indent = 6;

    // A space that no line breaks at, and a place without a space where a line may break.
    private const string Glue = "\u00A0", Seam = "\u200B ";

    // The author ended a line here because the next word would not have fitted: the next line goes on with the text.
    private const int FullLine = 92;

    /// <summary>The text with lines of at most some columns, as far as its words allow.</summary>
    /// <param name="text">The text.</param>
    /// <param name="columns">The most columns of a line.</param>
    public static string Fit(string text, int columns)
    {
        var lines = text.Split('\n');
        // Most texts fit as they are, and without the patterns the command starts a fifth faster.
        return Array.TrueForAll(lines, line => TextColumns.Of(line) <= columns)
            ? text : string.Join('\n', Blocks(lines).SelectMany(block => Fit(block, columns)));
    }

    /// <summary>Lines that belong together: an entry and the lines that go on with it.</summary>
    private static IEnumerable<Block> Blocks(string[] lines)
    {
        Block? open = null;
        var isExample = false;
        foreach (var line in lines)
        {
            if (open is not null && !isExample && open.GoesOnWith(line))
            {
                open.Lines.Add(line);
                continue;
            }
            if (open is not null) yield return open;
            isExample = line.Length > 0 && (isExample || line.StartsWith("Example", StringComparison.Ordinal));
            open = new Block([line], isExample && line.StartsWith(' '), open?.Column ?? 0);
        }
        if (open is not null) yield return open;
    }

    private static IEnumerable<string> Fit(Block block, int columns)
    {
        if (block.Lines.All(line => TextColumns.Of(line) <= columns)) return block.Lines;
        var (name, text, column) = (block.Name, block.Text, block.Column);
        if (!block.IsExample && block.Lines.Count == 1 && text.StartsWith('-'))
        {
            // Options that follow each other: two spaces are between them, and a line breaks there.
            var room = columns - block.Margin;
            var options = Gap().Split(block.Lines[0].Trim())
                .Select(option => (option.Length < room ? option.Replace(" ", Glue) : option) + Glue);
            return Wrapped(string.Join(' ', options), room)
                .Select(line => Spaces(block.Margin) + line.TrimEnd());
        }
        if (name.Trim().Length == 0) return Wrapped(text, columns - column).Select(line => Spaces(column) + line);
        if (block.IsExample && TextColumns.Of(name.TrimEnd()) > columns - FewestColumns)
        {
            // A word in quotes, and an option with its value, stay together.
            var whole = Together().Replace(name.Trim(), match => match.Value.Replace(" ", Glue));
            var command = Wrapped(whole, columns - Indent - " \\".Length).ToArray();
            return
            [
                .. command.Select((line, i) =>
                    Spaces(i == 0 ? block.Margin : Indent) + line + (i < command.Length - 1 ? " \\" : "")),
                .. Wrapped(text, columns - Indent).Select(line => Spaces(Indent) + line),
            ];
        }
        if (columns - column < FewestColumns)
        {
            var below = Wrapped(text, columns - Indent).Select(line => Spaces(Indent) + line);
            return [name.TrimEnd(), .. below];
        }
        // A name may reach into the column of the text; the rest of the name is then the first word there.
        var isLong = name.TrimEnd().Length >= column;
        var rest = isLong ? name[(column - 1)..].TrimEnd().Replace(" ", Glue) + Glue + Glue + " " : "";
        var first = isLong ? name[..(column - 1)] : TextColumns.PadRight(name, column);
        return Wrapped(rest + text, columns - column).Select((line, i) => (i == 0 ? first : Spaces(column)) + line);
    }

    /// <summary>The lines of a text; choices as <c>a|b|c</c> that are longer than a line break after a bar.</summary>
    private static IEnumerable<string> Wrapped(string text, int columns)
    {
        var words = text.Split(' ').Select(word => word.Length > columns ? word.Replace("|", "|" + Seam) : word);
        var lines = WordWrap.Lines(string.Join(' ', words), columns);
        return lines.Select(line => line.Replace(Seam, "").TrimEnd('\u200B').Replace(Glue, " "));
    }

    private static string Spaces(int count) => new(' ', count);

    /// <summary>An entry of a help text.</summary>
    /// <param name="Lines">Its lines.</param>
    /// <param name="IsExample">Whether it is a command to type.</param>
    /// <param name="Above">The column where the text of the entry above begins.</param>
    private sealed record Block(List<string> Lines, bool IsExample, int Above)
    {
        private readonly int start = StartOf(Lines[0], IsExample ? 0 : Above);

        /// <summary>The spaces before the first line.</summary>
        public int Margin { get; } = Lines[0].Length - Lines[0].TrimStart().Length;

        /// <summary>The option, the verb or the command, with the spaces after it; spaces alone where there is none.
        /// </summary>
        public string Name => start > 0 ? Lines[0][..start] : IsExample ? Lines[0] : Lines[0][..Margin];

        /// <summary>What the text says of it.</summary>
        public string Text =>
            string.Join(' ', Lines.Select((line, i) => i == 0 ? line[Name.Length..] : line.TrimStart()));

        /// <summary>The column where the text begins.</summary>
        public int Column => Lines.Count > 1 ? IndentOf(Lines[1]) : TextColumns.Of(Name);

        /// <summary>Where the text begins: after the last gap, or, where a long name leaves one space, below the text
        /// above; 0 if the line has no name.</summary>
        private static int StartOf(string line, int above)
        {
            if (LastGap().Match(line) is { Success: true } gap) return gap.Index + gap.Length - 1;
            return line.TrimStart().StartsWith('-') && above > 0 && above < line.Length && line[above - 1] == ' '
                ? above : 0;
        }

        /// <summary>Whether a line goes on with the text of this entry.</summary>
        public bool GoesOnWith(string line)
        {
            if (line.Trim().Length == 0 || Lines[^1].Trim().Length == 0) return false;
            var first = line.TrimStart();
            if (first.StartsWith('-') || LastGap().IsMatch(first)) return false;
            if (start > 0 || (Lines.Count > 1 && Column > Margin))
                return Lines.Count > 1 ? IndentOf(line) == Column : IndentOf(line) > Margin + 2;
            return IndentOf(line) == Margin && Lines[^1].Length + 1 + first.Split(' ')[0].Length > FullLine;
        }

        private static int IndentOf(string line) => line.Length - line.TrimStart().Length;
    }

    /// <summary>Two spaces or more between words; the last of them is between a name and its text.</summary>
    [GeneratedRegex(@"(?<=\S) {2,}\S", RegexOptions.RightToLeft)]
    private static partial Regex LastGap();

    [GeneratedRegex(" {2,}")]
    private static partial Regex Gap();

    [GeneratedRegex("""
        (?:--\S+ )?"[^"]*"|--\S+ (?![-|<>])\S+
        """)]
    private static partial Regex Together();
}
