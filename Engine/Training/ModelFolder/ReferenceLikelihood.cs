namespace Engine.Training;

/// <summary>How well a model predicts the tokens of references, each from the reference's tokens before it.</summary>
/// <param name="Loss">The mean negative log-likelihood of a token, the sentences' ends included; nats.</param>
/// <param name="TokenAccuracy">The fraction of the tokens that are the model's likeliest, 0 to 1.</param>
/// <param name="Tokens">The number of tokens, the sentences' ends included.</param>
public sealed record ReferenceLikelihood(double Loss, double TokenAccuracy, long Tokens)
{
    /// <summary>exp of the loss: a model that is equally unsure among n tokens has a perplexity of n.</summary>
    public double Perplexity => Math.Exp(Loss);
}
