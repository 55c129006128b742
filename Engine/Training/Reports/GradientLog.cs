using System.Globalization;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// Writes the gradient norm of each layer to <c>gradients.jsonl</c>, one line an update, where the run monitors
/// gradients. <see cref="GradientLogFile"/> reads the file.
/// </summary>
public sealed class GradientLog : ITrainingObserver, IDisposable
{
    private readonly FolderLog file;

    /// <summary>A log in <paramref name="folder"/>.</summary>
    /// <param name="folder">The run's folder.</param>
    public GradientLog(string folder) => file = new FolderLog(folder);

    /// <inheritdoc/>
    /// <exception cref="InputException">The earlier lines cannot be read or written.</exception>
    public void Started(TrainingPlan plan) => file.BeginLines(ModelFolder.Gradients, plan);

    /// <inheritdoc/>
    public void FolderTaken() => file.Taken();

    /// <inheritdoc/>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Updated(UpdateReport report)
    {
        if (report.LayerGradients.Count == 0) return;
        file.AddLine(new GradientLine(
            report.Update, report.LayerGradients.ToDictionary(layer => layer.Layer, layer => Rounded(layer.Norm))));
        file.AppendIfLarge();
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Validated(ValidationReport report) => file.Append();

    /// <summary>Appends what is buffered.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Dispose() => file.Dispose();

    // Five digits are more than a picture shows, and make the file half as long as all digits.
    private static double Rounded(double norm) =>
        double.Parse(norm.ToString("G5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
