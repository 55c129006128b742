using System.Globalization;
using System.Text;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// Writes the gradient norm of each layer to <c>gradients.jsonl</c>, one line an update, where the run monitors
/// gradients. <see cref="GradientLogFile"/> reads the file.
/// </summary>
public sealed class GradientLog : ITrainingObserver, IDisposable
{
    private readonly string folder;
    private readonly FolderLog file;

    /// <summary>A log in <paramref name="folder"/>.</summary>
    /// <param name="folder">The run's folder.</param>
    public GradientLog(string folder) => (this.folder, file) = (folder, new FolderLog(folder));

    /// <inheritdoc/>
    /// <remarks>A run that goes on first drops the updates that it makes again, whether it monitors gradients or not.
    /// </remarks>
    /// <exception cref="InputException">The earlier lines cannot be read or written.</exception>
    public void Started(TrainingPlan plan)
    {
        file.Begin(ModelFolder.Gradients);
        var path = Path.Combine(folder, ModelFolder.Gradients);
        if (plan.ResumedAt is { } update && File.Exists(path)) LogCut.After(update, path, run: null);
    }

    /// <inheritdoc/>
    public void FolderTaken() => file.Taken();

    /// <inheritdoc/>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Updated(UpdateReport report)
    {
        if (report.LayerGradients.Count == 0) return;
        var line = JsonOutput.OneLine(new
        {
            update = report.Update,
            layers = report.LayerGradients.ToDictionary(layer => layer.Layer, layer => Rounded(layer.Norm)),
        });
        file.Buffer.Write(Encoding.UTF8.GetBytes(line + "\n"));
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
