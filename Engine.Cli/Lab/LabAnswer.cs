using System.Globalization;
using System.Reflection;
using Engine.Lab;

namespace Engine.Cli;

/// <summary>What a page's experiment found, and how it was run.</summary>
internal sealed record LabAnswer
{
    /// <summary>The page.</summary>
    public required LabEntry Entry { get; init; }

    /// <summary>What the experiment found.</summary>
    public required LabResult Result { get; init; }

    /// <summary>The seed.</summary>
    public required long Seed { get; init; }

    /// <summary><c>quick</c> or <c>full</c>.</summary>
    public required string Size { get; init; }

    /// <summary>The parameters with other values than their defaults.</summary>
    public IReadOnlyDictionary<string, double> Values { get; init; } = new Dictionary<string, double>();

    /// <summary>The program that computed it.</summary>
    public string Version { get; init; } = ThisVersion;

    /// <summary>When it was computed.</summary>
    public DateTimeOffset Computed { get; init; } = DateTimeOffset.UtcNow;

    /// <summary>This program's version, with the commit that it was built from where that is known.</summary>
    public static string ThisVersion { get; } = VersionOf(typeof(LabAnswer).Assembly);

    /// <summary>Whether the book records another verdict for this seed and size.</summary>
    public bool Differs => IsUsual && Result.Verdict.Kind != Entry.Recorded;

    /// <summary>Whether the experiment was run as the book's records were.</summary>
    public bool IsUsual => Values.Count == 0 && this is { Seed: 1, Size: "full" };

    /// <summary>The command that repeats the figures.</summary>
    public string Command
    {
        get
        {
            var options = Entry.Parameters.Where(parameter => Values.ContainsKey(parameter.Name)).Select(
                parameter => $" --{parameter.Name} {Word(parameter, Values[parameter.Name])}");
            var seed = FormattableString.Invariant($" --seed {Seed}");
            return $"engine lab {Entry.Name}{string.Concat(options)}{(Seed == 1 ? "" : seed)}"
                + (Size == "full" ? "" : $" --size {Size}");
        }
    }

    /// <summary>A parameter's value as it is written on the command line.</summary>
    public static string Word(LabParameter parameter, double value) => parameter.Choices is { } choices
        ? choices[(int)value] : value.ToString(CultureInfo.InvariantCulture);

    private static string VersionOf(Assembly assembly)
    {
        const int ShortCommit = 9;
        var version = assembly.GetName().Version?.ToString(3) ?? "";
        var whole = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return whole?.Split('+') is [_, { Length: >= ShortCommit } commit]
            ? $"{version} ({commit[..ShortCommit]})" : version;
    }
}
