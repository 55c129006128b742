using System.Text.Json;
using Engine.Storage;

namespace Engine.Training;

/// <summary>A validation with the answers of its samples.</summary>
/// <param name="Update">The number of the last update.</param>
/// <param name="Loss">The mean loss of a target token.</param>
/// <param name="Bleu">BLEU of the validation sentences, 0 to 100; null where none were translated.</param>
/// <param name="Averaged">The number of checkpoints that the model averages; 0 for the model of the update.</param>
/// <param name="Best">Whether the model was better than all before.</param>
/// <param name="Samples">A few validation sentences with the model's answers.</param>
/// <param name="Accuracy">The share of the validation labels that are right, in percent; null for a model that
/// translates, and in files of earlier versions.</param>
public sealed record LoggedValidation(
    int Update, double? Loss, double? Bleu, int Averaged, bool Best, IReadOnlyList<TranslationSample> Samples,
    double? Accuracy = null);

/// <summary>
/// Writes the validation sentences that are shown as samples, with the model's answers, to <c>samples.jsonl</c>, one
/// line a validation: a reader sees the answers change.
/// </summary>
public sealed class SampleLog : ITrainingObserver, IDisposable
{
    private static readonly TrainingTypes Types = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });

    private readonly FolderLog file;

    /// <summary>A log in <paramref name="folder"/>.</summary>
    /// <param name="folder">The run's folder.</param>
    public SampleLog(string folder) => file = new FolderLog(folder);

    /// <inheritdoc/>
    /// <exception cref="InputException">The earlier lines cannot be read or written.</exception>
    public void Started(TrainingPlan plan) => file.BeginLines(ModelFolder.Samples, plan);

    /// <inheritdoc/>
    public void FolderTaken() => file.Taken();

    /// <inheritdoc/>
    public void Updated(UpdateReport report)
    {
        // Answers change at validations.
    }

    /// <inheritdoc/>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Validated(ValidationReport report)
    {
        file.AddLine(new LoggedValidation(
            report.Update, report.Loss.Plain, report.Bleu, report.Averaged, report.IsBest, report.Samples,
            report.Accuracy));
        file.Append();
    }

    /// <summary>Appends what is buffered.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Dispose() => file.Dispose();

    /// <summary>The validations that a run's folder has, the first ones first.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <remarks>A last line that is not whole is left out.</remarks>
    /// <exception cref="InputException">The file cannot be read, or a line is damaged.</exception>
    public static IReadOnlyList<LoggedValidation> Read(string folder)
    {
        var path = ModelFolder.PathOf(folder, ModelFolder.Samples);
        if (!File.Exists(path)) return [];
        try
        {
            using var stream = InputFile.OpenLines(path);
            return Read(stream, path);
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "read", failure);
        }
    }

    /// <inheritdoc cref="Read(string)"/>
    internal static IReadOnlyList<LoggedValidation> Read(Stream stream, string path)
    {
        var read = new List<LoggedValidation>();
        foreach (var (_, _, line, endsWell) in LogCut.Lines(stream))
        {
            if (!endsWell) break;
            var place = FormattableString.Invariant($"{FileProblem.OneLine(path)}:{read.Count + 1}");
            const string Remedy = "remove the file, or the line";
            if (line is null) throw new InputException($"{place}: is too long for a line of samples; {Remedy}");
            var json = JsonInput.Parse(line.Value.ToArray(), place, "the line", Remedy);
            try
            {
                var validation = json.Element.Deserialize(Types.LoggedValidation);
                // The reader checks the values of an object, and not of a list.
                if (validation is null || validation.Samples.Any(sample => sample is null))
                    throw json.WrongWhole("is no validation with samples");
                read.Add(validation);
            }
            catch (JsonException failure)
            {
                throw new InputException(json.WrongWhole("is no validation with samples").Message, failure);
            }
        }
        return read;
    }
}
