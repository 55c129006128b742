using System.Globalization;
using System.Text;

namespace Engine.Cli;

/// <summary>The keys of a terminal, and the width of its window.</summary>
/// <param name="Read">Waits for a key, which the terminal does not show.</param>
/// <param name="HasMore">Whether a further key was pressed already.</param>
/// <param name="Width">The columns of the window.</param>
internal sealed record TerminalKeys(Func<ConsoleKeyInfo> Read, Func<bool> HasMore, Func<int> Width);

/// <summary>
/// Reads lines that a person edits. The arrows, Home and End move; Backspace and Delete remove; up and down recall
/// earlier lines; Ctrl+A, B, D, E, F, H, K, N, P, U and W do what they do in shells.
/// </summary>
/// <remarks>
/// While a line is edited, it has one row, and scrolls sideways where it is wider than the window. The cursor moves by
/// what a person takes for a character, with its marks. Chinese characters are two columns wide. No colour is used.
/// </remarks>
/// <param name="keys">The terminal.</param>
/// <param name="screen">Shows the line.</param>
internal sealed class LineEditor(TerminalKeys keys, TextWriter screen)
{
    private const int MostRemembered = 1000;

    private readonly List<string> history = [];
    private string text = "";
    private int cursor; // an index in the text, between two characters
    private int shown; // the index of the first character that is shown

    /// <summary>Reads a line; null at the end of the input, which is Ctrl+D in an empty line.</summary>
    /// <param name="sign">What stands before the line, in ASCII.</param>
    public string? ReadLine(string sign)
    {
        // The line of the history that is edited, and the new line after all lines of the history.
        var (at, typed) = (history.Count, "");
        (text, cursor, shown) = ("", 0, 0);
        Show(sign);
        while (true)
        {
            switch (keys.Read())
            {
                case { Key: ConsoleKey.Enter } or { KeyChar: '\r' or '\n' }:
                    // The line that stays is shown whole, in several rows if it is wide.
                    screen.WriteLine($"\r{sign}{Printable.Of(text)}\e[K");
                    Remember();
                    return text;
                case { KeyChar: Control.D } when text.Length == 0: return null;
                case { Key: ConsoleKey.LeftArrow } or { KeyChar: Control.B }: cursor = Before(cursor); break;
                case { Key: ConsoleKey.RightArrow } or { KeyChar: Control.F }: cursor = After(cursor); break;
                case { Key: ConsoleKey.Home } or { KeyChar: Control.A }: cursor = 0; break;
                case { Key: ConsoleKey.End } or { KeyChar: Control.E }: cursor = text.Length; break;
                case { Key: ConsoleKey.Backspace } or { KeyChar: Control.H or Control.Rubout }:
                    Remove(Before(cursor), cursor);
                    break;
                case { Key: ConsoleKey.Delete } or { KeyChar: Control.D }: Remove(cursor, After(cursor)); break;
                case { KeyChar: Control.K }: Remove(cursor, text.Length); break;
                case { KeyChar: Control.U }: Remove(0, cursor); break;
                case { KeyChar: Control.W }: Remove(BeforeWord(), cursor); break;
                case { Key: ConsoleKey.UpArrow } or { KeyChar: Control.P }: Recall(at - 1); break;
                case { Key: ConsoleKey.DownArrow } or { KeyChar: Control.N }: Recall(at + 1); break;
                case { KeyChar: '\t' }: Insert(' '); break;
                case { Modifiers: ConsoleModifiers.Alt }: break;
                case { KeyChar: var character } when !char.IsControl(character): Insert(character); break;
            }
            if (!keys.HasMore()) Show(sign); // pasted text is shown once
        }

        void Recall(int index)
        {
            if (index < 0 || index > history.Count) return;
            if (at == history.Count) typed = text;
            at = index;
            text = index == history.Count ? typed : history[index];
            cursor = text.Length;
        }
    }

    private void Remember()
    {
        if (string.IsNullOrWhiteSpace(text) || (history.Count > 0 && history[^1] == text)) return;
        history.Add(text);
        if (history.Count > MostRemembered) history.RemoveAt(0);
    }

    private void Insert(char character)
    {
        text = text.Insert(cursor, character.ToString());
        cursor++;
    }

    private void Remove(int from, int to)
    {
        text = text.Remove(from, to - from);
        cursor = from;
    }

    private int After(int index) =>
        index + StringInfo.GetNextTextElementLength(text.AsSpan(index)); // 0 at the end

    private int Before(int index)
    {
        var before = 0;
        for (var i = 0; i < index; i = After(i)) before = i;
        return before;
    }

    /// <summary>The beginning of the word before the cursor.</summary>
    private int BeforeWord()
    {
        var index = cursor;
        while (index > 0 && char.IsWhiteSpace(text[index - 1])) index--;
        while (index > 0 && !char.IsWhiteSpace(text[index - 1])) index--;
        return index;
    }

    /// <summary>Draws the part of the line that has the cursor, and puts the terminal's cursor there.</summary>
    private void Show(string sign)
    {
        // The last column stays empty: some terminals begin a new row when it is written.
        var room = Math.Max(keys.Width() - sign.Length - 1, 2);
        if (cursor < shown) shown = cursor;
        while (ColumnsOf(shown, cursor) > room) shown = After(shown);
        var end = shown;
        while (end < text.Length && ColumnsOf(shown, After(end)) <= room) end = After(end);
        var line = new StringBuilder("\r").Append(sign).Append(Printable.Of(text[shown..end])).Append("\e[K\r");
        var column = sign.Length + ColumnsOf(shown, cursor);
        if (column > 0) line.Append(CultureInfo.InvariantCulture, $"\e[{column}C");
        screen.Write(line.ToString());
        screen.Flush();
    }

    private int ColumnsOf(int from, int to) => TextColumns.Of(Printable.Of(text[from..to]));

    /// <summary>What a terminal sends for Ctrl with a letter.</summary>
    private static class Control
    {
        public const char A = '\u0001', B = '\u0002', D = '\u0004', E = '\u0005', F = '\u0006', H = '\b', K = '\v',
            N = '\u000E', P = '\u0010', U = '\u0015', W = '\u0017', Rubout = '\u007F';
    }
}
