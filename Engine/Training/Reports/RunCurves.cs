using Engine.Charts;

namespace Engine.Training;

/// <summary>The curves of a run, each a list of updates with their values.</summary>
/// <param name="Train">The training loss, label smoothing and penalties included.</param>
/// <param name="Valid">The validation loss, label smoothing included.</param>
/// <param name="Bleu">BLEU of the validation sentences, 0 to 100; empty for a classifier.</param>
/// <param name="Rate">The learning rate.</param>
public sealed record RunCurves(
    IReadOnlyList<(float Update, float Value)> Train, IReadOnlyList<(float Update, float Value)> Valid,
    IReadOnlyList<(float Update, float Value)> Bleu, IReadOnlyList<(float Update, float Value)> Rate)
{
    /// <summary>The panels of a chart of the curves; a panel without values is left out.</summary>
    public IReadOnlyList<ChartPanel> Panels =>
    [
        .. ((ChartPanel[])
        [
            new(
                "loss, nats per target token", 240,
                [new("training, running mean", "train", Smooth(Train)), new("validation", "valid", Valid)]),
            new("BLEU of the validation, 0 to 100", 130, [new("validation BLEU", "bleu", Bleu)]),
            new("learning rate", 70, [new("learning rate", "rate", Rate)]),
        ]).Where(panel => panel.Lines.Any(line => line.Points.Any(point => float.IsFinite(point.Y)))),
    ];

    /// <summary>
    /// The running mean over about a fiftieth of the run. The division by the sum of weights removes the bias towards
    /// 0 at the beginning, as Adam's bias correction does.
    /// </summary>
    private static IReadOnlyList<(float, float)> Smooth(IReadOnlyList<(float Update, float Value)> points)
    {
        var keep = 1 - 1 / Math.Clamp(points.Count / 50.0, 1, 100);
        var (sum, weight) = (0.0, 0.0);
        var means = new List<(float, float)>(points.Count);
        foreach (var (update, value) in points)
        {
            (sum, weight) = (keep * sum + (1 - keep) * value, keep * weight + 1 - keep);
            means.Add((update, (float)(sum / weight)));
        }
        return means;
    }
}
