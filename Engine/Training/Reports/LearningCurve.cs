using System.Text.Json;
using System.Xml;
using Engine.Charts;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// Draws the run's losses, BLEU or accuracy, and learning rate as <c>curve.svg</c>, and draws them again at every
/// validation, and when the run ends. The file also holds the numbers, so that a resumed run continues its curves.
/// </summary>
public sealed class LearningCurve : ITrainingObserver, IDisposable
{
    // A picture of an earlier version has the first four curves.
    private const int Curves = 4;

    private static readonly string[] Names =
        ["train", "valid", "bleu", "rate", "average", "averageBleu", "best", "bestBleu", "accuracy"];

    private readonly string folder;
    private readonly List<(float Update, float Value)> train = [], valid = [], bleu = [], rate = [];
    private readonly List<(float Update, float Value)> average = [], averageBleu = [], best = [], bestBleu = [];
    private readonly List<(float Update, float Value)> accuracy = [];
    private bool isFolderTaken, isDrawn = true;

    /// <summary>A curve in <paramref name="folder"/>.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="resumes">Whether to continue the curves of the file.</param>
    public LearningCurve(string folder, bool resumes = false)
    {
        this.folder = folder;
        if (resumes) Restore(ModelFolder.PathOf(folder, ModelFolder.Curve));
    }

    /// <inheritdoc/>
    public void Started(TrainingPlan plan)
    {
        // The run may continue from an earlier update than the curves end at.
        foreach (var line in Lines) line.RemoveAll(point => point.Update > (plan.ResumedAt ?? 0));
        // A run averages its checkpoints at its end. The run that goes on has not ended, and its best model is that of
        // an update.
        if (best.Exists(average.Contains)) Clear(best, bestBleu);
        Clear(average, averageBleu);
    }

    /// <inheritdoc/>
    public void FolderTaken() => isFolderTaken = true;

    /// <inheritdoc/>
    public void Updated(UpdateReport report)
    {
        isDrawn = false;
        train.Add((report.Update, (float)report.Loss));
        rate.Add((report.Update, (float)report.LearningRate));
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Validated(ValidationReport report)
    {
        var (update, loss) = (report.Update, (float)report.Loss.Smoothed); // the training loss is smoothed too
        (report.Averaged > 0 ? average : valid).Add((update, loss));
        if (report.IsBest)
        {
            Clear(best, bestBleu);
            best.Add((update, loss));
        }
        if (report.Bleu is { } score)
        {
            (report.Averaged > 0 ? averageBleu : bleu).Add((update, (float)score));
            if (report.IsBest) bestBleu.Add((update, (float)score));
        }
        if (report is { Accuracy: { } percent, Averaged: 0 }) accuracy.Add((update, (float)percent));
        Draw(report.Update);
    }

    /// <summary>Draws the updates after the last validation, of a run that ended in another way.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Dispose()
    {
        if (isFolderTaken && !isDrawn) Draw((int)train[^1].Update);
    }

    private void Draw(int last)
    {
        isDrawn = true;
        var place = FolderChange.PlaceToWrite(folder);
        RunFolder.Make(place);
        var chart = new CurveChart(Math.Max(last, 1));
        foreach (var panel in Drawn.Panels) chart.Panel(panel);
        var points = Names.Zip(Lines).ToDictionary(
            named => named.First,
            named => CurveChart.Thin(named.Second).Where(point => float.IsFinite(point.Y))
                .Select(point => (float[])[point.X, point.Y]).ToArray());
        AtomicFile.WriteText(Path.Combine(place, ModelFolder.Curve), chart.ToSvg(
            JsonSerializer.Serialize(points, TrainingTypes.Default.DictionaryStringSingleArrayArray)));
    }

    private List<(float Update, float Value)>[] Lines =>
        [train, valid, bleu, rate, average, averageBleu, best, bestBleu, accuracy];

    private RunCurves Drawn => new(train, valid, bleu, rate)
    {
        Average = average, AverageBleu = averageBleu, Best = best, BestBleu = bestBleu, Accuracy = accuracy,
    };

    private static void Clear(params ReadOnlySpan<List<(float Update, float Value)>> marks)
    {
        foreach (var mark in marks) mark.Clear();
    }

    private void Restore(string path)
    {
        if (!File.Exists(path)) return;
        try
        {
            InputFile.RequireContent(path);
            using var stream = InputFile.Open(path);
            foreach (var (line, points) in Lines.Zip(PointsOf(stream, path))) line.AddRange(points);
        }
        catch (InputException)
        {
            // An edited picture is no reason to stop training: the curves begin here.
            foreach (var line in Lines) line.Clear();
        }
    }

    /// <summary>The curves that a run's folder has; empty if it has none that can be read.</summary>
    /// <param name="folder">The run's folder.</param>
    public static RunCurves Read(string folder)
    {
        return new LearningCurve(folder, resumes: true).Drawn;
    }

    /// <summary>The points of each curve in a picture that <see cref="Validated"/> wrote.</summary>
    /// <exception cref="InputException">The stream is no such picture.</exception>
    internal static IReadOnlyList<IReadOnlyList<(float Update, float Value)>> PointsOf(Stream svg, string name)
    {
        const string Remedy = "remove the file, and the curves begin anew";
        try
        {
            var settings = new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = JsonText.Longest,
            };
            using var reader = XmlReader.Create(svg, settings);
            if (!reader.ReadToFollowing("metadata", "http://www.w3.org/2000/svg"))
                throw new InputException($"{name}: has no metadata; {Remedy}");
            var curves = JsonInput.Parse(reader.ReadElementContentAsString(), name, "the metadata", Remedy)
                .Properties("the metadata must be an object of curves").ToDictionary(curve => curve.Key);
            return [.. Names.Select((curve, i) => curves.TryGetValue(curve, out var points) ? PointsOf(points)
                : i >= Curves ? [] : throw new InputException($"{name}: the metadata lacks '{curve}'; {Remedy}"))];
        }
        catch (Exception failure) when (failure is XmlException || FileProblem.IsOne(failure))
        {
            throw new InputException($"{name}: cannot be read as SVG; {Remedy}", failure);
        }
    }

    private static IReadOnlyList<(float Update, float Value)> PointsOf(JsonInput curve)
    {
        return [.. curve.Items($"'{curve.Key}' must be a list of points").Select(Point)];

        static (float, float) Point(JsonInput point)
        {
            var numbers = point.Items("a point must be a list of two numbers")
                .Select(number => number.TryNumber(out var value) ? (float)value : float.NaN).ToArray();
            return numbers is [var update, var value] && float.IsFinite(update) && float.IsFinite(value)
                ? (update, value) : throw point.Wrong("a point must be a list of two numbers");
        }
    }
}
