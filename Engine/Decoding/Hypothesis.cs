namespace Engine.Decoding;

/// <summary>A translation that a search found.</summary>
/// <param name="Tokens">Token numbers, without begin and end.</param>
/// <param name="Score">
/// The natural logarithm of its probability by the length penalty of <see cref="BeamOptions.LengthPenalty"/>; the
/// nearer to 0, the better.
/// </param>
public sealed record Hypothesis(IReadOnlyList<int> Tokens, double Score);
