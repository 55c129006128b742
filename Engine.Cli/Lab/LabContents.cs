using Engine.Lab;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>Lists pages: the contents, and what a word is found in.</summary>
internal static class LabContents
{
    /// <summary>Lists the whole book.</summary>
    public static int Run(string[] arguments, CommandStreams streams) =>
        Write(LabCatalogue.All, LabArguments.Read([], arguments).Options, streams);

    /// <summary><c>engine lab find WORD</c>.</summary>
    /// <exception cref="InputException">The word is missing.</exception>
    public static int Find(string[] arguments, CommandStreams streams)
    {
        if (arguments is not [var word, ..] || word.StartsWith('-'))
            throw new InputException("engine lab find needs a word; write engine lab find 残差");
        return Write(LabCatalogue.Search(word), LabArguments.Read([], arguments[1..]).Options, streams);
    }

    private static int Write(IReadOnlyList<LabEntry> entries, LabOptions options, CommandStreams streams)
    {
        var table = new ResultTable(streams.Output, streams.OutputIsTerminal);
        foreach (var language in LabLanguage.Of(options.Language))
        {
            table.Write(
                language.Contents,
                entries.Select(entry => (string[])
                    [
                        language.Of(entry.Group), entry.Name, language.Of(entry.Question),
                        $"{entry.Seconds:0}", language.Of(entry.Recorded),
                    ]));
        }
        return entries.Count > 0 ? ExitCode.Done : ExitCode.DoesNotHold;
    }
}
