using System.Globalization;
using System.Text.Json;

namespace Engine.Bench;

/// <summary>Timings that take seconds, one JSON object a line, for comparison with other programs.</summary>
internal static class Quick
{
    /// <summary>Writes the keys of a line in snake case.</summary>
    internal static readonly JsonSerializerOptions SnakeCase =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>The cases by name; each prints its own lines. The error messages list these names.</summary>
    private static readonly Dictionary<string, Action<QuickOptions>> Cases = new()
    {
        ["gemm"] = QuickGemm.Run,
        ["training_step"] = QuickTrainingStep.Run,
        ["decode"] = QuickDecode.Run,
        ["elementwise"] = QuickElementwise.Run,
    };

    /// <summary>Runs the chosen cases.</summary>
    /// <inheritdoc cref="Run(string, string[], Action{QuickOptions})"/>
    public static int Run(string[] arguments) => Run("quick", arguments, options =>
    {
        foreach (var (name, run) in Cases)
            if (options.Only is null || options.Only == name)
                run(options);
    });

    /// <summary>Runs a program with the options of <c>quick</c>.</summary>
    /// <returns>The exit code: 0, or 2 after one line on standard error about a wrong argument.</returns>
    public static int Run(string name, string[] arguments, Action<QuickOptions> run)
    {
        if (Parse(arguments, out var options) is { } mistake)
        {
            Console.Error.WriteLine($"{name}: {mistake}");
            return 2;
        }

        run(options);
        return 0;
    }

    private static string? Parse(string[] arguments, out QuickOptions options)
    {
        options = new QuickOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var option = arguments[i];
            if (option is not ("--only" or "--preset" or "--threads" or "--seconds"))
                return $"unknown option '{option}'; the options are --only, --preset, --threads, --seconds";
            if (i + 1 == arguments.Length)
                return $"{option} needs a value";

            var value = arguments[i + 1];
            switch (option)
            {
                case "--only" when Cases.ContainsKey(value):
                    options = options with { Only = value };
                    break;
                case "--only":
                    return $"unknown case '{value}'; the cases are {string.Join(", ", Cases.Keys)}";
                case "--preset" when QuickShape.Presets.ContainsKey(value):
                    options = options with { Preset = value };
                    break;
                case "--preset":
                    return $"unknown preset '{value}'; the presets are {string.Join(", ", QuickShape.Presets.Keys)}";
                case "--threads" when int.TryParse(
                    value, NumberStyles.None, CultureInfo.InvariantCulture, out var threads)
                    && threads is > 0 and <= 1024:
                    options = options with { Threads = threads };
                    break;
                case "--seconds" when double.TryParse(
                    value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds)
                    && seconds is > 0 and <= 3600:
                    options = options with { Seconds = seconds };
                    break;
                case "--threads":
                    return $"--threads '{value}' is not a whole number from 1 to 1024";
                default:
                    return $"--seconds '{value}' is not a number above 0 and up to 3600";
            }
        }

        return null;
    }
}

/// <summary>The options of the cases of <see cref="Quick"/>.</summary>
/// <param name="Only">The only case to run; null runs all cases.</param>
/// <param name="Preset">The only preset to run; null runs all presets.</param>
/// <param name="Threads">The number of threads that share the work.</param>
/// <param name="Seconds">The approximate duration of each measurement.</param>
internal sealed record QuickOptions(string? Only = null, string? Preset = null, int Threads = 1, double Seconds = 1);
