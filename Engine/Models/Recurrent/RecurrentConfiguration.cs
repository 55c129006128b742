namespace Engine.Models;

/// <summary>The kinds of recurrent networks.</summary>
public enum RecurrentKind
{
    /// <summary>The simple recurrent network (Elman 1990).</summary>
    Rnn,

    /// <summary>Gated recurrent units.</summary>
    Gru,

    /// <summary>Long short-term memory.</summary>
    Lstm,
}

/// <summary>The sizes and choices that make up a <see cref="RecurrentTranslator{T}"/>.</summary>
public sealed record RecurrentConfiguration : NetworkConfiguration
{
    /// <summary>The kind of encoder and decoder.</summary>
    public required RecurrentKind Kind { get; init; }
}
