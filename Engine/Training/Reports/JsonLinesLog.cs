using System.Text;
using System.Text.Json;
using Engine.Storage;

namespace Engine.Training;

/// <summary>Writes the events of training to a file, one JSON object a line.</summary>
/// <remarks>
/// A log that replaces another stays in memory as long as the run's folder holds an earlier run: the old log goes when
/// that run goes. A log that continues another first drops what the run will do again (<see cref="LogCut"/>).
/// </remarks>
public sealed class JsonLinesLog : ITrainingObserver, IDisposable
{
    private readonly string path;
    private readonly FileMode mode;
    private readonly StringBuilder held = new();
    private StreamWriter? writer;
    private bool isHeld, isBroken;

    /// <summary>A new log.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="mode">Whether an existing file is an error, is replaced, or is appended to.</param>
    /// <exception cref="InputException">The file exists and may not be replaced, or cannot be created.</exception>
    public JsonLinesLog(string path, FileMode mode = FileMode.CreateNew)
    {
        (this.path, this.mode) = (path, mode);
        if (mode == FileMode.CreateNew || !File.Exists(path)) Open(mode);
    }

    /// <inheritdoc/>
    public void Started(TrainingPlan plan)
    {
        isHeld = writer is null && FolderChange.IsOpen(plan.Folder);
        var parameters = plan.Model.Network.Parameters.Sum(parameter => (long)parameter.Count);
        if (writer is null && plan.ResumedAt is { } update && mode == FileMode.Append)
        {
            var run = new LoggedRun(plan.TrainPairs, plan.ValidPairs, parameters, plan.Model.Configuration.Seed);
            LogCut.After(update, path, run);
        }
        Write(new StartedEvent(
            "started", plan.ResumedAt, plan.TrainPairs, plan.ValidPairs, parameters, plan.Model.Configuration.Seed,
            plan.BleuTokenizer, plan.BleuSentences));
    }

    /// <inheritdoc/>
    public void FolderTaken()
    {
        if (!isHeld) return;
        isHeld = false;
        WriteText(held.ToString());
        held.Clear();
    }

    /// <inheritdoc/>
    public void Updated(UpdateReport report)
    {
        Write(new UpdateEvent(
            "update", report.Update, report.Epoch, report.Loss, report.GradientNorm, report.LearningRate,
            Math.Round(report.TokensPerSecond), Math.Round(report.Elapsed.TotalSeconds, 3)));
        if (report.LayerGradients.Count == 0) return;
        Write(new GradientsEvent(
            "gradients", report.Update, report.LayerGradients.ToDictionary(layer => layer.Layer, layer => layer.Norm)));
    }

    /// <inheritdoc/>
    public void Validated(ValidationReport report)
    {
        Write(new ValidationEvent(
            "validation", report.Update, report.Loss.Plain, report.Loss.Smoothed, report.Perplexity, report.Bleu,
            report.Accuracy, report.Averaged, report.IsBest, Math.Round(report.Elapsed.TotalSeconds, 3)));
        if (writer is not null) Do(writer.Flush);
    }

    /// <summary>Writes buffered lines and closes the file.</summary>
    /// <exception cref="InputException">The lines cannot be written.</exception>
    public void Dispose()
    {
        if (writer is not null && !isBroken) Do(writer.Dispose);
    }

    private void Write<TEntry>(TEntry entry) =>
        WriteText(JsonSerializer.Serialize(entry, typeof(TEntry), TrainingTypes.Lines) + Environment.NewLine);

    private void WriteText(string lines)
    {
        if (isHeld) held.Append(lines);
        else
        {
            if (writer is null) Open(mode);
            Do(() => writer!.Write(lines));
        }
    }

    private void Open(FileMode mode)
    {
        try
        {
            writer = new StreamWriter(Disk.Open(path, mode), new UTF8Encoding(false));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException(
                $"{path}: the log cannot be made ({FileProblem.OneLine(failure.Message).TrimEnd('.')}); "
                + "name a file that does not exist yet.", failure);
        }
    }

    private void Do(Action write)
    {
        try
        {
            write();
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            isBroken = true;
            writer!.BaseStream.Dispose(); // not the writer, which would write again what it has buffered
            throw FileProblem.Of(path, "written", failure);
        }
    }
}
