using System.Numerics;

namespace Engine.Models;

/// <summary>
/// A network that writes sequences one token after the other: all that greedy decoding, beam search and sampling know
/// of a network. <see cref="TranslationNetwork{T}"/> is one; a language model, or any network of your own, is another.
/// </summary>
/// <remarks>
/// A sequence begins with <c>Vocabulary.Begin</c>, which the first step reads, and ends with
/// <c>Vocabulary.End</c>. Several threads may decode with one generator: everything that changes belongs
/// to the state.
/// </remarks>
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Decoding;
/// using Engine.Models;
///
/// // After token 2 (begin) comes 4, then 5, then 3 (end).
/// var chain = new Chain([0, 0, 4, 0, 5, 3]);
/// Console.WriteLine(string.Join(' ', Greedy.Decode(chain, [[]], _ => 9)[0]));     // prints: 4 5
///
/// internal sealed class Chain(int[] after) : ITokenGenerator<float>
/// {
///     public int VocabularySize => after.Length;
///
///     public DecodingState<float> BeginDecoding(
///         Tape<float> tape, IReadOnlyList<int[]> sources, int hypotheses = 1) => new State(after);
///
///     private sealed class State(int[] after) : DecodingState<float>
///     {
///         // It remembers nothing of its sequences.
///         public override void Select(ReadOnlySpan<int> kept)
///         {
///         }
///
///         protected override Tensor<float> Logits(Tape<float> tape, int[] tokens)
///         {
///             var logits = new float[tokens.Length * after.Length];
///             for (var row = 0; row < tokens.Length; row++) logits[(row * after.Length) + after[tokens[row]]] = 5;
///             return tape.Constant([tokens.Length, after.Length], logits);
///         }
///     }
/// }
/// ]]></code>
/// </example>
public interface ITokenGenerator<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The number of tokens of the vocabulary; each step gives a logit for each of them.</summary>
    int VocabularySize { get; }

    /// <summary>Begins a sequence for each source.</summary>
    /// <param name="tape">
    /// A tape in inference mode for work that is done once, such as encoding. It ends before the first step.
    /// </param>
    /// <param name="sources">
    /// What each sequence depends on: of a translator the source sentence with its end token, of a language model the
    /// prompt or nothing.
    /// </param>
    /// <param name="hypotheses">The sequences of a source to make room for; there may be more later.</param>
    /// <returns>The state before the first token, with one sequence for each source, in order.</returns>
    DecodingState<T> BeginDecoding(Tape<T> tape, IReadOnlyList<int[]> sources, int hypotheses = 1);
}
