namespace Engine.Decoding;

/// <summary>When the beam search of a sentence stops while hypotheses are still open.</summary>
public enum EarlyStopping
{
    /// <summary>
    /// As soon as <see cref="BeamOptions.Width"/> hypotheses have ended, or when <see cref="Never"/> would stop.
    /// </summary>
    Width,

    /// <summary>
    /// Only when no open hypothesis can still become one of the <see cref="BeamOptions.NBest"/> best. The best
    /// translation never scores lower than with <see cref="Width"/>; the search takes longer if the length penalty is
    /// high.
    /// </summary>
    Never,
}
