using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using CommandLine;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>
/// Turns the arguments of a verb into its options. The parser says what an option is; the mistakes are found here, so
/// that each is told in one line with the names that would have been right.
/// </summary>
internal static class Arguments
{
    private sealed record Known(string Name, string Value, Type Type, bool IsRequired);

    /// <summary>The options that the arguments give.</summary>
    /// <exception cref="InputException">An option is unknown, or its value missing or of the wrong kind.</exception>
    public static TOptions Parse<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] TOptions>(
        string verb, string[] arguments)
    {
        var known = OptionsOf(typeof(TOptions));
        var checkedArguments = Check(verb, known, arguments);
        using var parser = new Parser(settings =>
        {
            settings.HelpWriter = null;
            settings.AutoHelp = settings.AutoVersion = false;
            settings.ParsingCulture = CultureInfo.InvariantCulture;
            settings.AllowMultiInstance = true; // of lists; Check refuses others
        });
        return parser.ParseArguments<TOptions>(checkedArguments) is Parsed<TOptions> parsed
            ? parsed.Value
            : throw new InputException($"the arguments of {verb} cannot be read; see 'engine {verb} --help'");
    }

    /// <summary>The names of a verb's options, without dashes.</summary>
    public static IReadOnlyList<string> Names(Type options) => OptionsOf(options).ConvertAll(option => option.Name);

    private static List<Known> OptionsOf(Type options) =>
    [
        .. from property in options.GetProperties()
           let option = property.GetCustomAttribute<OptionAttribute>()
           where option is not null
           select new Known(option.LongName, option.MetaValue, property.PropertyType, option.Required),
    ];

    /// <summary>The arguments as "--name" and "--name=value", each known, well-formed and given once.</summary>
    private static List<string> Check(string verb, List<Known> known, string[] arguments)
    {
        var given = new HashSet<string>();
        var result = new List<string>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var (name, value) = Split(arguments[i]);
            if (name is null)
                throw new InputException(
                    $"unexpected argument '{arguments[i]}'; engine {verb} takes only options. {All(known)}");
            var option = known.Find(candidate => candidate.Name == name)
                ?? throw new InputException($"unknown option --{name} of {verb}{DidYouMean(name, known)} {All(known)}");
            if (!given.Add(name) && option.Type != typeof(IEnumerable<string>))
                throw new InputException($"option --{name} is given twice; give it once");
            if (option.Type == typeof(bool))
            {
                if (value is not null)
                    throw new InputException($"option --{name} takes no value; leave '={value}' out");
                result.Add($"--{name}");
                continue;
            }
            var next = i + 1 < arguments.Length ? arguments[i + 1] : null;
            // "--norm-first" alone says yes; "--norm-first false" takes back what a file says.
            if (option.Type == typeof(bool?) && value is null && next is not ("true" or "false")) value = "true";
            if (value is null && next is not null && !next.StartsWith("--", StringComparison.Ordinal))
            {
                value = next;
                i++;
            }
            if (string.IsNullOrEmpty(value))
                throw new InputException($"option --{name} lacks its value; write --{name} {option.Value}");
            if (Expected(option.Type, value) is { } expected)
                throw new InputException(
                    $"option --{name}: '{value}' is not {expected}; write --{name} {option.Value}");
            result.Add($"--{name}={value}");
        }
        if (known.Find(option => option.IsRequired && !given.Contains(option.Name)) is { } missing)
        {
            throw new InputException(
                $"option --{missing.Name} is missing; write engine {verb} --{missing.Name} {missing.Value}");
        }
        return result;
    }

    private static (string? Name, string? Value) Split(string argument)
    {
        if (argument.Length < 2 || argument[0] != '-') return (null, null);
        var parts = argument.TrimStart('-').Split('=', 2);
        return (parts[0], parts.Length > 1 ? parts[1] : null);
    }

    /// <summary>What a value should have been, or null if it is.</summary>
    private static string? Expected(Type type, string value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var culture = CultureInfo.InvariantCulture;
        var whole = NumberStyles.AllowLeadingSign;
        if (type == typeof(int)) return int.TryParse(value, whole, culture, out _) ? null : "a whole number";
        if (type == typeof(long)) return long.TryParse(value, whole, culture, out _) ? null : "a whole number";
        if (type == typeof(bool)) return value is "true" or "false" ? null : "true or false";
        // The parser would read "0,003" as 3.
        if (type == typeof(double))
        {
            var parsed = double.TryParse(value, NumberStyles.Float, culture, out var number);
            return parsed && double.IsFinite(number) ? null : "a number";
        }
        return null;
    }

    private static string DidYouMean(string name, List<Known> known) =>
        Nearest.To(name, known.Select(option => option.Name)) is { } near ? $"; did you mean --{near}?" : ".";

    private static string All(List<Known> known) =>
        $"Options: {string.Join(", ", known.Select(option => $"--{option.Name}"))}";
}
