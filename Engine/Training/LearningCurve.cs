using Engine.Storage;

namespace Engine.Training;

/// <summary>Draws the run's losses, BLEU and learning rate as <c>curve.svg</c>, anew at every validation.</summary>
public sealed class LearningCurve(string folder) : ITrainingObserver
{
    private readonly List<(double Update, double Value)> train = [], valid = [], bleu = [], rate = [];

    /// <inheritdoc/>
    public void Started(TrainingPlan plan)
    {
    }

    /// <inheritdoc/>
    public void Updated(UpdateReport report)
    {
        train.Add((report.Update, report.Loss));
        rate.Add((report.Update, report.LearningRate));
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Validated(ValidationReport report)
    {
        valid.Add((report.Update, report.Loss));
        if (report.Bleu is { } score) bleu.Add((report.Update, score));
        RunFolder.Make(folder);
        var chart = new CurveChart(Math.Max(report.Update, 1));
        chart.Panel(
            240, "loss", [new("training (smoothed)", "train", Smooth(train)), new("validation", "valid", valid)]);
        if (bleu.Count > 0) chart.Panel(130, "BLEU", [new("validation BLEU", "bleu", bleu)]);
        chart.Panel(70, "learning rate", [new("learning rate", "rate", rate)]);
        AtomicFile.WriteText(Path.Combine(folder, "curve.svg"), chart.ToSvg());
    }

    /// <summary>
    /// The running mean over about a fiftieth of the run, weighted so that it does not begin at 0 (as Adam's moments).
    /// </summary>
    private static List<(double, double)> Smooth(List<(double Update, double Value)> points)
    {
        var keep = 1 - 1 / Math.Clamp(points.Count / 50.0, 1, 100);
        var (sum, weight) = (0.0, 0.0);
        return points.ConvertAll(point =>
        {
            (sum, weight) = (keep * sum + (1 - keep) * point.Value, keep * weight + 1 - keep);
            return (point.Update, sum / weight);
        });
    }
}
