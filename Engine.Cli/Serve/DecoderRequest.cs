using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// The options of a decoder in a request: the options of <c>engine translate</c>, with the same ranges and refusals;
/// their names have underscores in place of dashes.
/// </summary>
internal static partial class DecoderRequest
{
    private static readonly Dictionary<string, PropertyInfo> Properties = typeof(DecoderArguments).GetProperties()
        .Where(property => property.Name != nameof(DecoderArguments.Threads))
        .OrderBy(property => property.MetadataToken)
        .SelectMany(property => NamesOf(property).Select(name => (Name: name, Property: property)))
        .ToDictionary(option => option.Name, option => option.Property);

    /// <summary>The keys of the options.</summary>
    public static IReadOnlyList<string> Keys { get; } = [.. Properties.Keys];

    /// <summary>How to translate.</summary>
    /// <param name="body">The request.</param>
    /// <param name="model">The model, which must be able to decode so.</param>
    /// <param name="cancellation">Stops decoding between two steps.</param>
    /// <exception cref="InputException">An option is of the wrong kind, outside its range, or of no use.</exception>
    public static TranslationOptions Of(RequestBody body, TranslationModel model, CancellationToken cancellation)
    {
        var arguments = new TranslateOptions();
        foreach (var (key, property) in Properties.Where(option => body.Has(option.Key)))
            property.SetValue(arguments, ValueOf(body, key, property.PropertyType));
        try
        {
            var options = DecoderOptions.Of(arguments);
            model.Require(options);
            return options with { Decoder = options.Decoder with { Cancellation = cancellation } };
        }
        catch (InputException mistake)
        {
            throw new InputException(Option().Replace(OptionNames.In(mistake.Message), InJson), mistake);
        }
    }

    private static IEnumerable<string> NamesOf(PropertyInfo property)
    {
        yield return JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
        if (property.GetCustomAttribute<FormerNameAttribute>() is { } former)
            yield return former.Name.Replace('-', '_');
    }

    private static object ValueOf(RequestBody body, string key, Type type) =>
        type == typeof(string) ? body.Text(key)
        : type == typeof(bool) ? body.Flag(key)
        : type == typeof(double?) ? (object)body.Number(key)!.Value
        : type == typeof(long?) ? (object)body.Whole(key)!.Value
        : (int)body.Whole(key, int.MinValue, int.MaxValue)!.Value;

    // Messages call options as the command line does: --length-penalty.
    private static string InJson(Match option)
    {
        var key = option.Groups["name"].Value.Replace('-', '_');
        return Properties.ContainsKey(key) ? key : option.Value;
    }

    [GeneratedRegex("--(?<name>[a-z-]+)")]
    private static partial Regex Option();
}
