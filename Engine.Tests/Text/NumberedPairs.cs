using Engine.Text;

namespace Engine.Tests.Text;

/// <summary>Pairs of random lengths whose ids tell their numbers, so that they are known again in a batch.</summary>
internal static class NumberedPairs
{
    private const int FirstId = Vocabulary.End + 1;

    /// <summary>Pairs 0 to <paramref name="count"/> - 1, the last with a source of 70 ids.</summary>
    public static SentencePair[] Create(int count)
    {
        var random = new RandomStream(7);
        int[] Ids(int number, int length) => [.. Enumerable.Repeat(FirstId + number, length)];
        return
        [
            .. Enumerable.Range(0, count - 1).Select(number =>
                new SentencePair(Ids(number, 1 + random.NextInteger(19)), Ids(number, random.NextInteger(20)))),
            new SentencePair(Ids(count - 1, 70), Ids(count - 1, 1)),
        ];
    }

    /// <summary>The numbers of a batch's pairs, in their order.</summary>
    public static IEnumerable<int> Of(Batch batch) =>
        Enumerable.Range(0, batch.Size).Select(i => batch.Source[batch.SourceLayout.Start(i)] - FirstId);
}
