using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// What <c>engine train --help</c> prints. The options of the configuration come from <see cref="OptionTable"/>: a
/// table with the values of the presets where these differ, and lines of options where they do not.
/// </summary>
internal static class TrainHelp
{
    private const int NameWidth = 21, ValueWidth = 8, MarginWidth = 8;

    private static readonly (string Title, OptionGroup[] Groups)[] Topics =
    [
        ("model", [OptionGroup.Task, OptionGroup.Model]), ("text", [OptionGroup.Text, OptionGroup.Batches]),
        ("updates", [OptionGroup.Optimization]), ("run", [OptionGroup.Run]),
    ];

    private static readonly TrainingConfiguration[] Presets =
        [.. TrainingConfiguration.Presets.Select(TrainingConfiguration.Preset)];

    /// <summary>The help.</summary>
    /// <param name="columns">The columns of a line of options that follow each other.</param>
    public static string Text(int columns) =>
        $"""
        engine train: train a model that translates or labels, and save it as a folder.
        Usage: engine train [options]     With no options: a Chinese-English toy model from data/zh-en.

          --source F  --target F              line n of one translates line n of the other (UTF-8, .gz too)
          --valid-source F  --valid-target F  by default valid|val|dev.* beside train.*, or 5% (500 at most)
          --out DIR  --overwrite              the model's folder (by default runs/NAME-N); replace its files
          --resume  --from DIR                continue the run in --out; begin with another model's weights
          --embeddings F  --target-embeddings F   begin with word vectors, as 'engine embed' learns them
          --config F  --dry-run               JSON, see below; show values, time and memory, write nothing
          --log F.jsonl  --json  --threads N  log events; print the result as JSON; default: all processors
          --monitor gradients  --anomaly      show layers' gradient norms; find the operation that makes NaN

        Values: from the preset, overridden by --config, overridden by options. A * marks a default.
        F has keys of config.json (dModel: --d-model), preset, and paths (source, ...) from F's folder.
        {Row("--preset", TrainingConfiguration.Presets, "toy by default; with --source by a rule from the text")}
        {string.Join('\n', OptionTable.All.Where(IsVaried).Select(Row))}
        {string.Join('\n', Topics.SelectMany(topic => Lines(topic.Title, topic.Groups, columns)))}
        Given --updates, --epochs or --minutes, the others are 0. Ctrl+C saves. Several machines: mpirun.

        Examples:
          engine train --source train.de --target train.en --preset tiny --out runs/de-en
        """;

    /// <summary>Whether the presets have different values.</summary>
    private static bool IsVaried(TrainingOption option) =>
        Presets.Select(option.TextIn).Distinct().Count() > 1;

    private static string Row(TrainingOption option) =>
        Row(
            $"--{option.Name}", Presets.Select(option.TextIn),
            Join("; ", string.Join('|', option.Choices), Note(option)));

    private static string Row(string name, IEnumerable<string> values, string note) =>
        string.Concat(
            values.Select(value => value.PadRight(ValueWidth)).Prepend($"  {name.PadRight(NameWidth)}").Append(note))
            .TrimEnd();

    /// <summary>
    /// The options of a topic that every preset gives the same value: each stands in the first line with room for it.
    /// </summary>
    private static IEnumerable<string> Lines(string title, OptionGroup[] groups, int columns)
    {
        var lines = new List<string> { title.PadRight(MarginWidth) };
        var options = OptionTable.All.Where(option => groups.Contains(option.Group) && !IsVaried(option));
        foreach (var entry in options.OrderBy(option => Array.IndexOf(groups, option.Group)).Select(Entry))
        {
            var room = lines.FindIndex(line => line.Length + entry.Length <= columns);
            if (room < 0)
            {
                room = lines.Count;
                lines.Add(new string(' ', MarginWidth));
            }
            lines[room] += entry + "  ";
        }
        return lines.Select(line => line.TrimEnd());
    }

    private static string Entry(TrainingOption option)
    {
        var note = Note(option);
        return $"--{option.Name} {Value(option)}" + (note.Length == 0 ? "" : $" ({note})");
    }

    /// <summary>The choices with the default marked, or the default.</summary>
    private static string Value(TrainingOption option)
    {
        var standard = option.TextIn(Presets[0]);
        return option.Choices.Count > 0
            ? string.Join('|', option.Choices.Select(choice => choice == standard ? choice + "*" : choice))
            : option.Type == typeof(bool) ? "[true|false]"
            : standard;
    }

    private static string Note(TrainingOption option) => Join(
        ": ", Readers(option),
        option.Help.Length > 0 && option.Zero is { } zero ? $"{option.Help}; 0: {zero}" : option.Help);

    /// <summary>What reads the option, if the defaults do not.</summary>
    private static string Readers(TrainingOption option) =>
        option.Rules.LastOrDefault(rule => !rule.Readers.Intersect(Presets[0].Chosen(rule.Chooser)).Any()) is { } rule
            ? string.Join(", ", rule.Readers) : "";

    private static string Join(string separator, params string[] parts) =>
        string.Join(separator, parts.Where(part => part.Length > 0));
}
