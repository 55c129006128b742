namespace Engine.Text;

/// <summary>Computes <see cref="Ter"/> sentence by sentence.</summary>
/// <remarks>
/// The statistics of a sentence are the number of its edits, and the mean number of words of its references.
/// </remarks>
public sealed class TerCounter : MetricCounter
{
    private readonly TerOptions options;
    private readonly TerTokenizer tokenizer;
    private readonly TokenIds ids = new();
    private readonly List<int> codePoints = [];

    /// <summary>A counter without sentences.</summary>
    /// <param name="options">How to compute TER.</param>
    /// <param name="references">The number of references of each sentence.</param>
    /// <param name="keepsSentences">Whether to keep the statistics of each sentence, for a bootstrap.</param>
    public TerCounter(TerOptions options, int references, bool keepsSentences = false)
        : base(references, 2, keepsSentences)
    {
        ArgumentNullException.ThrowIfNull(options);
        (this.options, tokenizer) = (options, new TerTokenizer(options));
    }

    /// <inheritdoc/>
    public override string Name => "TER";

    /// <inheritdoc/>
    private protected override string Options => $"case:{(options.CaseSensitive ? "mixed" : "lc")}|tok:tercom|"
        + $"norm:{YesOrNo(options.Normalized)}|punct:{YesOrNo(!options.NoPunctuation)}|"
        + $"asian:{YesOrNo(options.AsianSupport)}";

    /// <summary>TER of the sentences that were added.</summary>
    public override TerScore Score() => new(ScoreOf(Sums), (long)Sums[0], Sums[1], Signature());

    /// <inheritdoc/>
    internal override double ScoreOf<T>(ReadOnlySpan<T> statistics)
    {
        var (edits, length) = (statistics[0], statistics[1]);
        // Words without any reference count as one edit for each word.
        var rate = length > T.Zero ? edits / length : edits > T.Zero ? T.One : T.Zero;
        return double.CreateChecked(T.CreateChecked(100) * rate);
    }

    /// <inheritdoc/>
    private protected override void Measure(
        string hypothesis, IReadOnlyList<string> references, Span<double> statistics)
    {
        ids.ForgetIfMany();
        var words = Read(hypothesis);
        var (fewest, length) = (int.MaxValue, 0.0);
        foreach (var line in references)
        {
            var reference = Read(line);
            fewest = Math.Min(fewest, TerEdits.Count(words, reference));
            length += reference.Length;
        }
        (statistics[0], statistics[1]) = (fewest, length / references.Count);
    }

    private int[] Read(string line)
    {
        PythonText.CodePoints(tokenizer.Tokenize(line), codePoints);
        return ids.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(codePoints));
    }

    private static string YesOrNo(bool value) => value ? "yes" : "no";
}
