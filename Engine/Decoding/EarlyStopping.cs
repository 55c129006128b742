namespace Engine.Decoding;

/// <summary>When the beam search of a sentence may end before its hypotheses have all ended.</summary>
public enum EarlyStopping
{
    /// <summary>When as many have ended as the beam is wide, or as <see cref="Never"/> says.</summary>
    Width,

    /// <summary>
    /// Not before none that is open can overtake the best: what it finds is never worse, and takes longer where the
    /// length penalty is high.
    /// </summary>
    Never,
}
