using Engine.Lab;
using Engine.Storage;
using Spectre.Console;

namespace Engine.Cli;

/// <summary>Lists pages: the contents, and what a word is found in.</summary>
internal static class LabContents
{
    // A table of five columns needs this width; on a narrower terminal each page has lines of its own.
    private const int WidthOfTable = 110;

    /// <summary>Lists the whole book.</summary>
    public static int Run(string[] arguments, CommandStreams streams) =>
        Write(LabCatalogue.All, arguments, streams);

    /// <summary><c>engine lab find WORD</c>.</summary>
    /// <exception cref="InputException">The word is missing.</exception>
    public static int Find(string[] arguments, CommandStreams streams)
    {
        if (arguments is not [var word, ..] || word.StartsWith('-'))
            throw new InputException("engine lab find needs a word; write engine lab find 残差");
        return Write(LabCatalogue.Search(word), arguments[1..], streams);
    }

    /// <summary>Lists pages for a narrow terminal, chapter by chapter.</summary>
    internal static void WriteNarrow(
        IReadOnlyList<LabEntry> entries, LabLanguage language, TextWriter output, int columns)
    {
        columns -= 2; // a mark that may not begin a line stands after the end
        foreach (var chapter in entries.GroupBy(entry => entry.Group))
        {
            output.WriteLine(language.Of(chapter.Key).ToUpperInvariant());
            foreach (var entry in chapter)
            {
                var head = $"{entry.Name}  {entry.Seconds:0} s  {language.Of(entry.Recorded)}";
                foreach (var line in LabText.Wrap(head, columns)) output.WriteLine(line);
                foreach (var line in LabText.Wrap("  " + language.Of(entry.Question), columns)) output.WriteLine(line);
            }
        }
    }

    private static int Write(IReadOnlyList<LabEntry> entries, string[] arguments, CommandStreams streams)
    {
        var options = LabArguments.Read([], arguments).Options;
        if (options.Html is not null)
            throw new InputException("--html writes pages that are computed; write engine lab all --html F");
        foreach (var entry in options.Json ? entries : [])
        {
            streams.Output.WriteLine(JsonOutput.OneLine(new
            {
                entry.Name,
                Group = entry.Group.ToString().ToLowerInvariant(),
                entry.Question,
                entry.Claim,
                entry.Seconds,
                Verdict = LabJson.Verdict(entry.Recorded),
                entry.IsCertain,
            }));
        }
        foreach (var language in options.Json ? [] : LabLanguage.Of(options.Language))
        {
            var width = streams.OutputIsTerminal ? new AnsiConsoleOutput(streams.Output).Width : WidthOfTable;
            if (width < WidthOfTable) WriteNarrow(entries, language, streams.Output, width - 1);
            else WriteTable(entries, language, streams);
        }
        if (entries.Count == 0) streams.Error.WriteLine("no page has this word; 'engine lab' lists the pages");
        return entries.Count > 0 ? ExitCode.Done : ExitCode.DoesNotHold;
    }

    private static void WriteTable(IReadOnlyList<LabEntry> entries, LabLanguage language, CommandStreams streams)
    {
        if (entries.Count == 0) return;
        new ResultTable(streams.Output, streams.OutputIsTerminal).Write(
            language.Contents,
            entries.Select(entry => (string[])
                [
                    language.Of(entry.Group), entry.Name, language.Of(entry.Question), $"{entry.Seconds:0}",
                    language.Of(entry.Recorded),
                ]));
    }
}
