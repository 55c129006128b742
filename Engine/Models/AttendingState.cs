using System.Numerics;
using Engine.Kernels;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// The state of a <see cref="TranslationNetwork{T}"/>: keys and values of the source, and what the decoder knows of the
/// target so far. The keys and values of the source are computed once, and all hypotheses of a sentence share them.
/// </summary>
internal abstract class AttendingState<T> : DecodingState<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private StepWeights<T>? weights;

    /// <summary>The state before the first token.</summary>
    /// <param name="network">The network that steps.</param>
    /// <param name="memory">The encoder's output, [source rows, dModel].</param>
    /// <param name="memoryLayout">Which source rows form which sentence.</param>
    /// <param name="projections">For each layer that attends to the source: makes keys and values of the
    /// memory.</param>
    private protected AttendingState(
        TranslationNetwork<T> network, Tensor<T> memory, SequenceLayout memoryLayout,
        IEnumerable<Func<Tensor<T>, Tensor<T>>> projections)
    {
        Network = network;
        memory = Tape.Constant(memory);
        Memories = [.. projections.Select(project => project(memory))];
        Attended = AttendedRows.Of(memoryLayout);
    }

    /// <summary>Each layer's keys and values of the source, [source rows, 2 dModel].</summary>
    public IReadOnlyList<Tensor<T>> Memories { get; }

    /// <summary>Which source rows each sentence, or hypothesis of one, attends to.</summary>
    public AttendedRows Attended { get; }

    internal override StepWeights<T>? Weights => weights;

    private protected TranslationNetwork<T> Network { get; }

    /// <summary>Owns the state's memory: the state outlives the tape that encoded the source.</summary>
    private protected Tape<T> Tape { get; } = new(Mode.Inference);

    public override void Select(ReadOnlySpan<int> kept) => Attended.Select(kept);

    public override void Dispose()
    {
        Tape.Dispose();
        base.Dispose();
    }

    internal override void KeepWeights() => weights = new StepWeights<T>();

    /// <summary>The decoder's output for one more token of each sentence, [sentences, dModel].</summary>
    private protected virtual Tensor<T> Rows(Tape<T> tape, int[] tokens) => Network.StepRows(tape, tokens, this);

    protected override Tensor<T> Logits(Tape<T> tape, int[] tokens) => Network.Logits(Rows(tape, tokens));

    private protected override void HandOn(Tape<T> tape, int[] tokens, int vocabulary, ILogitReader<T> reader)
    {
        var x = Rows(tape, tokens); // [sentences, dModel]
        var view = new MatrixView<T>(x.Data, tokens.Length, Network.Configuration.DModel);
        var weight = tape.Use(Network.Output);
        var scratch = tape.Borrow((long)tokens.Length * LogitBlock);
        for (var first = 0; first < vocabulary; first += LogitBlock)
        {
            var count = Math.Min(LogitBlock, vocabulary - first);
            var logits = scratch.Span[..(tokens.Length * count)]; // [sentences, count]
            new WeightRows<T>(weight, first, count).Apply(tape, view, logits);
            RequireFinite(logits, Network.GetType());
            reader.Read(logits, first, count);
        }
        tape.Release(scratch);
    }
}
