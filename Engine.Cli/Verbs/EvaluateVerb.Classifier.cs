using System.Reflection;
using CommandLine;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

// Evaluating a model that labels.
internal static partial class EvaluateVerb
{
    // The options that do not say how to translate or how to score translations.
    private static readonly string[] ClassifierOptions =
    [
        nameof(EvaluateOptions.Model), nameof(EvaluateOptions.Source), nameof(EvaluateOptions.Target),
        nameof(EvaluateOptions.Output), nameof(EvaluateOptions.Worst), nameof(EvaluateOptions.Json),
        nameof(EvaluateOptions.Threads),
    ];

    private static int Classify(
        ClassificationModel model, string folder, EvaluateOptions options, IReadOnlyList<string> source,
        ParallelCorpus pairs, ThreadTeam team, ProgressLine progress, CommandStreams streams)
    {
        RefuseOthers(folder, options);
        var given = new List<(string Label, double Probability)>(source.Count);
        foreach (var chunk in source.Chunk(ChunkLines))
        {
            var part = progress.Part(given.Count, chunk.Length, source.Count);
            given.AddRange(model.Probabilities(chunk, team, options.Source, given.Count + 1, part)
                .Select(found => found.Count > 0 ? (found[0].Key, found[0].Value) : ("", 0)));
        }
        if (options.Output is not null) WriteLines(options.Output, given.Select(one => one.Label));
        string[] known = [.. model.Names.Select(ClassificationModel.LabelOf)];
        string[] references = [.. pairs.Target.Select(ClassificationModel.LabelOf)];
        var matrix = new ConfusionMatrix(references, [.. pairs.Lines.Select(i => given[i].Label)], known);
        var mistakes = pairs.Lines.Zip(references)
            .Where(pair => given[pair.First].Label != pair.Second)
            .OrderByDescending(pair => given[pair.First].Probability)
            .Select(pair => new WrongLabel(
                pair.First + 1, given[pair.First].Probability, source[pair.First], pair.Second,
                given[pair.First].Label));
        var evaluation = new ClassifierEvaluation(
            matrix, [.. matrix.Labels.Except(known)], pairs.SkippedPairs,
            options.Worst is { } count ? [.. mistakes.Take(count)] : null);
        progress.Clear();
        if (options.Json) evaluation.WriteJson(streams.Output);
        else evaluation.WriteText(new ResultTable(streams.Drawing, streams.OutputIsTerminal));
        return ExitCode.Done;
    }

    /// <summary>Refuses options that a classifier does not read.</summary>
    private static void RefuseOthers(string folder, EvaluateOptions options)
    {
        var defaults = new EvaluateOptions();
        foreach (var property in typeof(EvaluateOptions).GetProperties())
        {
            if (property.GetCustomAttribute<OptionAttribute>() is not { } option
                || ClassifierOptions.Contains(property.Name)) continue;
            var (value, usual) = (property.GetValue(options), property.GetValue(defaults));
            var isGiven = value is IEnumerable<string> list ? list.Any() : !Equals(value, usual);
            if (isGiven)
            {
                throw new InputException($"--{option.LongName} is not read for {Printable.Path(folder)}, "
                    + "which labels text; leave it out, or give a model that translates.");
            }
        }
    }
}
