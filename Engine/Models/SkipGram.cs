using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>
/// Word2vec's skip-gram network with negative sampling (Mikolov et al. 2013, arXiv 1310.4546): a word's vector v tells
/// the words around it, each with a vector u of another table, from words drawn at random. Parameters
/// <c>input.weight</c> (v, the word vectors) and <c>output.weight</c> (u), both [vocabulary, dModel].
/// </summary>
/// <remarks>
/// As in the authors' program, v begins uniform in ±0.5 / dModel and u begins at 0. The loss is composed of operations,
/// so that its gradient needs no code of its own.
/// </remarks>
internal sealed class SkipGram<T> : Module<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    internal static readonly CatalogueEntry Entry = new(
        "model SkipGram", "loss = sum over pairs of -ln s(v u_0) - sum_k ln s(-v u_k), s = 1 / (1 + exp(-x))",
        ModelSamples.SkipGram);

    private readonly Parameter<T> input, output;

    /// <summary>Both tables.</summary>
    /// <param name="vocabulary">The number of words.</param>
    /// <param name="dModel">The numbers of a vector.</param>
    /// <param name="random">Draws the word vectors.</param>
    public SkipGram(int vocabulary, int dModel, RandomStream random)
    {
        input = Add("input.weight", Initializers.Uniform<T>([vocabulary, dModel], -0.5 / dModel, 0.5 / dModel, random));
        output = Add("output.weight", Tensor<T>.Zeros([vocabulary, dModel]));
    }

    /// <summary>The vector of a word, [dModel].</summary>
    public T[] VectorOf(int word)
    {
        var dModel = input.Value.Shape[1];
        return input.Value.Data.Slice(word * dModel, dModel).ToArray();
    }

    /// <summary>The loss of pairs of a word and a word near it, summed.</summary>
    /// <param name="tape">Records the forward pass.</param>
    /// <param name="words">The word of each pair.</param>
    /// <param name="others">For each pair the word near it, and then the same number of random words each time.</param>
    /// <returns>A single number, [].</returns>
    /// <exception cref="ShapeException">There is no pair, the pairs have different numbers of other words, or a word is
    /// outside the vocabulary.</exception>
    public Tensor<T> Loss(Tape<T> tape, int[] words, int[] others)
    {
        if (words.Length == 0 || others.Length % words.Length != 0)
            throw new ShapeException($"SkipGram: {others.Length} other words were given for {words.Length} pairs; "
                + "each pair has its near word, and then the same number of random words.");
        var (pairs, choices) = (words.Length, others.Length / words.Length);
        var dModel = input.Value.Shape[1];
        var v = Op.Reshape(Op.Embedding(tape.Use(input), words), [pairs, 1, dModel]);
        var u = Op.Reshape(Op.Embedding(tape.Use(output), others), [pairs, choices, dModel]);
        var logits = Op.Sum(u * v, 2); // [pairs, choices]
        var isNear = new T[others.Length];
        for (var pair = 0; pair < pairs; pair++) isNear[pair * choices] = T.One;
        return Op.BinaryCrossEntropyWithLogits(
            logits, tape.Constant(Tensor<T>.From([pairs, choices], isNear)), Reduction.Sum);
    }
}
