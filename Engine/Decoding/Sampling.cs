using Engine.Models;

namespace Engine.Decoding;

/// <summary>
/// Random sampling: each token is drawn by the probability that the model gives it, or by what temperature, top-k and
/// top-p make of it. Chance depends on the seed, the sentence's number, the sample and the step alone, so that a batch
/// gives what its sentences give alone, on any number of threads.
/// </summary>
public static class Sampling
{
    /// <summary>Draws translations of sentences.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">Token numbers of each sentence, with the end token.</param>
    /// <param name="maximumLength">The most tokens of the translation of a sentence of given length.</param>
    /// <param name="options">How to draw.</param>
    /// <param name="numbers">Each sentence's number in the text that it comes from; 0, 1, ... if not given.</param>
    /// <returns>
    /// <see cref="SamplingOptions.NBest"/> translations of each sentence, in the order in which they are drawn: the
    /// first ones are those that fewer would be. Scores are the log-probabilities that the model gives them, whatever
    /// temperature, top-k and top-p made of them.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside of its range.</exception>
    /// <exception cref="ArgumentException">There is not one number for each sentence.</exception>
    public static Hypothesis[][] Decode(
        TranslationNetwork<float> model, IReadOnlyList<int[]> source, Func<int, int> maximumLength,
        SamplingOptions options, IReadOnlyList<int>? numbers = null)
    {
        options.Validate();
        if (numbers is not null && numbers.Count != source.Count)
            throw new ArgumentException(
                $"Sampling: {numbers.Count} numbers were given for {source.Count} sentences; give one for each.",
                nameof(numbers));
        if (source.Count == 0) return [];
        var (rules, random) = (new LogitsProcessor(options), new RandomStream(options.Seed));
        var sequences = new List<GeneratedSequence>(source.Count * options.NBest);
        var sampler = new TokenSampler(options, rules, model.Configuration.TargetVocabulary);
        for (var i = 0; i < source.Count; i++)
        {
            var ofSentence = random.Fork(numbers is null ? i : numbers[i]);
            for (var sample = 0; sample < options.NBest; sample++)
            {
                sequences.Add(new GeneratedSequence(i, maximumLength(source[i].Length)));
                sampler.Expect(sequences[^1], ofSentence.Fork(sample));
            }
        }
        GeneratedSequence.Run(model, source, sequences, sampler, rules, options.Aligns);
        return
        [
            .. sequences.Select(sequence => new Hypothesis(sequence.Tokens, sampler.LogProbabilityOf(sequence))
            {
                SourcePositions = options.Aligns ? sequence.SourcePositions : null,
            }).Chunk(options.NBest),
        ];
    }
}
