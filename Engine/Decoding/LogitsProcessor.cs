using Engine.Text;

namespace Engine.Decoding;

/// <summary>
/// What becomes of logits before a decoder reads them, by what each row's translation has already. Penalties change
/// probabilities, and come before the softmax is normalized; what is forbidden keeps its share of it, so that scores
/// are the model's.
/// </summary>
internal sealed class LogitsProcessor(DecodingOptions options)
{
    // In the order of tokens, once they are read: blocks of logits come in that order too.
    private readonly List<(int Token, int Row)> penalized = [], forbidden = [];
    private readonly float penalty = (float)options.RepetitionPenalty;
    private int rows, nextPenalized, nextForbidden;
    private bool mayEnd;

    /// <summary>Whether <see cref="Note"/> matters.</summary>
    public bool ReadsHistory => penalty != 1 || options.NoRepeatNgram > 0;

    /// <summary>Begins a step.</summary>
    /// <param name="rowsToCome">How many rows the logits will have.</param>
    /// <param name="length">How many tokens each row's translation has.</param>
    public void Start(int rowsToCome, int length)
    {
        (rows, mayEnd) = (rowsToCome, length >= options.MinimumLength);
        penalized.Clear();
        forbidden.Clear();
    }

    /// <summary>Notes what the translation of a row has already.</summary>
    public void Note(int row, ReadOnlySpan<int> said)
    {
        if (penalty != 1)
        {
            foreach (var token in said) penalized.Add((token, row));
        }
        var n = options.NoRepeatNgram;
        if (n == 0 || said.Length < n) return;
        var last = said[(said.Length - n + 1)..];
        for (var i = 0; i <= said.Length - n; i++)
        {
            if (said.Slice(i, n - 1).SequenceEqual(last)) forbidden.Add((said[i + n - 1], row));
        }
    }

    /// <summary>Changes the logits of penalized tokens in a block; blocks come in the order of tokens.</summary>
    /// <param name="block">[rows, <paramref name="count"/>].</param>
    /// <param name="first">The first token of the block.</param>
    /// <param name="count">How many tokens the block has.</param>
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
            if (nextPenalized > 0 && penalized[nextPenalized - 1] == (token, row)) continue; // once, however often
            ref var logit = ref block[(row * count) + token - first];
            logit = logit > 0 ? logit / penalty : logit * penalty;
        }
    }

    /// <summary>Makes what may not come next impossible, in a block that was penalized.</summary>
    /// <param name="block">[rows, <paramref name="count"/>].</param>
    /// <param name="first">The first token of the block.</param>
    /// <param name="count">How many tokens the block has.</param>
    public void Forbid(Span<float> block, int first, int count)
    {
        // Padding and begin stand in no sentence.
        ForbidInAll(Vocabulary.Pad, block, first, count);
        ForbidInAll(Vocabulary.Begin, block, first, count);
        if (!mayEnd) ForbidInAll(Vocabulary.End, block, first, count);
        for (; nextForbidden < forbidden.Count && forbidden[nextForbidden].Token < first + count; nextForbidden++)
        {
            var (token, row) = forbidden[nextForbidden];
            block[(row * count) + token - first] = float.NegativeInfinity;
        }
    }

    private void ForbidInAll(int token, Span<float> block, int first, int count)
    {
        if (token < first || token >= first + count) return;
        for (var row = 0; row < rows; row++) block[(row * count) + token - first] = float.NegativeInfinity;
    }
}
