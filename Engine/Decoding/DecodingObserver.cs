namespace Engine.Decoding;

/// <summary>
/// Sees what a decoder considers in each step. A decoder without an observer computes and keeps nothing for it.
/// </summary>
public abstract class DecodingObserver
{
    /// <summary>Looks into the passes of the network, the encoder's and each step's; null for nobody.</summary>
    public virtual TapeObserver<float>? Passes => null;

    /// <summary>
    /// Whether each step computes the whole sentence again, in place of appending to caches. Slower by the length of
    /// the sentence; parts that <see cref="Passes"/> leaves out are then left out of all rows, such as the causal mask,
    /// which a cache implies.
    /// </summary>
    public virtual bool Recomputes => false;

    /// <summary>A step is over.</summary>
    /// <param name="step">What each open hypothesis, or sequence, of the batch considered.</param>
    public abstract void Stepped(DecodingStep step);
}
