using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using CommandLine;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>An option that a verb knows.</summary>
/// <param name="Name">The name, without dashes.</param>
/// <param name="Value">What stands for a value in a message; null for an option without one.</param>
/// <param name="Type">The type of the values; <c>bool?</c> for an option whose value may be left out.</param>
/// <param name="IsRequired">Whether the verb cannot do without the option.</param>
/// <param name="FormerName">A name that the option had, which is still understood; null for none.</param>
internal sealed record KnownOption(
    string Name, string Value, Type Type, bool IsRequired = false, string? FormerName = null);

/// <summary>The name that an option had before it got its name. The name works, and help does not list it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FormerNameAttribute(string name) : Attribute
{
    /// <summary>The name, without dashes.</summary>
    public string Name { get; } = name;
}

/// <summary>An option and the value that the arguments give it; null for an option without one.</summary>
internal readonly record struct GivenOption(KnownOption Option, string? Value);

/// <summary>
/// Turns the arguments of a verb into its options. The mistakes are found here, not by the library that fills the
/// options, so that each is told in one line with the names that would have been right.
/// </summary>
internal static class Arguments
{
    /// <summary>The options that the arguments give.</summary>
    /// <typeparam name="TOptions">A class whose properties are the options of the verb.</typeparam>
    /// <exception cref="InputException">An option is unknown, or its value missing or of the wrong kind.</exception>
    public static TOptions Parse<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] TOptions>(
        string verb, string[] arguments) =>
        Fill<TOptions>(verb, Read(verb, OptionsOf(typeof(TOptions)), arguments));

    /// <summary>The options that are properties of a class.</summary>
    public static IReadOnlyList<KnownOption> OptionsOf(Type options) =>
    [
        .. from property in options.GetProperties()
           let option = property.GetCustomAttribute<OptionAttribute>()
           where option is not null
           select new KnownOption(option.LongName, option.MetaValue, property.PropertyType, option.Required,
               property.GetCustomAttribute<FormerNameAttribute>()?.Name),
    ];

    /// <summary>The given options with their values: each known, well-formed and given once.</summary>
    /// <exception cref="InputException">An option is unknown, or its value missing or of the wrong kind.</exception>
    public static IReadOnlyList<GivenOption> Read(string verb, IReadOnlyList<KnownOption> known, string[] arguments)
    {
        var given = new List<GivenOption>();
        for (var i = 0; i < arguments.Length; i++)
        {
            var (name, value) = Split(arguments[i]);
            if (name is null)
                throw new InputException(
                    $"unexpected argument '{arguments[i]}'; engine {verb} takes only options: "
                    + $"see 'engine {verb} --help'");
            var option = known.FirstOrDefault(candidate => candidate.Name == name || candidate.FormerName == name)
                ?? throw new InputException($"unknown option --{name} of {verb}; {DidYouMean(verb, name, known)}");
            if (option.Type != typeof(IEnumerable<string>) && given.Any(earlier => earlier.Option == option))
                throw new InputException($"option --{option.Name} is given twice; give it once");
            var next = i + 1 < arguments.Length ? arguments[i + 1] : null;
            if (value is null && TakesNext(option, next))
            {
                value = next;
                i++;
            }
            given.Add(new GivenOption(option, Checked(option, value)));
        }
        if (known.FirstOrDefault(option => option.IsRequired && !given.Any(g => g.Option == option)) is { } missing)
        {
            throw new InputException(
                $"option --{missing.Name} is missing; write engine {verb} --{missing.Name} {missing.Value}");
        }
        return given;
    }

    /// <summary>A class with the values of the given options.</summary>
    /// <exception cref="InputException">The library cannot read them.</exception>
    public static TOptions Fill<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.All)] TOptions>(
        string verb, IEnumerable<GivenOption> given)
    {
        using var parser = new Parser(settings =>
        {
            settings.HelpWriter = null;
            settings.AutoHelp = settings.AutoVersion = false;
            settings.ParsingCulture = CultureInfo.InvariantCulture;
            settings.AllowMultiInstance = true; // of lists; Read refuses other options that are given twice
        });
        var arguments = given.Select(option =>
            option.Value is null ? $"--{option.Option.Name}" : $"--{option.Option.Name}={option.Value}");
        return parser.ParseArguments<TOptions>(arguments) is Parsed<TOptions> parsed
            ? parsed.Value
            : throw new InputException($"the arguments of {verb} cannot be read; see 'engine {verb} --help'");
    }

    /// <summary>A message that names an option as it was typed, where its former name was typed.</summary>
    public static string AsTyped(string message, IEnumerable<KnownOption> known, string[] arguments)
    {
        var typed = arguments.Select(argument => Split(argument).Name).ToArray();
        foreach (var option in known.Where(option => option.FormerName is { } former && typed.Contains(former)))
        {
            message = message.Replace(
                $"--{option.Name}", $"--{option.FormerName} (now --{option.Name})", StringComparison.Ordinal);
        }
        return message;
    }

    /// <summary>Words with dashes before each that is the name of an option where an option can stand, and before the
    /// first.</summary>
    public static string[] WithDashes(IReadOnlyList<KnownOption> known, string[] words)
    {
        var dashed = (string[])[.. words];
        for (var i = 0; i < words.Length; i++)
        {
            var (name, value) = Split("--" + words[i].TrimStart('-'));
            var option = known.FirstOrDefault(option => option.Name == name || option.FormerName == name);
            if ((option is not null || i == 0) && !words[i].StartsWith('-')) dashed[i] = "--" + words[i];
            if (option is not null && value is null && TakesNext(option, words.ElementAtOrDefault(i + 1))) i++;
        }
        return dashed;
    }

    private static (string? Name, string? Value) Split(string argument)
    {
        if (argument.Length < 2 || argument[0] != '-') return (null, null);
        var parts = argument.TrimStart('-').Split('=', 2);
        return (parts[0], parts.Length > 1 ? parts[1] : null);
    }

    /// <summary>Whether the argument after an option is its value.</summary>
    private static bool TakesNext(KnownOption option, string? next) =>
        option.Type == typeof(bool) ? false
        : option.Type == typeof(bool?) ? next is "true" or "false"
        : next is not null && !next.StartsWith("--", StringComparison.Ordinal);

    /// <summary>The value of an option, if the option may have it.</summary>
    private static string? Checked(KnownOption option, string? value)
    {
        var (name, type) = (option.Name, option.Type);
        if (type == typeof(bool))
        {
            return value is null
                ? null
                : throw new InputException($"option --{name} takes no value; leave '={value}' out");
        }
        // "--norm-first" alone means true; "--norm-first false" overrides a configuration file.
        if (type == typeof(bool?)) value ??= "true";
        if (string.IsNullOrWhiteSpace(value))
            throw new InputException($"option --{name} lacks its value; write --{name} {option.Value}");
        if (Expected(type, value) is { } expected)
            throw new InputException($"option --{name}: '{value}' is not {expected}; write --{name} {option.Value}");
        return value;
    }

    /// <summary>What a value should have been; null if the value is right.</summary>
    private static string? Expected(Type type, string value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var culture = CultureInfo.InvariantCulture;
        var whole = NumberStyles.AllowLeadingSign;
        if (type == typeof(int))
            return int.TryParse(value, whole, culture, out _) ? null : Whole(value, int.MinValue, int.MaxValue);
        if (type == typeof(long))
            return long.TryParse(value, whole, culture, out _) ? null : Whole(value, long.MinValue, long.MaxValue);
        if (type == typeof(bool)) return value is "true" or "false" ? null : "true or false";
        // The library would read "0,003" as 3.
        if (type == typeof(double))
        {
            var parsed = double.TryParse(value, NumberStyles.Float, culture, out var number);
            return !parsed || double.IsNaN(number) ? "a number"
                : double.IsFinite(number) ? null : "a number from -1.8E+308 to 1.8E+308";
        }
        return null;
    }

    // A whole number that is too large is told which are not.
    private static string Whole(string value, long least, long most) =>
        value.TrimStart('-', '+') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit)
            ? FormattableString.Invariant($"a whole number from {least} to {most}")
            : "a whole number";

    private static string DidYouMean(string verb, string name, IEnumerable<KnownOption> known) =>
        Nearest.Several(name, known.Select(option => option.Name)) is { Count: > 0 } near
            ? $"did you mean {string.Join(" or ", near.Select(one => $"--{one}"))}? 'engine {verb} --help' lists all"
            : $"'engine {verb} --help' lists the options";
}
