using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// What a configuration file says, and nothing else: the values that it gives to options, and the texts under keys that
/// the caller knows.
/// </summary>
public sealed class WrittenConfiguration
{
    private readonly Dictionary<TrainingOption, object?> values = [];
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    private WrittenConfiguration()
    {
    }

    /// <summary>The options that the file gives.</summary>
    public IReadOnlyCollection<TrainingOption> Options => values.Keys;

    /// <summary>The texts under the caller's keys.</summary>
    public IReadOnlyDictionary<string, string> Texts => texts;

    /// <summary>Reads a file that a person wrote: JSON that may have comments and trailing commas.</summary>
    /// <param name="path">The file.</param>
    /// <param name="otherKeys">Keys that are no options of <see cref="OptionTable"/>, and whose values are texts.
    /// </param>
    /// <exception cref="InputException">The file cannot be read, is not JSON, or has an unknown key, or a value of the
    /// wrong kind or outside its range.</exception>
    public static WrittenConfiguration Read(string path, IReadOnlyCollection<string> otherKeys) =>
        Of(JsonInput.Read(path, ConfigurationFile.Remedy, isByHand: true), otherKeys);

    /// <summary>A configuration with the file's values in place of its own.</summary>
    public TrainingConfiguration Over(TrainingConfiguration configuration)
    {
        foreach (var (option, value) in values) configuration = option.With(configuration, value);
        return configuration;
    }

    internal static WrittenConfiguration Of(JsonInput json, IReadOnlyCollection<string> otherKeys)
    {
        var written = new WrittenConfiguration();
        foreach (var given in json.Properties("a configuration is a JSON object, such as { \"dModel\": 64 }"))
        {
            if (otherKeys.Contains(given.Key)) written.texts[given.Key] = TextOf(given);
            else if (OptionTable.OfKey(given.Key) is { } option)
                written.values[option] = ConfigurationFile.ValueOf(given, option);
            else throw given.Wrong($"key {FileProblem.Quote(given.Key)} is not known"
                + Guess(given.Key, [.. otherKeys, .. ConfigurationFile.Keys]));
        }
        return written;
    }

    private static string TextOf(JsonInput given) =>
        given.TryText(out var text) && text.Length > 0 ? text
            : throw given.Wrong($"the value of '{given.Key}' must be a text in quotes, not {given.Quoted}");

    private static string Guess(string key, IReadOnlyList<string> keys) =>
        Nearest.Several(key, keys) is { Count: > 0 } near
            ? $" (did you mean {string.Join(" or ", near)}?)"
            : $"; {nameof(ConfigurationFile)}.{nameof(ConfigurationFile.Keys)} lists the keys";
}
