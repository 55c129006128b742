using Engine.Cli;
using Engine.Storage;
using Engine.Training;

namespace Engine.Tests.Fuzz;

/// <summary>
/// Targets that put an input into the place of a file that a run has written about itself. Each reads the file and
/// draws what is in it, as the verbs do that read it.
/// </summary>
/// <param name="models">Copies model folders.</param>
internal sealed class FuzzedReports(FuzzedModels models)
{
    private const string Run = "half-finished";

    private static CommandStreams Silent => new(Stream.Null, TextWriter.Null, TextWriter.Null);

    /// <summary>
    /// A target that reads the report of a run as <c>inspect</c> and <c>serve</c> do, and continues the report and
    /// draws the page as <c>train --resume</c> does.
    /// </summary>
    /// <param name="name">The target's name.</param>
    public FuzzTarget RunTarget(string name)
    {
        var folder = models.Copy(Run, name);
        var file = Path.Combine(folder, ModelFolder.Report);
        var seed = File.ReadAllBytes(file);
        var model = new Lazy<TranslationModel>(() => TranslationModel.Load(folder));
        return new(name, [seed], bytes =>
        {
            File.WriteAllBytes(file, bytes);
            All(
                () => SummaryReport.WriteText(Silent, model.Value, folder),
                () => SummaryReport.WriteJson(TextWriter.Null, model.Value, folder),
                () => _ = SampleSentences.Of(folder, model.Value),
                () => EarlierText.Take(TrainOptions.Parse(["--resume"]), folder, new ProgressLine(Silent)),
                () => EarlierRun.StatusOf(folder, EarlierRun.ConfigurationOf(folder)),
                () =>
                {
                    Draw(folder, model.Value);
                    new RunReport(folder, ["engine", "train"], [], resumes: true)
                        .Started(new TrainingPlan(model.Value, 1, 1, 1, folder));
                    Draw(folder, model.Value);
                });
        }) { IsJson = true };

        static void Draw(string folder, TextModel model)
        {
            var origin = new ReportOrigin(folder);
            _ = origin.Reason() + origin.Results(model, null) + origin.Account();
        }
    }

    /// <summary>A target that draws the curves of a run, continues them, and draws them again.</summary>
    /// <param name="name">The target's name.</param>
    /// <param name="seed">A picture with its curves.</param>
    public FuzzTarget CurveTarget(string name, byte[] seed)
    {
        var folder = models.Copy(Run, name);
        var file = Path.Combine(folder, ModelFolder.Curve);
        return new(name, [seed], bytes =>
        {
            File.WriteAllBytes(file, bytes);
            All(
                () => LearningCurve.PointsOf(new MemoryStream(bytes), ModelFolder.Curve),
                () => ReportCurves.Losses(LearningCurve.Read(folder)),
                () =>
                {
                    using (var curve = new LearningCurve(folder, resumes: true))
                    {
                        curve.FolderTaken();
                        curve.Updated(new UpdateReport(3, 1, 6, 1, 0.001, 100, TimeSpan.FromSeconds(1), 0.5));
                    }
                    ReportCurves.Losses(LearningCurve.Read(folder));
                });
        }) { IsJson = true };
    }

    /// <summary>A target that draws the gradient norms of a run.</summary>
    /// <param name="name">The target's name.</param>
    /// <param name="seed">A log.</param>
    public FuzzTarget GradientTarget(string name, byte[] seed) => new(name, [seed], bytes =>
        All(
            () => ReportCurves.Gradients(GradientLogFile.Read(new MemoryStream(bytes), ModelFolder.Gradients, 2)),
            () => ReportCurves.Gradients(GradientLogFile.Read(new MemoryStream(bytes), ModelFolder.Gradients, 500))))
        { IsJson = true };

    /// <summary>A target that draws the sample translations of a run.</summary>
    /// <param name="name">The target's name.</param>
    /// <param name="seed">A log.</param>
    public FuzzTarget SampleTarget(string name, byte[] seed) => new(name, [seed], bytes =>
        ReportSamples.Of(SampleLog.Read(new MemoryStream(bytes), ModelFolder.Samples))) { IsJson = true };

    /// <summary>Does all steps; the first refusal of a step is told at the end.</summary>
    private static void All(params ReadOnlySpan<Action> steps)
    {
        InputException? first = null;
        foreach (var step in steps)
        {
            try
            {
                step();
            }
            catch (InputException refusal)
            {
                first ??= refusal;
            }
        }
        if (first is not null) throw first;
    }
}
