using System.Numerics;
using System.Numerics.Tensors;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// What a network remembers from step to step while it writes sequences: <see cref="ITokenGenerator{T}"/> begins it, a
/// decoder steps it. Each step reads one more token of every sequence.
/// </summary>
public abstract class DecodingState<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Logits are computed and read in blocks of this many tokens. Sums over the vocabulary are taken block by block, so
    // the block's size must not depend on the number of sentences: a translation would change with its batch.
    private protected const int LogitBlock = 256;

    /// <summary>The number of tokens of each sequence that were read.</summary>
    public int Length { get; private set; }

    /// <summary>A step: reads one more token of each sequence.</summary>
    /// <param name="tape">A tape in inference mode.</param>
    /// <param name="tokens">The last token of each sequence.</param>
    /// <returns>The logits of the next token, [sequences, vocabulary], on the tape.</returns>
    public Tensor<T> Step(Tape<T> tape, int[] tokens)
    {
        var logits = Logits(tape, tokens);
        Length++;
        return logits;
    }

    /// <summary>
    /// Keeps the given sequences, in the given order. A sequence that is given several times goes on in several ways.
    /// </summary>
    /// <param name="kept">Indices of sequences, at least one.</param>
    public abstract void Select(ReadOnlySpan<int> kept);

    /// <summary>Frees the memory; the state can no longer be used.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);

    /// <summary>Reads one more token of each sequence; <see cref="Length"/> does not count the token yet.</summary>
    /// <inheritdoc cref="Step(Tape{T}, int[])"/>
    protected abstract Tensor<T> Logits(Tape<T> tape, int[] tokens);

    /// <summary>A step that hands the logits on block by block.</summary>
    /// <param name="tape">A tape in inference mode.</param>
    /// <param name="tokens">The last token of each sequence.</param>
    /// <param name="vocabulary">The number of tokens of the vocabulary.</param>
    /// <param name="reader">Receives the logits.</param>
    /// <exception cref="NotFiniteNumberException">
    /// A logit is NaN or infinite: no token is likelier than another, and no score is a number.
    /// </exception>
    /// <exception cref="ShapeException">The logits do not fit the sequences and the vocabulary.</exception>
    internal void Step(Tape<T> tape, int[] tokens, int vocabulary, ILogitReader<T> reader)
    {
        HandOn(tape, tokens, vocabulary, reader);
        Length++;
    }

    /// <summary>
    /// The attention weights of the last step: how much each sequence attended to its source rows, in the last layer
    /// that attends to them. Null unless <see cref="KeepWeights"/> was called. The weights
    /// belong to the sequences of that step; <see cref="Select"/> does not change the weights.
    /// </summary>
    internal virtual StepWeights<T>? Weights => null;

    /// <summary>Makes every step from now on keep its <see cref="Weights"/>.</summary>
    /// <exception cref="NotSupportedException">The network shows no attention.</exception>
    internal virtual void KeepWeights() => throw new NotSupportedException(
        $"{GetType().Name}: source positions need attention weights, which translation networks alone show; leave " +
        "DecodingOptions.Aligns out.");

    private protected virtual void HandOn(Tape<T> tape, int[] tokens, int vocabulary, ILogitReader<T> reader)
    {
        var logits = Logits(tape, tokens);
        if (logits.Shape != [tokens.Length, vocabulary])
            throw new ShapeException(
                $"{GetType().Name}: a step of {tokens.Length} sequences over {vocabulary} tokens must give logits " +
                $"[{tokens.Length}, {vocabulary}], not {logits.Shape}.");
        var all = logits.Ordered(tape);
        var scratch = tape.Borrow((long)tokens.Length * LogitBlock);
        for (var first = 0; first < vocabulary; first += LogitBlock)
        {
            var count = Math.Min(LogitBlock, vocabulary - first);
            var block = scratch.Span[..(tokens.Length * count)]; // [sequences, count]
            for (var row = 0; row < tokens.Length; row++)
                all.Slice((row * vocabulary) + first, count).CopyTo(block[(row * count)..]);
            RequireFinite(block, GetType());
            reader.Read(block, first, count);
        }
        tape.Release(scratch);
    }

    private protected static void RequireFinite(ReadOnlySpan<T> logits, Type network)
    {
        if (TensorPrimitives.IsFiniteAll(logits)) return;
        throw new NotFiniteNumberException(
            $"{network.Name.Split('`')[0]}: logits of the next token are NaN or infinite; the weights hold such "
            + "numbers, or numbers so large that sums overflow. Train again with a lower learning rate.");
    }
}
