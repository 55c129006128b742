using System.Numerics.Tensors;
using Engine.Layers;
using Engine.Models;

namespace Engine.Decoding;

/// <summary>
/// Several networks as one: the probability of each next token is the mean of the probabilities that the networks give
/// it, as in fairseq. Each network reads the same target tokens.
/// </summary>
/// <param name="networks">The networks. Their vocabularies are one.</param>
/// <param name="others">
/// For each network but the first, the ids of the source sentences in its own source vocabulary. The first network
/// reads the sources that the decoder gives.
/// </param>
internal sealed class EnsembleGenerator(
    IReadOnlyList<ITokenGenerator<float>> networks, IReadOnlyList<IReadOnlyList<int[]>> others) : ITokenGenerator<float>
{
    /// <inheritdoc/>
    public int VocabularySize => networks[0].VocabularySize;

    /// <inheritdoc/>
    public DecodingState<float> BeginDecoding(Tape<float> tape, IReadOnlyList<int[]> sources, int hypotheses = 1)
    {
        var members = new DecodingState<float>[networks.Count];
        for (var i = 0; i < members.Length; i++)
            members[i] = networks[i].BeginDecoding(tape, i == 0 ? sources : others[i - 1], hypotheses);
        return new EnsembleState(members, VocabularySize);
    }

    private sealed class EnsembleState(DecodingState<float>[] members, int vocabulary) : DecodingState<float>
    {
        private float[] differences = [];

        // The attention of the first network: the others may read other source tokens.
        internal override StepWeights<float>? Weights => members[0].Weights;

        public override void Select(ReadOnlySpan<int> kept)
        {
            foreach (var member in members) member.Select(kept);
        }

        public override void Dispose()
        {
            foreach (var member in members) member.Dispose();
            base.Dispose();
        }

        internal override void KeepWeights() => members[0].KeepWeights();

        /// <summary>The logarithm of the mean probability of each token, [sequences, vocabulary].</summary>
        protected override Tensor<float> Logits(Tape<float> tape, int[] tokens)
        {
            var mean = tape.Allocate([tokens.Length, vocabulary]); // [sequences, vocabulary]
            for (var i = 0; i < members.Length; i++)
            {
                using var own = new Tape<float>(Mode.Inference); // frees the logits of a network before the next
                var likely = Op.LogSoftmax(members[i].Step(own, tokens)).Data; // [sequences, vocabulary]
                if (i == 0) likely.CopyTo(mean.Span);
                else AddProbabilities(likely, mean.Span);
            }
            TensorPrimitives.Subtract(mean.Span, MathF.Log(members.Length), mean.Span);
            return mean;
        }

        /// <summary>log(exp(a) + exp(b)) = max(a, b) + log(1 + exp(-|a - b|)), which neither overflows nor is log(0).
        /// </summary>
        /// <param name="a">Logarithms of probabilities.</param>
        /// <param name="b">Logarithms of probabilities; receives the logarithms of the sums.</param>
        private void AddProbabilities(ReadOnlySpan<float> a, Span<float> b)
        {
            if (differences.Length < b.Length) differences = new float[b.Length];
            var d = differences.AsSpan(0, b.Length);
            TensorPrimitives.Subtract(a, b, d);
            TensorPrimitives.Abs(d, d);
            TensorPrimitives.Negate(d, d);
            TensorPrimitives.Exp(d, d);
            TensorPrimitives.LogP1(d, d);
            TensorPrimitives.Max(a, b, b);
            TensorPrimitives.Add(b, d, b);
        }
    }
}
