namespace Engine.Text;

/// <summary>A sentence and its translation as ids, without begin and end.</summary>
/// <param name="Source">The ids of the sentence.</param>
/// <param name="Target">The ids of its translation.</param>
public readonly record struct SentencePair(int[] Source, int[] Target)
{
    /// <summary>The ids of the longer side, its begin or end included.</summary>
    public int Length => Math.Max(Source.Length, Target.Length) + 1;
}
