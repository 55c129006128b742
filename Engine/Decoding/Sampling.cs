using Engine.Models;

namespace Engine.Decoding;

/// <summary>
/// Random sampling: each token is drawn with the probability that the network gives it, after temperature, top-k and
/// top-p have changed the probabilities. The random numbers depend only on the seed, the sentence's number, the sample
/// and the step. A sentence therefore gets the same translations in any batch and on any number of threads.
/// </summary>
public static class Sampling
{
    /// <summary>Draws translations of sentences.</summary>
    /// <param name="network">The trained network.</param>
    /// <param name="source">The token ids of each source sentence, the end token included.</param>
    /// <param name="maximumLength">The most tokens of a translation, by the number of tokens of its source.</param>
    /// <param name="options">How to draw.</param>
    /// <param name="sentenceNumbers">Each sentence's number in its text; null stands for 0, 1, ...</param>
    /// <returns>
    /// <see cref="SamplingOptions.NBest"/> translations of each sentence, in the order of drawing: sample i is the same
    /// whatever the number of samples. A score is the log-probability that the network gives the translation, without
    /// temperature, top-k and top-p.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="NotFiniteNumberException">A logit is NaN or infinite.</exception>
    /// <exception cref="ArgumentException">
    /// The number of sentence numbers is not the number of sentences.
    /// </exception>
    public static Hypothesis[][] Decode(
        ITokenGenerator<float> network, IReadOnlyList<int[]> source, Func<int, int> maximumLength,
        SamplingOptions options, IReadOnlyList<int>? sentenceNumbers = null)
    {
        options.Validate();
        if (sentenceNumbers is not null && sentenceNumbers.Count != source.Count)
            throw new ArgumentException(
                $"Sampling: the sentence numbers are {sentenceNumbers.Count} and the sentences {source.Count}; give " +
                "each sentence a number.",
                nameof(sentenceNumbers));
        if (source.Count == 0) return [];
        var (processor, random) = (new LogitsProcessor(options), new RandomStream(options.Seed));
        var sequences = new List<GeneratedSequence>(source.Count * options.NBest);
        var sampler = new RandomSampler(options, processor, network.VocabularySize);
        for (var i = 0; i < source.Count; i++)
        {
            var ofSentence = random.Fork(sentenceNumbers is null ? i : sentenceNumbers[i]);
            for (var sample = 0; sample < options.NBest; sample++)
            {
                sequences.Add(new GeneratedSequence(i, maximumLength(source[i].Length), sample));
                sampler.Add(sequences[^1], ofSentence.Fork(sample));
            }
        }
        GeneratedSequence.GenerateAll(network, source, sequences, sampler, processor, options);
        return [.. sequences.Select(sequence => sequence.Result(options)).Chunk(options.NBest)];
    }
}
