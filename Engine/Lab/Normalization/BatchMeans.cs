namespace Engine.Lab;

/// <summary>Sees the batches that BatchNorm normalizes, and says how much their means vary.</summary>
internal sealed class BatchMeans : TapeObserver<float>
{
    private readonly List<List<(double[] Means, double[] Variances, int Rows)>> layers = [];
    private int layer, last = int.MaxValue;

    /// <summary>The deviation of a channel's batch means, by the channel's deviation; 0 before two batches.</summary>
    public double Variation => layers.Count == 0 ? 0 : layers.Average(batches =>
    {
        var channels = batches[0].Means.Length;
        return Enumerable.Range(0, channels).Average(c =>
        {
            var mean = batches.Average(batch => batch.Means[c]);
            var between = batches.Average(batch => (batch.Means[c] - mean) * (batch.Means[c] - mean));
            return Math.Sqrt(between / (between + batches.Average(batch => batch.Variances[c])));
        });
    });

    /// <summary>The same of independent rows: 1 / √m.</summary>
    public double OfIndependentRows =>
        layers.Count == 0 ? 0 : layers.Average(batches => batches.Average(batch => 1 / Math.Sqrt(batch.Rows)));

    /// <inheritdoc/>
    public override void Recorded(
        int node, CatalogueEntry? entry, Tensor<float> y, ReadOnlySpan<Tensor<float>?> inputs)
    {
        if (node < last) layer = 0; // another tape: another batch begins at the first layer
        last = node;
        if (entry?.Name != "BatchNorm") return;
        var (x, channels) = (inputs[0]!.ToArray(), y.Shape[1]);
        double[] means = new double[channels], variances = new double[channels];
        for (var i = 0; i < x.Length; i++) means[i % channels] += (double)x[i] * channels / x.Length;
        for (var i = 0; i < x.Length; i++)
        {
            var off = x[i] - means[i % channels];
            variances[i % channels] += off * off * channels / x.Length;
        }
        if (layer == layers.Count) layers.Add([]);
        layers[layer++].Add((means, variances, x.Length / channels));
    }
}
