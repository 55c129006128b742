using Engine.Text;

namespace Engine.Decoding;

/// <summary>
/// Adjusts the logits of a step given the tokens generated so far, before a decoder reads the logits. A penalty changes
/// a token's logit and with it all probabilities. A forbidden token gets the logit -infinity, but only after the
/// softmax's denominator has been summed: the scores of the other tokens stay the network's own. A forced token is the
/// only token of its row that is not forbidden.
/// </summary>
internal sealed class LogitsProcessor(DecodingOptions options)
{
    // Sorted by token when the first block arrives, because the blocks arrive in the order of tokens.
    private readonly List<(int Token, int Row)> penalized = [], forbidden = [];
    private readonly List<(int Token, int Row, float Logit)> forced = [];
    private readonly float penalty = (float)options.RepetitionPenalty;
    private int rows, nextPenalized, nextForbidden;
    private bool mayEnd;

    /// <summary>Whether the options need <see cref="AddHistory"/> before each step.</summary>
    public bool ReadsHistory => penalty != 1 || options.NoRepeatNgram > 0;

    /// <summary>Whether the options need <see cref="Force"/> before each step.</summary>
    public bool Forces => options.Prefixes is not null;

    /// <summary>Begins a step.</summary>
    /// <param name="rowCount">The number of rows that the logits of this step have.</param>
    /// <param name="length">The number of tokens that each row's translation has so far.</param>
    public void Start(int rowCount, int length)
    {
        (rows, mayEnd) = (rowCount, length >= options.MinimumLength);
        penalized.Clear();
        forbidden.Clear();
        forced.Clear();
    }

    /// <summary>Forces the next token of a row, if the sentence's prefix is longer than the translation.</summary>
    /// <param name="row">The row.</param>
    /// <param name="sentence">The sentence that the row translates.</param>
    /// <param name="length">The number of tokens that the row's translation has so far.</param>
    public void Force(int row, int sentence, int length)
    {
        if (options.Prefixes?[sentence] is { } prefix && length < prefix.Length) forced.Add((prefix[length], row, 0));
    }

    /// <summary>Records which tokens of a row are to be penalized or forbidden.</summary>
    /// <param name="row">The row.</param>
    /// <param name="generated">The token ids that the row's translation has so far.</param>
    public void AddHistory(int row, ReadOnlySpan<int> generated)
    {
        if (penalty != 1)
        {
            foreach (var token in generated) penalized.Add((token, row));
        }
        var n = options.NoRepeatNgram;
        if (n == 0 || generated.Length < n) return;
        var last = generated[(generated.Length - n + 1)..]; // the last n - 1 tokens
        for (var i = 0; i <= generated.Length - n; i++)
        {
            if (generated.Slice(i, n - 1).SequenceEqual(last)) forbidden.Add((generated[i + n - 1], row));
        }
    }

    /// <summary>Applies the repetition penalty to a block of logits. Blocks come in the order of tokens.</summary>
    /// <param name="block">[rows, <paramref name="count"/>].</param>
    /// <param name="first">The first token of the block.</param>
    /// <param name="count">The number of tokens in the block.</param>
    public void Penalize(Span<float> block, int first, int count)
    {
        if (first == 0)
        {
            penalized.Sort();
            forbidden.Sort();
            (nextPenalized, nextForbidden) = (0, 0);
        }
        for (; nextPenalized < penalized.Count && penalized[nextPenalized].Token < first + count; nextPenalized++)
        {
            var (token, row) = penalized[nextPenalized];
            // A token that occurs several times in the translation is penalized once.
            if (nextPenalized > 0 && penalized[nextPenalized - 1] == (token, row)) continue;
            ref var logit = ref block[(row * count) + token - first];
            logit = Penalized(logit);
        }
    }

    /// <summary>A logit of the step, with its penalty and without the rules that forbid tokens.</summary>
    /// <param name="row">The row.</param>
    /// <param name="token">The token.</param>
    /// <param name="logit">The network's logit.</param>
    public float Penalized(int row, int token, float logit) =>
        penalized.BinarySearch((token, row)) >= 0 ? Penalized(logit) : logit;

    /// <summary>Gives each forbidden token of a penalized block the logit -infinity.</summary>
    /// <param name="block">[rows, <paramref name="count"/>].</param>
    /// <param name="first">The first token of the block.</param>
    /// <param name="count">The number of tokens in the block.</param>
    public void Forbid(Span<float> block, int first, int count)
    {
        // The logit of a forced token stays, also if another rule forbids the token.
        for (var i = 0; i < forced.Count; i++)
        {
            var (token, row, _) = forced[i];
            if (token >= first && token < first + count)
                forced[i] = (token, row, block[(row * count) + token - first]);
        }
        // No sentence contains padding or the begin token.
        ForbidInAll(Vocabulary.Pad, block, first, count);
        ForbidInAll(Vocabulary.Begin, block, first, count);
        if (!mayEnd) ForbidInAll(Vocabulary.End, block, first, count);
        for (; nextForbidden < forbidden.Count && forbidden[nextForbidden].Token < first + count; nextForbidden++)
        {
            var (token, row) = forbidden[nextForbidden];
            block[(row * count) + token - first] = float.NegativeInfinity;
        }
        foreach (var (token, row, logit) in forced)
        {
            block.Slice(row * count, count).Fill(float.NegativeInfinity);
            if (token >= first && token < first + count) block[(row * count) + token - first] = logit;
        }
    }

    private float Penalized(float logit) => logit > 0 ? logit / penalty : logit * penalty;

    private void ForbidInAll(int token, Span<float> block, int first, int count)
    {
        if (token < first || token >= first + count) return;
        for (var row = 0; row < rows; row++) block[(row * count) + token - first] = float.NegativeInfinity;
    }
}
