using System.Text;
using Engine.Storage;

namespace Engine.Training;

/// <summary>Writes the events of training to a file, one JSON object a line.</summary>
public sealed class JsonLinesLog : ITrainingObserver, IDisposable
{
    private readonly StreamWriter writer;

    /// <summary>A new log.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="mode">Whether an existing file is an error, is replaced, or is appended to.</param>
    /// <exception cref="InputException">The file exists and may not be replaced, or cannot be created.</exception>
    public JsonLinesLog(string path, FileMode mode = FileMode.CreateNew)
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

    /// <inheritdoc/>
    public void Started(TrainingPlan plan) => Write(new
    {
        @event = "started",
        trainPairs = plan.TrainPairs,
        validPairs = plan.ValidPairs,
        parameters = plan.Model.Network.Parameters.Sum(parameter => (long)parameter.Count),
        seed = plan.Model.Configuration.Seed,
        bleuTokenizer = plan.BleuTokenizer,
        bleuSentences = plan.BleuSentences,
    });

    /// <inheritdoc/>
    public void Updated(UpdateReport report)
    {
        Write(new
        {
            @event = "update",
            update = report.Update,
            epoch = report.Epoch,
            loss = report.Loss,
            gradientNorm = report.GradientNorm,
            learningRate = report.LearningRate,
            tokensPerSecond = Math.Round(report.TokensPerSecond),
            seconds = Math.Round(report.Elapsed.TotalSeconds, 3),
        });
        if (report.LayerGradients.Count == 0) return;
        Write(new
        {
            @event = "gradients",
            update = report.Update,
            layers = report.LayerGradients.ToDictionary(layer => layer.Layer, layer => layer.Norm),
        });
    }

    /// <inheritdoc/>
    public void Validated(ValidationReport report)
    {
        Write(new
        {
            @event = "validation",
            update = report.Update,
            loss = report.Loss.Plain,
            smoothedLoss = report.Loss.Smoothed,
            perplexity = report.Perplexity,
            bleu = report.Bleu,
            averaged = report.Averaged,
            best = report.IsBest,
            seconds = Math.Round(report.Elapsed.TotalSeconds, 3),
        });
        writer.Flush();
    }

    /// <summary>Writes buffered lines and closes the file.</summary>
    public void Dispose() => writer.Dispose();

    private void Write<TEntry>(TEntry entry) => writer.WriteLine(JsonOutput.OneLine(entry));
}
