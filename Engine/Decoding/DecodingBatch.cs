using Engine.Layers;
using Engine.Models;

namespace Engine.Decoding;

/// <summary>The sentences that are decoded together: encoded once, and then decoded step by step.</summary>
internal sealed class DecodingBatch : IDisposable
{
    private readonly TranslationNetwork<float> network;
    private readonly DecodingObserver? observer;
    private readonly CancellationToken cancellation;
    private readonly DecodingState<float> state;

    /// <summary>Encodes sentences; each has one empty hypothesis then.</summary>
    /// <param name="network">The trained network.</param>
    /// <param name="source">The token ids of each source sentence, the end token included.</param>
    /// <param name="hypotheses">The most hypotheses that a sentence will have at a time.</param>
    /// <param name="options">Whether weights are kept, and who looks on.</param>
    public DecodingBatch(
        TranslationNetwork<float> network, IReadOnlyList<int[]> source, int hypotheses, DecodingOptions options)
    {
        (this.network, observer, cancellation) = (network, options.Observer, options.Cancellation);
        cancellation.ThrowIfCancellationRequested();
        var lengths = new int[source.Count];
        for (var i = 0; i < lengths.Length; i++) lengths[i] = source[i].Length;
        var layout = SequenceLayout.Packed(lengths);
        var tokens = new int[layout.Rows];
        for (var i = 0; i < lengths.Length; i++) source[i].CopyTo(tokens, layout.Start(i));
        using var tape = NewTape();
        var memory = network.Encode(tape, tokens, layout);
        state = observer is { Recomputes: true }
            ? new RecomputingState<float>(memory, layout)
            : network.BeginDecoding(memory, layout, hypotheses);
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
            reader = Logits = new LogitTap(reader, tokens.Length, network.Configuration.TargetVocabulary);
        using var tape = NewTape();
        network.Step(tape, tokens, state, reader);
    }

    /// <summary>Keeps the given hypotheses, in the given order.</summary>
    public void Select(ReadOnlySpan<int> kept) => state.Select(kept);

    /// <inheritdoc/>
    public void Dispose() => state.Dispose();

    private Tape<float> NewTape() => new(Mode.Inference) { Observer = observer?.Passes };
}
