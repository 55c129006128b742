using Engine.Layers;
using Engine.Models;

namespace Engine.Decoding;

/// <summary>The sentences that are decoded together: encoded once, and then decoded step by step.</summary>
internal sealed class DecodingBatch : IDisposable
{
    private readonly int vocabulary;
    private readonly DecodingObserver? observer;
    private readonly CancellationToken cancellation;
    private readonly DecodingState<float> state;

    /// <summary>Encodes sentences; each has one empty hypothesis then.</summary>
    /// <param name="network">The trained network.</param>
    /// <param name="source">The token ids of each source sentence, the end token included.</param>
    /// <param name="hypotheses">The most hypotheses that a sentence will have at a time.</param>
    /// <param name="options">Whether weights are kept, and who looks on.</param>
    public DecodingBatch(
        ITokenGenerator<float> network, IReadOnlyList<int[]> source, int hypotheses, DecodingOptions options)
    {
        (vocabulary, observer, cancellation) = (network.VocabularySize, options.Observer, options.Cancellation);
        cancellation.ThrowIfCancellationRequested();
        using var tape = NewTape();
        state = observer is { Recomputes: true } && network is TranslationNetwork<float> translator
            ? translator.BeginRecomputing(tape, source)
            : network.BeginDecoding(tape, source, hypotheses);
        if (options.Aligns) state.KeepWeights();
    }

    /// <summary>The number of tokens of each sentence that the decoder has read.</summary>
    public int Length => state.Length;

    /// <summary>The weights of the last step; null unless the options ask for source positions.</summary>
    public StepWeights<float>? Weights => state.Weights;

    /// <summary>The logits of the last step; null without an observer.</summary>
    public LogitTap? Logits { get; private set; }

    /// <summary>Reads one more token of each hypothesis, and hands the logits of the next token on.</summary>
    /// <exception cref="OperationCanceledException">The options' cancellation asks for it.</exception>
    public void Step(int[] tokens, ILogitReader<float> reader)
    {
        cancellation.ThrowIfCancellationRequested();
        if (observer is not null)
            reader = Logits = new LogitTap(reader, tokens.Length, vocabulary);
        using var tape = NewTape();
        state.Step(tape, tokens, vocabulary, reader);
    }

    /// <summary>Keeps the given hypotheses, in the given order.</summary>
    public void Select(ReadOnlySpan<int> kept)
    {
        if (kept.Length > 0) state.Select(kept); // with no hypothesis left, nothing steps any more
    }

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();

    private Tape<float> NewTape() => new(Mode.Inference) { Observer = observer?.Passes };
}
