using Engine.Decoding;

namespace Engine.Training;

/// <summary>A line's translation.</summary>
/// <param name="Text">The translation.</param>
/// <param name="Score">The score of its <see cref="Hypothesis"/>; a score nearer to 0 is better.</param>
public sealed record Translation(string Text, double Score);
