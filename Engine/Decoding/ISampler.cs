using Engine.Models;

namespace Engine.Decoding;

/// <summary>Reads the logits of a decoding step and chooses the next token of each row.</summary>
internal interface ISampler : ILogitReader<float>
{
    /// <summary>Begins a step: forgets the logits of the step before.</summary>
    /// <param name="rows">The number of rows that the logits of this step have.</param>
    void Start(int rows);

    /// <summary>Chooses a row's next token.</summary>
    /// <param name="row">The row of logits.</param>
    /// <param name="sequence">The sequence that the token continues.</param>
    /// <param name="logProbability">
    /// The natural logarithm of the token's probability, without what the sampler changes to draw; NaN if the sampler
    /// computes no probabilities; 0 if no token can be chosen.
    /// </param>
    /// <returns>The token's id; the end token if no token has a probability above 0.</returns>
    int Choose(int row, GeneratedSequence sequence, out double logProbability);
}
