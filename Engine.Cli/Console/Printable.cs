using System.Globalization;

namespace Engine.Cli;

/// <summary>Formats values for a line of text.</summary>
internal static class Printable
{
    /// <summary>A text without line ends and control characters: a corpus must not control the terminal.</summary>
    public static string Of(string text) =>
        text.Any(IsControl) ? string.Concat(text.Select(letter => IsControl(letter) ? '?' : letter)) : text;

    /// <summary>A count with separated thousands: 12,345.</summary>
    public static string Count(double count) => count.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A number with a fixed number of decimals.</summary>
    public static string Fixed(double number, int decimals) =>
        number.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>A perplexity; with an exponent from a million on, which a diverging model can reach.</summary>
    public static string Perplexity(double perplexity) =>
        perplexity < 1e6 ? Fixed(perplexity, 2) : perplexity.ToString("0.0e0", CultureInfo.InvariantCulture);

    /// <summary>A learning rate: 0.00125.</summary>
    public static string Rate(double rate) =>
        rate.ToString(rate >= 1e-4 ? "0.00000" : "0.0e0", CultureInfo.InvariantCulture);

    /// <summary>A number of any size with three digits: 0.0125, 1.3e-07.</summary>
    public static string Short(double number) => number.ToString("G3", CultureInfo.InvariantCulture);

    /// <summary>A time as 0:07, 12:34 or 1:02:03.</summary>
    public static string Time(TimeSpan time) =>
        time.ToString(time.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss", CultureInfo.InvariantCulture) is var text
        && time.TotalDays >= 1 ? $"{(int)time.TotalDays}d {text}" : text;

    /// <summary>A path relative to the current folder, if the relative path is shorter.</summary>
    public static string Path(string path)
    {
        var relative = System.IO.Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.Length < path.Length ? relative : path;
    }

    private static bool IsControl(char letter) => char.IsControl(letter) || letter is '\u2028' or '\u2029';
}
