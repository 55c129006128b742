using Engine.Models;

namespace Engine.Tests.Models;

/// <summary>Where dropout falls in a Transformer, and that it does so in training alone.</summary>
public class DropoutRateTests
{
    private static TransformerConfiguration Tiny => new()
    {
        SourceVocabulary = 7, TargetVocabulary = 7, DModel = 8, DFf = 8, Heads = 2, EncoderLayers = 1,
        DecoderLayers = 1,
    };

    [Theory]
    [InlineData(0, 0.5, null, 3)] // self-attention of both layers, and attention to the memory
    [InlineData(0, null, 0.5, 2)] // source and target
    [InlineData(0.5, 0.0, 0.0, 7)] // five sublayers, and within two feed-forward networks
    [InlineData(0.5, null, null, 12)]
    public void Each_dropout_falls_where_its_probability_says(
        double dropout, double? attention, double? embedding, int draws)
    {
        using var tape = new Tape<double>(Mode.Training, new RandomStream(9));
        Decode(Tiny with { Dropout = dropout, AttentionDropout = attention, EmbeddingDropout = embedding }, tape);
        Assert.Equal(new RandomStream(9).Fork(draws).Key, tape.NextStream().Key);
    }

    [Fact]
    public void A_probability_that_is_none_is_refused_when_the_model_is_made()
    {
        foreach (var c in (TransformerConfiguration[])
            [Tiny with { EmbeddingDropout = 1 }, Tiny with { AttentionDropout = -0.1 }])
        {
            Assert.StartsWith(
                "the dropout probability must be in [0, 1).",
                Assert.Throws<ArgumentOutOfRangeException>(() =>
                    new Transformer<double>(c, new RandomStream(1))).Message);
        }
    }

    [Theory]
    [InlineData(0.5, null, null)]
    [InlineData(0, 0.5, null)]
    [InlineData(0, null, 0.5)]
    public void Outside_of_training_no_dropout_drops(double dropout, double? attention, double? embedding)
    {
        double[] Run(TransformerConfiguration c, Mode mode)
        {
            using var tape = new Tape<double>(mode, new RandomStream(9));
            return Decode(c, tape);
        }
        var some = Tiny with { Dropout = dropout, AttentionDropout = attention, EmbeddingDropout = embedding };
        Assert.Equal(Run(Tiny, Mode.Inference), Run(some, Mode.Inference));
        Assert.Equal(Run(Tiny, Mode.Evaluation), Run(some, Mode.Evaluation));
        Assert.NotEqual(Run(Tiny, Mode.Training), Run(some, Mode.Training));
    }

    private static double[] Decode(TransformerConfiguration c, Tape<double> tape)
    {
        var model = new Transformer<double>(c, new RandomStream(1));
        var layout = SequenceLayout.Packed([3, 2]);
        var memory = model.Encode(tape, [1, 2, 3, 4, 5], layout);
        return model.Decode(tape, [1, 2, 3, 4, 5], layout, memory, layout).ToArray();
    }
}
