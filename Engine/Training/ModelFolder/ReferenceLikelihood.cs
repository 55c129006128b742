namespace Engine.Training;

/// <summary>How well a model foresees the tokens of references, each from the true tokens before it.</summary>
/// <param name="Loss">The mean negative log-likelihood of a token, the sentences' ends included; nats.</param>
/// <param name="TokenAccuracy">How many of the tokens are those that the model holds likeliest, from 0 to 1.</param>
/// <param name="Tokens">How many tokens there are, the sentences' ends included.</param>
public sealed record ReferenceLikelihood(double Loss, double TokenAccuracy, long Tokens)
{
    /// <summary>Among how many equally likely tokens the model is as unsure.</summary>
    public double Perplexity => Math.Exp(Loss);
}
