using Engine.Lab;

namespace Engine.Cli;

/// <summary>A question of a quiz.</summary>
/// <param name="Name">What the list of wrong answers calls it.</param>
/// <param name="Ask">Prints the question.</param>
/// <param name="Expects">What may be typed, such as <c>a number</c>.</param>
/// <param name="Judge">Whether a guess is right; null if it is not understood.</param>
/// <param name="Explain">Prints the right answer and why.</param>
internal sealed record QuizQuestion(
    string Name, Action<QuizVoice> Ask, Bilingual Expects, Func<string, bool?> Judge, Action<QuizVoice> Explain);
