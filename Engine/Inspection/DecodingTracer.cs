using Engine.Decoding;
using Engine.Layers;
using Engine.Text;
using Engine.Training;

namespace Engine.Inspection;

/// <summary>Traces how a decoder translates one sentence.</summary>
public static class DecodingTracer
{
    /// <summary>The largest vocabulary whose logits a trace has whole.</summary>
    public const int LargestVocabulary = 2000;

    private const int MostChanged = 20;

    /// <summary>Translates a sentence, and tells of each step.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">The source line.</param>
    /// <param name="options">How to translate; null for greedily.</param>
    /// <param name="interventions">What is switched off; null for nothing. Then each step computes the whole sentence
    /// again.</param>
    /// <param name="stepped">Receives each step as it happens; null for nobody.</param>
    /// <param name="number">The number of the line in its text, from 0, which samples depend on.</param>
    /// <exception cref="Storage.InputException">
    /// The line is blank or has too many tokens, or the options ask for what the model cannot do.
    /// </exception>
    public static DecodingTrace Trace(
        TranslationModel model, string source, TranslationOptions? options = null,
        Interventions? interventions = null, Action<TracedStep>? stepped = null, int number = 0)
    {
        options ??= new TranslationOptions();
        interventions ??= new Interventions();
        var ids = PassRecorder.SourceOf(model, source);
        var tracer = new Tracer(model, interventions, stepped);
        var found = Decode(model, ids, options, interventions, tracer, number);
        return new DecodingTrace(
            PassRecorder.TokensOf(model.Source.Vocabulary, interventions.Pad([.. ids, Vocabulary.End])),
            options.Decoder switch { BeamOptions => "beam", SamplingOptions => "sample", _ => "greedy" },
            tracer.Steps,
            [
                .. found.Select(hypothesis => new TracedTranslation(
                    model.Target.DecodeLine([.. hypothesis.Tokens]),
                    PassRecorder.TokensOf(model.Target.Vocabulary, hypothesis.Tokens), hypothesis.Score)),
            ]);
    }

    /// <summary>Decodes ids, which have no end, with parts switched off.</summary>
    internal static Hypothesis[] Decode(
        TranslationModel model, int[] ids, TranslationOptions options, Interventions interventions,
        DecodingObserver? observer = null, int number = 0)
    {
        if (observer is null && !interventions.AreNone) observer = new Tracer(model, interventions, null);
        return model.Decode(
            interventions.Pad([.. ids, Vocabulary.End]),
            options with { Decoder = options.Decoder with { Observer = observer } }, number);
    }

    private sealed class Tracer(TranslationModel model, Interventions interventions, Action<TracedStep>? stepped)
        : DecodingObserver
    {
        private readonly StepObserver passes = new(model.Network, interventions);

        public List<TracedStep> Steps { get; } = [];

        public override TapeObserver<float> Passes => passes;

        public override bool Recomputes => !interventions.AreNone;

        public override void Stepped(DecodingStep step)
        {
            var weights = passes.Take();
            var rows = step.Rows.Select((row, i) => Traced(row, [.. weights.Where(own => own.Sequence == i)]));
            var traced = new TracedStep(step.Number, [.. rows]);
            Steps.Add(traced);
            stepped?.Invoke(traced);
        }

        private TracedRow Traced(DecodingRow row, IReadOnlyList<AttentionWeights<float>> weights)
        {
            var vocabulary = model.Target.Vocabulary;
            var isSmall = row.Logits.Count <= LargestVocabulary;
            return new TracedRow(
                row.Node, PassRecorder.TokensOf(vocabulary, row.Tokens),
                [
                    .. row.Candidates.Select(candidate => new TracedCandidate(
                        candidate.Token, vocabulary.TokenOf(candidate.Token), candidate.LogProbability,
                        candidate.Total, Name(candidate.Fate), candidate.Node, candidate.Score)),
                ],
                PassRecorder.LikeliestOf([.. row.Logits], vocabulary.TokenOf),
                [
                    .. Enumerable.Range(0, row.Logits.Count)
                        .Where(id => row.Logits[id] != row.Processed[id])
                        .OrderByDescending(id => row.Logits[id]).Take(MostChanged)
                        .Select(id => new ChangedLogit(
                            id, vocabulary.TokenOf(id), row.Logits[id], row.Processed[id])),
                ],
                isSmall ? row.Logits : [],
                [.. weights.Select(Traced)]);
        }

        private static TracedAttention Traced(AttentionWeights<float> weights) => new(
            weights.Path, Name(weights.Kind), weights.Layer,
            [
                .. Enumerable.Range(0, weights.Heads).Select(head => (float[])
                    [.. Enumerable.Range(0, weights.Keys).Select(key => weights[head, weights.Queries - 1, key])]),
            ]);

        private static string Name<TEnum>(TEnum value)
            where TEnum : struct, Enum => value.ToString().ToLowerInvariant();
    }

    /// <summary>Keeps the decoder's attention weights of a step's last query, which a trace has.</summary>
    private sealed class StepObserver(Module<float> network, Interventions interventions)
        : InterventionObserver<float>(network, interventions)
    {
        private readonly List<AttentionWeights<float>> weights = [];

        public override void Saw(string name, Shape shape, ReadOnlySpan<float> values, int sequence = 0)
        {
            if (name != ObservedAttention.Weights) return;
            var (kind, layer) = AttentionWeights<float>.Of(Path);
            if (kind == AttentionKind.Encoder) return;
            // With parts switched off, each step computes all queries anew.
            var (heads, queries, keys) = (shape[0], shape[1], shape[2]);
            var last = new float[heads * keys];
            for (var head = 0; head < heads; head++)
                values.Slice((((head + 1) * queries) - 1) * keys, keys).CopyTo(last.AsSpan(head * keys));
            weights.Add(new AttentionWeights<float>(Path, kind, layer, sequence, heads, 1, keys, last));
        }

        /// <summary>The weights since the last call.</summary>
        public AttentionWeights<float>[] Take()
        {
            AttentionWeights<float>[] taken = [.. weights];
            weights.Clear();
            return taken;
        }
    }
}
