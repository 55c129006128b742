using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The word vectors that <c>--embeddings</c> and <c>--target-embeddings</c> begin a model with.</summary>
internal static class KnownWords
{
    /// <summary>The files that the options name.</summary>
    public static IEnumerable<string> Files(TrainOptions options) =>
        new[] { options.Embeddings, options.TargetEmbeddings }.OfType<string>();

    /// <summary>Refuses the options where no new network begins, and vectors of labels.</summary>
    /// <exception cref="InputException">An option would have no effect.</exception>
    public static void Check(TrainOptions options, TrainingConfiguration configuration)
    {
        if (!Files(options).Any()) return;
        var option = options.Embeddings is null ? "--target-embeddings" : "--embeddings";
        if (options.Resume)
            throw new InputException($"--resume continues a run, whose weights are in its folder, and {option} begins "
                + "one; leave one of them out");
        if (options.From is not null)
            throw new InputException($"--from begins with all weights of a model, and {option} with word vectors; "
                + "give one of them");
        if (options.TargetEmbeddings is not null && configuration.Task == "classify")
            throw new InputException("--target-embeddings is of translations, and --task classify has labels; leave it "
                + "out");
    }

    /// <summary>Sets the embeddings of a new model, and returns a line about each side for the user.</summary>
    /// <exception cref="InputException">A file does not hold word vectors, or they do not fit the model.</exception>
    public static IReadOnlyList<string> Begin(TrainOptions options, TextModel model, IProgress<WorkProgress> progress)
    {
        var lines = new List<string>();
        if (options.Embeddings is { } source)
            Say("source", InitialEmbeddings.OfSource(model, source, progress), model.Source.Vocabulary, source);
        if (options.TargetEmbeddings is { } target && model is TranslationModel translator)
            Say("target", InitialEmbeddings.OfTarget(translator, target, progress), translator.Target.Vocabulary,
                target);
        return lines;

        void Say(string side, int found, Vocabulary vocabulary, string path) => lines.Add(
            $"words {Printable.Count(found)} of {Printable.Count(vocabulary.Count - Vocabulary.End - 1)} {side} tokens "
            + $"begin with their vector in {path}");
    }
}
