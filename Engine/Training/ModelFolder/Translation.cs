using Engine.Decoding;

namespace Engine.Training;

/// <summary>A line's translation.</summary>
/// <param name="Text">The translation.</param>
/// <param name="Score">As in <see cref="Hypothesis"/>; the nearer to 0, the better.</param>
public sealed record Translation(string Text, double Score);
