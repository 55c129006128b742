using System.Text.RegularExpressions;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

// Which values nothing reads, and who gave a value that a message is about.
internal sealed partial class TrainOptions
{
    // The texts of the file that are in use: the options whose places they take, with their keys.
    private readonly Dictionary<string, string> textsOfFile = new(StringComparer.Ordinal);

    /// <summary>
    /// A message that names the file and its keys in place of options that were not typed: <c>c.json: 'heads' is 3</c>
    /// for <c>--heads is 3</c>.
    /// </summary>
    /// <param name="message">A message about values of the options.</param>
    public string Blame(string message)
    {
        if (written is null) return message;
        string? first = null;
        var blamed = OptionName().Replace(OptionNames.In(message), match =>
        {
            var key = KeyOfFile(match.Groups["name"].Value);
            first ??= key is null ? match.Value : Config;
            return key is null ? match.Value : first == Config ? $"'{key}'" : $"'{key}' of {Config}";
        });
        return first == Config ? $"{Config}: {blamed}" : blamed;
    }

    /// <summary>The key under which the file gives the value of an option; null if the file does not give it.</summary>
    private string? KeyOfFile(string name)
    {
        if (textsOfFile.TryGetValue(name, out var key)) return key;
        return Table.TryGetValue(name, out var option) && OriginOf(option, null, null) == Config ? option.Key : null;
    }

    /// <summary>
    /// Refuses values that nothing reads: a momentum beside Adam would have no effect, and the user would not know it.
    /// </summary>
    /// <param name="c">The effective configuration.</param>
    /// <param name="ofFile">The configuration without the options: what an option has put out of use in the file is no
    /// mistake of the file.</param>
    private void RefuseUnread(TrainingConfiguration c, TrainingConfiguration ofFile)
    {
        foreach (var option in given.Keys)
        {
            if (Unread(option, c) is { } mistake) throw mistake;
        }
        // A model's own file lists all keys, also keys that its model does not read.
        if (written is null || written.Options.Count == OptionTable.All.Count) return;
        foreach (var option in written.Options.Where(option => KeyOfFile(option.Name) is not null))
        {
            if (!option.IsDefaultIn(c) && Unread(option, ofFile) is not null && Unread(option, c) is { } mistake)
                throw mistake;
        }
    }

    /// <summary>The mistake of a value that nothing in a configuration reads; null if something reads it.</summary>
    private static InputException? Unread(TrainingOption option, TrainingConfiguration c)
    {
        try
        {
            option.CheckIsRead(c);
        }
        catch (InputException mistake)
        {
            return mistake;
        }
        return option.Property == nameof(c.CheckpointEvery) && c.Average < 2
            ? new InputException("--checkpoint-every is read beside --average alone; leave it out, or give "
                + "--average 10, say.")
            : null;
    }

    [GeneratedRegex("(?<![a-z-])--(?<name>[a-z]+(-[a-z]+)*)")]
    private static partial Regex OptionName();
}
