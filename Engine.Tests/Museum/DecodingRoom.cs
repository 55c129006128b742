using Engine.Decoding;

namespace Engine.Tests.Museum;

/// <summary>From logits to tokens and sentences.</summary>
internal static class DecodingRoom
{
    public static IEnumerable<Exhibit> Exhibits =>
    [
        Exhibit.Property(
            "The temperature divides probabilities", "p / T brought back to sum 1, which is p; not softmax(z / T)",
            isWrong =>
            {
                double[] z = [1, 2, 4], p = Softmax(z);
                const double Temperature = 0.05;
                var tempered = isWrong
                    ? p.Select(v => v / Temperature / p.Sum(v => v / Temperature)).ToArray()
                    : Softmax([.. z.Select(v => v / Temperature)]);
                Assert.Equal(1, tempered[2], 1e-9); // at a low temperature, sampling is greedy
            }),
        Exhibit.Property(
            "The token that reaches top-p is left out", "while sum + p_i <= topP, not while sum < topP", isWrong =>
            {
                double[] sorted = [0.5, 0.3, 0.2];
                const double TopP = 0.6;
                var (inside, size) = (0.0, 0);
                while (size < 3 && (isWrong ? inside + sorted[size] <= TopP : inside < TopP)) inside += sorted[size++];
                Assert.InRange(inside, TopP, 1);
            }),
        Exhibit.Property(
            "The repetition penalty divides negative logits", "z / penalty also where z < 0, not z * penalty there",
            isWrong =>
            {
                float[] logits = [-2, -2];
                if (isWrong) logits[0] /= 1.5f;
                else
                {
                    var processor = new LogitsProcessor(new GreedyOptions { RepetitionPenalty = 1.5 });
                    processor.Start(1, 1);
                    processor.AddHistory(0, [0]);
                    processor.Penalize(logits, 0, 2);
                }
                Assert.True(logits[0] < logits[1], $"the token that repeats has {logits[0]}, the other {logits[1]}");
            }),
        Exhibit.Property(
            "A beam compares sums of different lengths", "score = sum ln p, not sum ln p / penalty(length)", isWrong =>
            {
                // The longer translation is likelier token for token.
                double[] shorter = [-0.7, -0.7], longer = [-0.4, -0.4, -0.4, -0.4];
                double Score(double[] logs) =>
                    logs.Sum() / new BeamOptions { LengthPenalty = isWrong ? 0 : 1 }.PenaltyOf(logs.Length);
                Assert.True(Score(longer) > Score(shorter), $"{Score(longer)} against {Score(shorter)}");
            }),
    ];

    private static double[] Softmax(double[] z)
    {
        var exponentials = z.Select(v => Math.Exp(v - z.Max())).ToArray();
        return [.. exponentials.Select(e => e / exponentials.Sum())];
    }
}
