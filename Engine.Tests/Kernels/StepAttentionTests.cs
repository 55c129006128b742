using Engine.Kernels;

namespace Engine.Tests.Kernels;

public class StepAttentionTests
{
    [Property(MaxTest = 30)]
    public void A_step_equals_the_formula_over_the_rows_that_are_named(Draw draw)
    {
        var (heads, dK) = (draw.Integer(1, 4), draw.Size());
        var (dModel, rows, queries) = (heads * dK, draw.Integer(1, 40), draw.Integer(1, 5));
        var queryStride = dModel + draw.Integer(0, 5);
        var q = Samples.Normal(draw.Random, [queries, queryStride]).ToArray();
        var kv = Samples.Normal(draw.Random, [rows, 2 * dModel]).ToArray();
        var counts = Enumerable.Range(0, queries).Select(_ => draw.Integer(0, 40)).ToArray();
        var starts = Enumerable.Range(0, queries).Select(i => counts[..i].Sum()).ToArray();
        var named = Enumerable.Range(0, counts.Sum()).Select(_ => draw.Integer(0, rows - 1)).ToArray();
        var y = new double[queries * dModel];
        Array.Fill(y, double.NaN);
        var scratch = new double[StepAttentionKernel.ScratchSize(heads, counts.Max())];
        StepAttentionKernel.Run<double>(q, queryStride, kv, heads, named, starts, counts, scratch, y);
        Close.To(Twin(), y, 1e-13);
        var (most, again) = (counts.Max() + draw.Integer(1, 3), new double[y.Length]);
        var kept = new double[queries * heads * most];
        StepAttentionKernel.Run<double>(
            q, queryStride, kv, heads, named, starts, counts, scratch, again, kept);
        Assert.Equal(y, again);
        Close.To(Weights(most), kept, 1e-13);
        var single = new float[y.Length];
        StepAttentionKernel.Run(
            Float(q), queryStride, Float(kv), heads, named, starts, counts, new float[scratch.Length], single);
        Close.To(Twin(), [.. single.Select(value => (double)value)], 1e-5);

        double[] Weights(int most)
        {
            var expected = new double[queries * heads * most];
            for (var i = 0; i < queries; i++)
            {
                for (var h = 0; h < heads; h++)
                {
                    var scores = named.AsSpan(starts[i], counts[i]).ToArray().Select(row => Math.Exp(
                        Enumerable.Range(h * dK, dK).Sum(
                            d => q[(i * queryStride) + d] * kv[(row * 2 * dModel) + d]) / Math.Sqrt(dK)))
                        .ToArray();
                    for (var t = 0; t < scores.Length; t++)
                        expected[(((i * heads) + h) * most) + t] = scores[t] / scores.Sum();
                }
            }
            return expected;
        }

        double[] Twin()
        {
            var expected = new double[y.Length];
            for (var i = 0; i < queries; i++)
            {
                for (var j = 0; j < dModel; j++)
                {
                    var head = j / dK * dK;
                    var attended = named.AsSpan(starts[i], counts[i]).ToArray();
                    var scores = attended.Select(row => Math.Exp(Enumerable.Range(head, dK).Sum(
                        d => q[(i * queryStride) + d] * kv[(row * 2 * dModel) + d]) / Math.Sqrt(dK))).ToArray();
                    for (var t = 0; t < scores.Length; t++)
                        expected[(i * dModel) + j] +=
                            scores[t] / scores.Sum() * kv[(attended[t] * 2 * dModel) + dModel + j];
                }
            }
            return expected;
        }
    }

    private static ReadOnlySpan<float> Float(double[] values) => values.Select(value => (float)value).ToArray();
}
