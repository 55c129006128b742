using Engine.Lab;

namespace Engine.Tests.Lab;

/// <summary>What the pages about recommendation share.</summary>
public class RecommendationTests
{
    [Fact]
    public void The_area_under_the_curve_is_the_share_of_pairs_in_the_right_order()
    {
        Assert.Equal(1, Auc.Of([1, 2, 3], [false, true, true]));
        Assert.Equal(0, Auc.Of([3, 2, 1], [false, true, true]));
        Assert.Equal(0.5, Auc.Of([7, 7, 7, 7], [false, true, true, false]));
        Assert.True(double.IsNaN(Auc.Of([1, 2], [true, true])));
        var random = new RandomStream(6);
        float[] scores = [.. Enumerable.Range(0, 40).Select(_ => (float)random.NextInteger(9))];
        bool[] labels = [.. scores.Select(score => random.NextInteger(12) < score)];
        var pairs = from yes in Enumerable.Range(0, 40).Where(i => labels[i])
                    from no in Enumerable.Range(0, 40).Where(i => !labels[i])
                    select scores[yes] > scores[no] ? 1 : scores[yes] == scores[no] ? 0.5 : 0;
        Assert.Equal(pairs.Average(), Auc.Of(scores, labels), 1e-12);
    }
}
