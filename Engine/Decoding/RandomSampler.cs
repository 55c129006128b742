using Engine.Kernels;
using Engine.Text;

namespace Engine.Decoding;

/// <summary>
/// Draws each row's next token at random. With top-k it keeps k logits of each row while it reads the blocks;
/// otherwise it keeps whole rows. With top-p it sorts only the tokens that can be in the nucleus.
/// </summary>
internal sealed class RandomSampler : ISampler
{
    private readonly SamplingOptions options;
    private readonly Dictionary<GeneratedSequence, RandomStream> randoms = [];
    private readonly TopTokens? top;
    private readonly LogitRows? whole;
    private readonly float[] weights;
    private readonly List<(float Logit, int Index)> nucleus = [];

    public RandomSampler(SamplingOptions options, LogitsProcessor processor, int vocabulary)
    {
        this.options = options;
        var candidates = options.TopK == 0 ? vocabulary : Math.Min(options.TopK, vocabulary);
        if (options.TopK > 0) top = new TopTokens(candidates, normalizes: true, processor);
        else whole = new LogitRows(vocabulary, processor);
        weights = new float[candidates];
    }

    /// <summary>Adds a sequence, and gives it the random numbers that its tokens are drawn with.</summary>
    public void Add(GeneratedSequence sequence, RandomStream random) => randoms[sequence] = random;

    /// <inheritdoc/>
    public void Start(int rows)
    {
        top?.Start(rows);
        whole?.Start(rows);
    }

    /// <inheritdoc/>
    public void Read(Span<float> logits, int first, int count)
    {
        top?.Read(logits, first, count);
        whole?.Read(logits, first, count);
    }

    /// <inheritdoc/>
    public int Choose(int row, GeneratedSequence sequence, out double logProbability)
    {
        var uniform = randoms[sequence].Fork(sequence.Tokens.Count).NextUniform();
        var index = Draw(top is null ? whole!.Of(row) : top.LogitsOf(row), uniform);
        logProbability = 0;
        if (index < 0) return Vocabulary.End; // every token is forbidden
        logProbability = top?.LogProbability(row, index) ?? whole!.LogProbability(row, index);
        return top is null ? index : top.Of(row)[index];
    }

    /// <summary>Draws an index with the probabilities softmax(logits / temperature), within the nucleus.</summary>
    /// <param name="logits">The logits; of equal logits, the first counts as the likelier.</param>
    /// <param name="uniform">A random number in [0, 1).</param>
    /// <returns>The index; -1 if no logit has a probability.</returns>
    private int Draw(ReadOnlySpan<float> logits, double uniform)
    {
        if (logits.IsEmpty) return -1;
        var max = RowMaximum.Of(logits);
        if (float.IsNegativeInfinity(max)) return -1;
        var p = weights.AsSpan(0, logits.Length);
        Elementwise.Map(new Tempered<float>(max, (float)(1 / options.Temperature)), logits, p);
        var sum = 0.0;
        foreach (var weight in p) sum += weight;
        if (!double.IsFinite(sum)) return -1;
        return options.TopP < 1 ? DrawFromNucleus(logits, p, sum, uniform) : DrawFromAll(p, uniform * sum);
    }

    private static int DrawFromAll(ReadOnlySpan<float> p, double target)
    {
        var (sum, last) = (0.0, -1);
        for (var i = 0; i < p.Length; i++)
        {
            if (p[i] == 0) continue;
            sum += p[i];
            last = i;
            if (sum > target) break;
        }
        return last; // if rounding left the target at the sum, the last token that has a probability
    }

    private int DrawFromNucleus(ReadOnlySpan<float> logits, ReadOnlySpan<float> p, double sum, double uniform)
    {
        // Let n weights p_i have the sum s. All weights below (1 - topP) s / n together are less than (1 - topP) s.
        // The other weights are therefore more than topP s, so the nucleus lies among them: only they are sorted.
        nucleus.Clear();
        var least = (1 - options.TopP) * sum / p.Length;
        for (var i = 0; i < p.Length; i++)
        {
            if (p[i] >= least && p[i] > 0) nucleus.Add((logits[i], i));
        }
        nucleus.Sort(ByLikelihood);
        var (inside, size) = (0.0, 0);
        while (size < nucleus.Count && inside < options.TopP * sum) inside += p[nucleus[size++].Index];
        var (target, at) = (uniform * inside, 0);
        for (double reached = p[nucleus[0].Index]; reached <= target && at + 1 < size; reached += p[nucleus[at].Index])
            at++;
        return nucleus[at].Index;
    }

    private static int ByLikelihood((float Logit, int Index) x, (float Logit, int Index) y)
    {
        var order = y.Logit.CompareTo(x.Logit);
        return order != 0 ? order : x.Index.CompareTo(y.Index);
    }
}
