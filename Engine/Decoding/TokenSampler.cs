using System.Runtime.InteropServices;
using Engine.Kernels;
using Engine.Text;

namespace Engine.Decoding;

/// <summary>
/// Draws each row's next token. Of top-k it keeps those alone while the logits go by; otherwise it keeps rows whole,
/// and sorts of them only what can be in the nucleus.
/// </summary>
internal sealed class TokenSampler : ISampler
{
    private readonly SamplingOptions options;
    private readonly Dictionary<GeneratedSequence, (RandomStream Random, double LogProbability)> drawn = [];
    private readonly TopTokens? top;
    private readonly LogitRows? whole;
    private readonly float[] weights;
    private readonly List<(float Logit, int Index)> nucleus = [];

    public TokenSampler(SamplingOptions options, LogitsProcessor rules, int vocabulary)
    {
        this.options = options;
        var candidates = options.TopK == 0 ? vocabulary : Math.Min(options.TopK, vocabulary);
        if (options.TopK > 0) top = new TopTokens(candidates, normalizes: true, rules);
        else whole = new LogitRows(vocabulary, rules);
        weights = new float[candidates];
    }

    /// <summary>Says what chance a translation takes.</summary>
    public void Expect(GeneratedSequence sequence, RandomStream random) => drawn[sequence] = (random, 0);

    /// <summary>The natural logarithm of a translation's probability, its end included.</summary>
    public double LogProbabilityOf(GeneratedSequence sequence) => drawn[sequence].LogProbability;

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
    public int Choose(int row, GeneratedSequence sequence)
    {
        ref var own = ref CollectionsMarshal.GetValueRefOrNullRef(drawn, sequence);
        var uniform = own.Random.Fork(sequence.Tokens.Count).NextUniform();
        var index = Draw(top is null ? whole!.Of(row) : top.LogitsOf(row), uniform);
        if (index < 0) return Vocabulary.End; // the model has diverged
        own.LogProbability += top?.LogProbability(row, index) ?? whole!.LogProbability(row, index);
        return top is null ? index : top.Of(row)[index];
    }

    /// <summary>Draws one of some logits by the softmax of what the options make of them.</summary>
    /// <param name="logits">Of equal ones, the first counts as the likelier.</param>
    /// <param name="uniform">A number in [0, 1).</param>
    /// <returns>Its index; -1 if none has a probability.</returns>
    private int Draw(ReadOnlySpan<float> logits, double uniform)
    {
        if (logits.IsEmpty) return -1;
        var max = 0f;
        LogitKernel.Maxima(logits, logits.Length, new Span<float>(ref max));
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
        return last; // rounding may leave the target at the sum
    }

    private int DrawFromNucleus(ReadOnlySpan<float> logits, ReadOnlySpan<float> p, double sum, double uniform)
    {
        // Those below the mean of the rest, (1 - topP) / n, cannot make up all of the rest: the others reach topP.
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
