using Engine.Storage;
using Engine.Text;

namespace Engine.Cli;

/// <summary>Which metrics score translations, and how.</summary>
internal sealed record MetricOptions
{
    /// <summary>What <c>--metric</c> can be.</summary>
    public const string BleuName = "bleu", ChrFName = "chrf", TerName = "ter";

    private const int MostWordOrder = 6, MostResamples = 1_000_000;

    private static readonly string[] Known = [BleuName, ChrFName, TerName];

    /// <summary>The values of <c>--metric</c>; none stands for BLEU and chrF.</summary>
    public IReadOnlyList<string> Metrics { get; init; } = [];

    /// <summary>How to compute BLEU, and whether chrF ignores case.</summary>
    public BleuOptions Bleu { get; init; } = new();

    /// <summary>The longest n-grams of words that chrF counts.</summary>
    public int WordOrder { get; init; }

    /// <summary>How to compute TER.</summary>
    public TerOptions Ter { get; init; } = new();

    /// <summary>Whether chrF ranks sentences, whatever the metrics are.</summary>
    public bool RanksByChrF { get; init; }

    /// <summary>Whether scores are resampled.</summary>
    public bool Resamples { get; init; }

    /// <summary>How scores are resampled: the values of <c>--resamples</c> and <c>--bootstrap-seed</c>.</summary>
    public (int? Resamples, int? Seed) Given { get; init; }

    /// <summary>How to resample; null if scores are not resampled.</summary>
    public BootstrapOptions? Bootstrap => Resamples ? new BootstrapOptions
    {
        Resamples = Given.Resamples ?? new BootstrapOptions().Resamples,
        Seed = Given.Seed ?? new BootstrapOptions().Seed,
    }
    : null;

    /// <summary>Refuses options that the metrics do not know.</summary>
    /// <exception cref="InputException">
    /// A name is unknown, a number outside its range, or an option is not read by any of the metrics.
    /// </exception>
    public void Check()
    {
        if (Metrics.FirstOrDefault(name => !Known.Contains(name)) is { } unknown)
            throw new InputException($"--metric '{unknown}' is not known; use {string.Join(", ", Known)}.");
        if (Metrics.Distinct().Count() < Metrics.Count)
            throw new InputException($"--metric {Metrics.First(name => Metrics.Count(name.Equals) > 1)} is given "
                + "twice; give each metric once.");
        if (!Engine.Text.Bleu.Tokenizers.Contains(Bleu.Tokenize))
            throw new InputException(
                $"--tokenize '{Bleu.Tokenize}' is not known; use {string.Join(", ", Engine.Text.Bleu.Tokenizers)}.");
        if (WordOrder is < 0 or > MostWordOrder)
            throw new InputException($"--chrf-word-order is {WordOrder}; it must be 0 (chrF) to {MostWordOrder} "
                + "(2 is chrF++).");
        RefuseUnread();
        if (Ter != new TerOptions() && !Metrics.Contains(TerName))
            throw new InputException("options that begin with --ter- are read by --metric ter alone; add it, or leave "
                + "them out.");
        if (!Resamples && (Given.Resamples ?? Given.Seed) is not null)
            throw new InputException($"--{(Given.Resamples is null ? "bootstrap-seed" : "resamples")} is not read "
                + "without --confidence or --paired; add one of them, or leave it out.");
        if (Given.Resamples is < 2 or > MostResamples)
            throw new InputException(FormattableString.Invariant(
                $"--resamples is {Given.Resamples}; it must be 2 to {MostResamples}."));
        if (Given.Seed is < 0)
            throw new InputException($"--bootstrap-seed is {Given.Seed}; it must be 0 or more.");
    }

    private void RefuseUnread()
    {
        if (Metrics.Count == 0) return; // BLEU and chrF read all of these
        (string Name, bool IsGiven, string[] Readers)[] options =
        [
            ("tokenize", Bleu.Tokenize != new BleuOptions().Tokenize, [BleuName]),
            ("effective-order", Bleu.EffectiveOrder, [BleuName]),
            ("lowercase", Bleu.Lowercase, [BleuName, ChrFName]),
            ("chrf-word-order", WordOrder != 0, [ChrFName]),
        ];
        foreach (var (name, isGiven, readers) in options)
        {
            if (!isGiven || readers.Intersect(Metrics).Any() || (RanksByChrF && readers.Contains(ChrFName))) continue;
            var remedy = readers.Length == 1 ? "add it" : "add one of them";
            throw new InputException($"--{name} is read by --metric {string.Join(" and --metric ", readers)} alone; "
                + $"{remedy}, or leave --{name} out.");
        }
    }

    /// <summary>A counter for each metric, without sentences.</summary>
    /// <param name="references">The number of references of each sentence.</param>
    public MetricCounter[] Counters(int references) =>
    [
        .. (Metrics.Count > 0 ? Metrics : [BleuName, ChrFName]).Select(MetricCounter (name) => name switch
        {
            BleuName => new BleuCounter(Bleu, references, Resamples),
            ChrFName => new ChrFCounter(references, WordOrder, Bleu.Lowercase, Resamples),
            _ => new TerCounter(Ter, references, Resamples),
        }),
    ];
}
