using Engine.Layers;
using Engine.Models;
using Engine.Operations;

namespace Engine.Verification;

/// <summary>
/// Everything differentiable, with the cases on which its gradient is checked. The sweep of the tests and of
/// <c>engine gradcheck</c> goes through this list, and a test holds that nothing is missing from it.
/// </summary>
public static class Catalogue
{
    /// <summary>All operations, layers and models.</summary>
    public static IReadOnlyList<Operation> All { get; } =
    [
        Op.AddEntry,
        Op.SubtractEntry,
        Op.MultiplyEntry,
        Op.DivideEntry,
        Op.ScaleEntry,
        Op.ExpEntry,
        Op.LogEntry,
        Op.SqrtEntry,
        Op.ReluEntry,
        Op.LeakyReluEntry,
        Op.EluEntry,
        Op.SoftplusEntry,
        Op.GeluEntry,
        Op.GeluTanhEntry,
        Op.SiluEntry,
        Op.SwishEntry,
        Op.TanhEntry,
        Op.SigmoidEntry,
        Op.GluEntry,
        Op.GegluEntry,
        Op.SwigluEntry,
        Op.MatMulEntry,
        Op.LinearEntry,
        Op.ReshapeEntry,
        Op.PermuteEntry,
        Op.SliceEntry,
        Op.ConcatenateEntry,
        Op.SumEntry,
        Op.MeanEntry,
        Op.MaxEntry,
        Op.SoftmaxEntry,
        Op.LogSoftmaxEntry,
        Op.MaskedFillEntry,
        Op.LayerNormEntry,
        Op.EmbeddingEntry,
        Op.DropoutEntry,
        Op.AttentionEntry,
        Op.RnnEntry,
        Op.GruEntry,
        Op.LstmEntry,
        Op.Conv1dEntry,
        Op.SequenceRowEntry,
        Op.MeanPoolEntry,
        Op.MaxPoolEntry,
        Op.WeightedPoolEntry,
        Op.CrossEntropyEntry,
        Op.ProjectionCrossEntropyEntry,
        Op.MeanSquaredErrorEntry,
        Op.BinaryCrossEntropyWithLogitsEntry,
        Op.KlDivergenceEntry,
        Op.NegativeLogLikelihoodEntry,
        Linear<double>.Entry,
        LayerNorm<double>.Entry,
        Embedding<double>.Entry,
        Swish<double>.Entry,
        FeedForward<double>.Entry,
        MultiHeadAttention<double>.Entry,
        Rnn<double>.Entry,
        Gru<double>.Entry,
        Lstm<double>.Entry,
        Conv1d<double>.Entry,
        AttentionPooling<double>.Entry,
        EncoderLayer<double>.Entry,
        DecoderLayer<double>.Entry,
        Transformer<double>.Entry,
        RecurrentTranslator<double>.Entry,
        ConvolutionalTranslator<double>.Entry,
        TransformerClassifier<double>.Entry,
        RecurrentClassifier<double>.Entry,
        ConvolutionalClassifier<double>.Entry,
    ];
}
