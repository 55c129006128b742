using Engine.Lab;

namespace Engine.Cli;

/// <summary>Prints what a quiz says, in the languages that were chosen.</summary>
internal sealed class QuizVoice(IReadOnlyList<LabLanguage> languages, CommandStreams streams)
{
    private const int Columns = 100;

    /// <summary>Prints a text.</summary>
    public void Say(Bilingual text)
    {
        foreach (var language in languages)
        {
            foreach (var line in LabText.Wrap(language.Of(text), Columns)) streams.Output.WriteLine(line);
        }
    }

    /// <summary>Prints a text after its name.</summary>
    public void Say(Bilingual name, Bilingual text) =>
        Say(new($"{name.Chinese}：{text.Chinese}", $"{name.English}: {text.English}"));

    /// <summary>Prints a table.</summary>
    /// <param name="figures">The table.</param>
    /// <param name="hidden">The row and the value of the row that are shown as a question mark.</param>
    public void Show(LabTable figures, (int Row, int Value)? hidden = null)
    {
        string Cell(int row, int value) =>
            hidden == (row, value) ? "?" : LabPage.Number(figures.Rows[row].Values[value]);
        foreach (var language in languages)
        {
            streams.Output.WriteLine(language.Of(figures.Title));
            new ResultTable(streams.Output, streams.OutputIsTerminal).Write(
                [.. figures.Columns.Select((column, i) => (i == 0 ? "" : ">") + language.Of(column))],
                figures.Rows.Select((row, r) => (string[])
                    [language.Of(row.Name), .. row.Values.Select((_, v) => Cell(r, v))]));
        }
    }

    /// <summary>A verdict's words, in every language.</summary>
    public static Bilingual Words(VerdictKind kind) =>
        new(LabLanguage.Of("zh")[0].Of(kind), LabLanguage.Of("en")[0].Of(kind));

    /// <summary>Asks for a line after the sign of a prompt, and hands on what is printed so far.</summary>
    public void Prompt()
    {
        streams.Output.Flush();
        streams.Error.Write("> ");
        streams.Error.Flush();
    }

    /// <summary>Prints an empty line.</summary>
    public void Skip() => streams.Output.WriteLine();
}
