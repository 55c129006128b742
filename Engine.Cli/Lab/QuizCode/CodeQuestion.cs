using System.Globalization;
using Engine.Lab;

namespace Engine.Cli;

/// <summary>What a question on the code base asks for.</summary>
internal enum CodeQuestionKind
{
    /// <summary>How is the program run?</summary>
    Run,

    /// <summary>What does its output mean?</summary>
    ReadOutput,

    /// <summary>In which file is it?</summary>
    FindFile,

    /// <summary>What does the code say, word for word?</summary>
    Quote,

    /// <summary>What will the program do?</summary>
    Predict,

    /// <summary>Where is it extended?</summary>
    Extend,
}

/// <summary>A place of the repository that shows an answer.</summary>
/// <param name="File">The path within the repository.</param>
/// <param name="Text">What stands there, within one line.</param>
internal sealed record CodePlace(string File, string Text);

/// <summary>An answer to a question on the code base, computed from the code or the running program.</summary>
/// <param name="Text">The answer.</param>
/// <param name="Place">Where the repository shows it.</param>
/// <param name="Judge">Whether a guess is right; null if it is not understood.</param>
internal sealed record CodeAnswer(string Text, CodePlace Place, Func<string, bool?> Judge)
{
    private const double Tolerance = 0.01;

    /// <summary>A word, a command or a piece of code; spaces, quotes and dashes in front do not count.</summary>
    /// <param name="text">The answer.</param>
    /// <param name="place">Where the repository shows it.</param>
    /// <param name="also">Other right ways to say it.</param>
    public static CodeAnswer Word(string text, CodePlace place, params string[] also) => new(
        text, place,
        guess => Plain(guess).Length == 0 ? null : also.Append(text).Any(one => Plain(one) == Plain(guess)));

    /// <summary>A number, right within a hundredth.</summary>
    public static CodeAnswer Number(double value, CodePlace place) => new(
        value.ToString("G6", CultureInfo.InvariantCulture), place,
        guess => double.TryParse(guess, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? Math.Abs(number - value) <= Tolerance * Math.Abs(value) : null);

    /// <summary>A file: its path, or the end of the path with one folder or more.</summary>
    public static CodeAnswer File(CodePlace place) => new(
        place.File, place,
        guess => !guess.Contains('/', StringComparison.Ordinal) ? null
            : ("/" + place.File).EndsWith("/" + guess.Trim().TrimStart('/'), StringComparison.OrdinalIgnoreCase));

    private static string Plain(string text) =>
        string.Concat(text.Where(c => !char.IsWhiteSpace(c) && c is not ('`' or '\'' or '"' or '“' or '”')))
            .TrimStart('-').TrimEnd(';').ToLowerInvariant();
}

/// <summary>A question on the code base.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it asks for.</param>
/// <param name="Text">The question.</param>
/// <param name="Expects">What may be typed.</param>
/// <param name="Compute">Computes the answer; null where the program lacks what it needs, such as symbols.</param>
internal sealed record CodeQuestion(
    string Name, CodeQuestionKind Kind, Bilingual Text, Bilingual Expects, Func<SourceTree?, CodeAnswer?> Compute);
