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
    /// <summary>The validation loss of the average of checkpoints at the end: one point, or none.</summary>
    public IReadOnlyList<(float Update, float Value)> Average { get; init; } = [];

    /// <summary>BLEU of the average of checkpoints: one point, or none.</summary>
    public IReadOnlyList<(float Update, float Value)> AverageBleu { get; init; } = [];

    /// <summary>The validation loss of the best model: one point, or none.</summary>
    public IReadOnlyList<(float Update, float Value)> Best { get; init; } = [];

    /// <summary>BLEU of the best model: one point, or none.</summary>
    public IReadOnlyList<(float Update, float Value)> BestBleu { get; init; } = [];

    /// <summary>The accuracy of the validation labels, in percent; empty for a model that translates.</summary>
    public IReadOnlyList<(float Update, float Value)> Accuracy { get; init; } = [];

    /// <summary>The panels of a chart of the curves; a panel without values is left out.</summary>
    public IReadOnlyList<ChartPanel> Panels =>
    [
        .. ((ChartPanel[])
        [
            new(
                "loss, nats per target token", 240,
                [new("training, running mean", "train", Smooth(Train)), new("validation", "valid", Valid)])
            {
                Marks = Marks("valid", Average, Best),
            },
            new("BLEU of the validation, 0 to 100", 130, [new("validation BLEU", "bleu", Bleu)])
            {
                Marks = Marks("bleu", AverageBleu, BestBleu),
            },
            new("accuracy of the validation labels, percent", 130, [new("validation accuracy", "bleu", Accuracy)])
            {
                Marks = Marks("bleu", [], [.. Accuracy.Where(at => Best.Any(best => best.Update == at.Update))]),
            },
            new("learning rate", 70, [new("learning rate", "rate", Rate)]),
        ]).Where(panel => panel.Lines.Any(line => line.Points.Any(point => float.IsFinite(point.Y)))),
    ];

    private static CurveMark[] Marks(
        string style, IReadOnlyList<(float, float)> average, IReadOnlyList<(float, float)> best) =>
        [new("average", style, IsRing: false, average), new("best", style, IsRing: true, best)];

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
