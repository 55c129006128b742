namespace Engine.Text;

/// <summary>A sentence and its translation as ids, without begin and end.</summary>
/// <param name="Source">The ids of the sentence.</param>
/// <param name="Target">The ids of its translation; empty where it is to be found.</param>
public readonly record struct SentencePair(int[] Source, int[] Target)
{
    /// <summary>The places that it takes in a batch: the longer side with its begin or end.</summary>
    public int Length => Math.Max(Source.Length, Target.Length) + 1;
}
