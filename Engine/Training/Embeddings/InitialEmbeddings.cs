using Engine.Kernels;
using Engine.Storage;
using Engine.Text;

namespace Engine.Training;

/// <summary>Begins a model's embeddings with word vectors that were learned elsewhere.</summary>
/// <remarks>
/// An embedding is drawn with the standard deviation 1 / √dModel, and word vectors of any length would make the first
/// layers see inputs of another scale. All vectors are therefore multiplied by one number, after which the root mean
/// square of the found rows is 1 / √dModel. Directions and ratios of lengths stay. Rows of other tokens stay random.
/// </remarks>
public static class InitialEmbeddings
{
    /// <summary>Sets the rows of the source tokens that have a vector.</summary>
    /// <param name="model">The model; it has not been trained.</param>
    /// <param name="path">A file of word vectors, as <see cref="WordVectors.Load"/> reads it.</param>
    /// <param name="progress">Is told how much is read.</param>
    /// <returns>How many tokens have a vector.</returns>
    /// <exception cref="InputException">The file is not of this form, its vectors have another dimension than the
    /// model's rows, or no token has a vector.</exception>
    public static int OfSource(TextModel model, string path, IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Set(model, model.Source.Vocabulary, "source", path, progress);
    }

    /// <summary>Sets the rows of the target tokens that have a vector.</summary>
    /// <inheritdoc cref="OfSource"/>
    public static int OfTarget(TranslationModel model, string path, IProgress<WorkProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Set(model, model.Target.Vocabulary, "target", path, progress);
    }

    private static int Set(
        TextModel model, Vocabulary vocabulary, string side, string path, IProgress<WorkProgress>? progress)
    {
        var vectors = WordVectors.Load(path, progress, word => vocabulary.IdOf(word) != Vocabulary.Unknown);
        var dModel = model.Configuration.DModel;
        if (vectors.Dimension != dModel)
            throw new InputException($"{path}: its vectors have {vectors.Dimension} numbers, but the model's rows have "
                + $"{OptionTable.InMessages(nameof(model.Configuration.DModel))} {dModel}; give "
                + $"{OptionTable.InMessages(nameof(model.Configuration.DModel))} {vectors.Dimension}, or learn vectors "
                + $"with {nameof(WordVectorOptions)}.{nameof(WordVectorOptions.Dimension)} {dModel}");
        if (vectors.Words.Count == 0)
            throw new InputException($"{path}: none of its words is a {side} token of the model; learn vectors with "
                + $"the tokenizer of the run ({(side == "source" ? model.Source : ((TranslationModel)model).Target)
                    .Tokenizer.Name}), or leave the option out");
        Copy(vectors, vocabulary, Table(model, side).Update());
        return vectors.Words.Count;
    }

    /// <summary>Sets the rows of both sides of a translator; words that are no token of a side do not count.</summary>
    internal static void OfBoth(TranslationModel model, WordVectors source, WordVectors target)
    {
        Copy(source, model.Source.Vocabulary, Table(model, "source").Update());
        Copy(target, model.Target.Vocabulary, Table(model, "target").Update());
    }

    /// <summary>Copies vectors to the rows of their words, at the scale of the table.</summary>
    private static void Copy(WordVectors vectors, Vocabulary vocabulary, Span<float> table)
    {
        string[] known = [.. vectors.Words.Where(word => vocabulary.IdOf(word) != Vocabulary.Unknown)];
        var squares = known.Sum(word => Squares.Sum(vectors.Of(word)));
        // The mean square of a row's length becomes 1. The scale of tiny vectors is no float.
        var scale = squares > 0 ? Math.Sqrt(known.Length / squares) : 1;
        foreach (var word in known)
        {
            var vector = vectors.Of(word);
            var row = table.Slice(vocabulary.IdOf(word) * vectors.Dimension, vector.Length);
            for (var i = 0; i < vector.Length; i++) row[i] = (float)(vector[i] * scale);
        }
    }

    /// <summary>The embedding of a side; with one table for both sides it is the source's.</summary>
    private static Parameter<float> Table(TextModel model, string side)
    {
        var named = model.Network.NamedParameters.ToDictionary(entry => entry.Key, entry => entry.Value);
        return named.GetValueOrDefault($"{side}_embedding.weight")
            ?? named.GetValueOrDefault("source_embedding.weight") ?? named["embedding.weight"]; // of a classifier
    }
}
