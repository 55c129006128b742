namespace Engine.Text;

/// <summary>The words of a source line that a translation may copy.</summary>
internal static class SourceWords
{
    /// <summary>
    /// One word for each token that the model read. The word has the spelling of the line wherever the line's words and
    /// the tokens belong together beyond doubt, and the token's spelling elsewhere: NFKC makes several tokens of "½",
    /// and none of them is "½".
    /// </summary>
    /// <param name="encoder">Encodes the line as words (<see cref="TokenUnit.Word"/>).</param>
    /// <param name="line">The line as it was given.</param>
    public static IReadOnlyList<string> Of(TextEncoder encoder, string line)
    {
        var (tokenizer, normalizer) = (encoder.Tokenizer, encoder.Normalizer);
        string[] read = [.. tokenizer.Tokenize(normalizer.Normalize(line))];
        var words = new List<string>(read.Length);
        foreach (var typed in line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) // at white space
        {
            string[] parts = [.. tokenizer.Tokenize(normalizer.Normalize(typed)).Select(Content)];
            string[] spelt = [.. tokenizer.Tokenize(typed).Select(Content)];
            if (parts.Length == 1) words.Add(typed);
            else words.AddRange(spelt.Select(normalizer.Normalize).SequenceEqual(parts) ? spelt : parts);
        }
        // The tokens of the parts are the tokens of the line, save where NFKC joins or parts what stands beside white
        // space.
        var isSure = words.Count == read.Length && words.Zip(read)
            .All(pair => normalizer.Normalize(pair.First) == normalizer.Normalize(Content(pair.Second)));
        return isSure ? [.. read.Zip(words, (token, word) => token[..WordTokenizer.MarkOf(token)] + word)] : read;

        static string Content(string token) => token[WordTokenizer.MarkOf(token)..];
    }
}
