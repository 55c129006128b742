namespace Engine.Decoding;

/// <summary>How <see cref="Greedy"/> decodes.</summary>
public sealed record GreedyOptions : DecodingOptions;
