using System.Text.RegularExpressions;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// The names of options in messages. The library's messages name its own members, such as
/// <c>TrainingConfiguration.DModel</c> or <c>RunClaim.Take(folder)</c>; a user of the command line reads the option
/// that sets the member, <c>--d-model</c>.
/// </summary>
internal static partial class OptionNames
{
    // Where the name of an option does not follow from the member's, and where a verb stands for the member.
    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        ["TranslationOptions.MaximumLength"] = "--max-length",
        ["DecodingOptions.RepetitionPenalty"] = "--repetition-penalty",
        ["DecodingOptions.NoRepeatNgram"] = "--no-repeat-ngram",
        ["WordVectorOptions.Dimension"] = "--dim",
        ["Trainer.Resume"] = "--resume",
        ["Trainer.Run"] = "--overwrite", // in a folder of an earlier run, without Resume
        ["Trainer.DetectsAnomalies"] = "--anomaly",
        ["ModelFolder.Load"] = "--from",
        ["ClassificationModel.Load"] = "'engine classify'",
        ["ConfigurationFile.Keys"] = "'engine help train'",
        ["TranslationModel.Load"] = "'engine translate'",
        ["RunClaim.Take(folder)"] = "--out",
        ["StreamedCorpus.Read"] = "--window",
        ["Exercises.Write(folder)"] = "--out",
        ["Exercises.Write(overwrite)"] = "--overwrite",
        ["ToyCorpus.Save(folder)"] = "--out",
        ["ToyCorpus.Save(overwrite)"] = "--overwrite",
        ["ToyCorpus.Generate(count)"] = "--pairs",
    };

    private static readonly string[] OptionTypes =
        [nameof(TrainingConfiguration), nameof(TranslationOptions), nameof(WordVectorOptions)];

    private static readonly string BothTokenizers =
        $"{nameof(TrainingConfiguration)}.{nameof(TrainingConfiguration.SourceTokenizer)} and "
        + $"{nameof(TrainingConfiguration)}.{nameof(TrainingConfiguration.TargetTokenizer)}";

    /// <summary>The option that a property holds, with dashes.</summary>
    public static string Of(string property) => $"--{OptionTable.NameOf(property)}";

    /// <summary>A message of the library, for a user of the command line.</summary>
    public static string In(string message) =>
        Member().Replace(message.Replace(BothTokenizers, "--tokenizer", StringComparison.Ordinal), OfMember);

    private static string OfMember(Match member) =>
        Others.TryGetValue(member.Value, out var option) ? option
        : OptionTypes.Contains(member.Groups["type"].Value) ? Of(member.Groups["name"].Value)
        : member.Value;

    [GeneratedRegex(@"\b(?<type>[A-Z]\w+)\.(?<name>[A-Z]\w+)(\(\w+\))?")]
    private static partial Regex Member();
}
