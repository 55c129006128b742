using Engine.Decoding;

namespace Engine.Tests.Decoding;

/// <summary>What a beam search does with candidates that are equally likely.</summary>
public class BeamTieTests
{
    private const float Never = float.NegativeInfinity;

    [Fact]
    public void Of_equally_likely_extensions_the_first_parents_come_first_and_then_the_lower_token()
    {
        var (sentence, read) = Begin(width: 3);
        Assert.Equal([(0, 4), (0, 5)], read([Never, Never, Never, Never, 0, 0]));
        // Each of the four extensions has a quarter.
        var equal = read([Never, Never, Never, Never, 0, 0, Never, Never, Never, Never, 0, 0]);
        Assert.Equal([(0, 4), (0, 5), (1, 4)], equal);
        Assert.False(sentence.IsDone);
    }

    [Fact]
    public void Of_equally_likely_translations_the_first_that_ended_is_the_best()
    {
        var (sentence, read) = Begin(width: 2);
        read([Never, Never, Never, Never, 0, 0]);
        read([Never, Never, Never, 0, Never, Never, Never, Never, Never, 0, Never, Never]);
        Assert.True(sentence.IsDone);
        Assert.Equal([[4], [5]], sentence.Best().Select(found => found.Tokens));
        Assert.All(sentence.Best(), found => Assert.Equal(Math.Log(0.5), found.Score, 1e-6));
    }

    /// <summary>
    /// A search over a vocabulary of six tokens, and a step of it: takes the logits of each open hypothesis, and gives
    /// the parent's row and the token of each hypothesis that is open afterwards.
    /// </summary>
    private static (BeamSentence Sentence, Func<float[], (int Row, int Token)[]> Read) Begin(int width)
    {
        const int Vocabulary = 6;
        var options = new BeamOptions { Width = width, NBest = width, LengthPenalty = 0 };
        var sentence = new BeamSentence(options, 0, maximumLength: 9);
        var processor = new LogitsProcessor(options);
        var top = new TopTokens(width + 1, normalizes: true, processor);
        var length = 0;
        return (sentence, logits =>
        {
            var rows = logits.Length / Vocabulary;
            processor.Start(rows, length++);
            top.Start(rows);
            top.Read(logits, 0, Vocabulary);
            var (parents, tokens) = (new List<int>(), new List<int>());
            Assert.Equal(rows, sentence.Advance(top, 0, parents, tokens));
            return [.. parents.Zip(tokens)];
        });
    }
}
