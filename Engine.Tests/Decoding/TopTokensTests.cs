using Engine.Decoding;
using Engine.Text;

namespace Engine.Tests.Decoding;

public class TopTokensTests
{
    [Property]
    public void The_tokens_kept_are_the_first_of_a_full_sort(Draw draw)
    {
        var (rows, vocabulary, width) = (draw.Integer(1, 4), 4 + (draw.Size() * 5), draw.Integer(1, 7));
        var mayEnd = draw.Flip();
        var coarse = draw.Flip(); // many equal logits
        var logits = Enumerable.Range(0, rows).Select(_ => Enumerable.Range(0, vocabulary)
            .Select(_ => coarse ? draw.Integer(-3, 3) : 3 * (float)draw.Random.NextNormal()).ToArray()).ToArray();
        var processor = new LogitsProcessor(new GreedyOptions { MinimumLength = mayEnd ? 0 : 1 });
        var top = new TopTokens(width, normalizes: true, processor);
        for (var round = 0; round < 2; round++) // the second round must not depend on the first
        {
            processor.Start(rows, 0);
            top.Start(rows);
            for (int first = 0, count; first < vocabulary; first += count)
            {
                count = Math.Min(draw.Integer(1, 100), vocabulary - first);
                top.Read(logits.SelectMany(row => row.AsSpan(first, count).ToArray()).ToArray(), first, count);
            }
        }
        for (var row = 0; row < rows; row++)
        {
            var expected = Enumerable.Range(0, vocabulary)
                .Where(t => t is not (Vocabulary.Pad or Vocabulary.Begin) && (mayEnd || t != Vocabulary.End))
                .OrderByDescending(t => logits[row][t]).ThenBy(t => t).Take(width).ToArray();
            Assert.Equal(expected, top.Of(row).ToArray());
            var logSumExp = Math.Log(logits[row].Sum(logit => Math.Exp(logit)));
            for (var rank = 0; rank < expected.Length; rank++)
            {
                Assert.Equal(logits[row][expected[rank]], top.LogitsOf(row)[rank]);
                Assert.Equal(logits[row][expected[rank]] - logSumExp, top.LogProbability(row, rank), 1e-6);
            }
        }
    }

    [Fact]
    public void Huge_logits_do_not_overflow_and_impossible_tokens_are_not_kept()
    {
        var processor = new LogitsProcessor(new GreedyOptions());
        processor.Start(1, 0);
        var top = new TopTokens(3, normalizes: true, processor);
        top.Start(1);
        top.Read([float.NegativeInfinity, -1e30f, float.NegativeInfinity, float.NegativeInfinity], 0, 4);
        top.Read([1e30f, float.NegativeInfinity, 1e30f], 4, 3);
        Assert.Equal([4, 6, 1], top.Of(0).ToArray());
        Assert.Equal(-Math.Log(2), top.LogProbability(0, 1), 1e-12);
    }
}
