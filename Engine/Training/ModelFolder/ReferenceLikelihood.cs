namespace Engine.Training;

/// <summary>How likely a given translation is to a model.</summary>
/// <param name="LogProbability">
/// The natural logarithm of its probability: the sum over its tokens, each predicted from the tokens before it, the end
/// included. It is the negative loss of the pair without label smoothing.
/// </param>
/// <param name="Tokens">The number of its tokens, the end included.</param>
/// <param name="Right">How many of the tokens are the model's likeliest.</param>
public readonly record struct ReferenceScore(double LogProbability, int Tokens, int Right);

/// <summary>How well a model predicts the tokens of references, each from the reference's tokens before it.</summary>
/// <param name="Loss">The mean negative log-likelihood of a token, the sentences' ends included; nats.</param>
/// <param name="TokenAccuracy">The fraction of the tokens that are the model's likeliest, 0 to 1.</param>
/// <param name="Tokens">The number of tokens, the sentences' ends included.</param>
public sealed record ReferenceLikelihood(double Loss, double TokenAccuracy, long Tokens)
{
    /// <summary>exp of the loss: a model that is equally unsure among n tokens has a perplexity of n.</summary>
    public double Perplexity => Math.Exp(Loss);

    /// <summary>The likelihood of some references together.</summary>
    /// <param name="scores">The score of each reference; at least one.</param>
    public static ReferenceLikelihood Of(IReadOnlyCollection<ReferenceScore> scores)
    {
        var tokens = scores.Sum(score => (long)score.Tokens);
        var right = scores.Sum(score => (long)score.Right);
        return new(-scores.Sum(score => score.LogProbability) / tokens, (double)right / tokens, tokens);
    }
}
