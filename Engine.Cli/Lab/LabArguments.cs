using System.Globalization;
using Engine.Lab;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>The options of a command of the book, and the values of a page's parameters.</summary>
/// <param name="Options">The options.</param>
/// <param name="Values">The parameters that were given.</param>
internal sealed record LabArguments(LabOptions Options, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>Reads the arguments after the name.</summary>
    /// <param name="parameters">The parameters that may be given.</param>
    /// <param name="arguments">The arguments.</param>
    /// <exception cref="InputException">An option is unknown, or a value is out of its range.</exception>
    public static LabArguments Read(IReadOnlyList<LabParameter> parameters, string[] arguments)
    {
        var given = Arguments.Read(
            LabVerb.Name,
            [
                .. Arguments.OptionsOf(typeof(LabOptions)),
                .. parameters.Select(parameter => new KnownOption(
                    parameter.Name, parameter.Choices is null ? "X" : string.Join('|', parameter.Choices),
                    parameter.Choices is null ? typeof(double) : typeof(string))),
            ],
            arguments);
        bool IsParameter(GivenOption option) => parameters.Any(parameter => parameter.Name == option.Option.Name);
        return new LabArguments(
            Arguments.Fill<LabOptions>(LabVerb.Name, given.Where(option => !IsParameter(option))),
            given.Where(IsParameter).ToDictionary(
                option => option.Option.Name,
                option => InRange(parameters.Single(p => p.Name == option.Option.Name), option.Value!)));
    }

    private static double InRange(LabParameter parameter, string text)
    {
        if (parameter.Choices is { } choices)
        {
            var index = choices.ToList().IndexOf(text);
            return index >= 0 ? index : throw new InputException(
                $"--{parameter.Name} is '{text}'; it must be one of {string.Join(", ", choices)}: "
                + parameter.Meaning.English);
        }
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value >= parameter.Least && value <= parameter.Greatest) return value;
        throw new InputException(FormattableString.Invariant(
            $"--{parameter.Name} is '{text}'; it must be {parameter.Least} to {parameter.Greatest}: ")
            + parameter.Meaning.English);
    }
}
