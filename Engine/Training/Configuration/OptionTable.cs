using System.Reflection;
using System.Text.Json;

namespace Engine.Training;

/// <summary>
/// The options of training, read from the properties of <see cref="TrainingConfiguration"/>. Each property says of its
/// option the default, the help, the range, what reads the option, and whether the option is of the model; all else
/// follows from this table: the keys of <c>config.json</c>, the options of <c>engine train</c> and their help, checks,
/// refusals, and what <c>--from</c> and fingerprints compare.
/// </summary>
public static class OptionTable
{
    /// <summary>All options: by their groups, and within a group as their properties are written.</summary>
    public static IReadOnlyList<TrainingOption> All { get; } =
    [
        .. from property in typeof(TrainingConfiguration).GetProperties(BindingFlags.Public | BindingFlags.Instance)
           let help = property.GetCustomAttribute<HelpAttribute>()
               ?? throw new InvalidOperationException($"{property.Name} has no help.")
           orderby help.Group, help.Line
           select new TrainingOption(property, help),
    ];

    private static readonly Dictionary<string, TrainingOption> ByProperty =
        All.ToDictionary(option => option.Property, StringComparer.Ordinal);

    private static readonly Dictionary<string, TrainingOption> ByKey =
        All.ToDictionary(option => option.Key, StringComparer.Ordinal);

    /// <summary>The option of a property.</summary>
    public static TrainingOption Of(string property) => ByProperty[property];

    /// <summary>The option of a key of <c>config.json</c>; null if there is none.</summary>
    public static TrainingOption? OfKey(string key) => ByKey.GetValueOrDefault(key);

    /// <summary>
    /// What messages call a property: <c>TrainingConfiguration.NormGroups</c>. The command line writes the option in
    /// place of such a name.
    /// </summary>
    internal static string InMessages(string property) =>
        property == TrainingConfiguration.Tokenizer
            ? $"{InMessages(nameof(TrainingConfiguration.SourceTokenizer))} and "
                + InMessages(nameof(TrainingConfiguration.TargetTokenizer))
            : $"{nameof(TrainingConfiguration)}.{property}";

    /// <summary>The name of the option that a property holds: <c>norm-groups</c> of <c>NormGroups</c>.</summary>
    public static string NameOf(string property) => JsonNamingPolicy.KebabCaseLower.ConvertName(property);
}
