using Engine.Training;
using Xunit.Abstractions;

namespace Engine.Tests.Interop;

/// <summary>Trained models and their exported graphs answer 1,000 sentences alike, token for token.</summary>
public sealed class GreedyTests(OnnxFixture fixture, ITestOutputHelper output) : IClassFixture<OnnxFixture>
{
    private static readonly string[] Short =
    [
        "--updates", "60", "--batch-tokens", "1024", "--warmup", "10", "--learning-rate", "0.002", "--dropout", "0",
        "--epochs", "0",
    ];

    [Theory]
    [InlineData("toy", "--preset", "toy")]
    [InlineData("tiny", "--preset", "tiny", "--bpe-merges", "400", "--accumulate", "1")]
    [InlineData("rotary", "--preset", "toy", "--positions", "rotary", "--norm-first")]
    [InlineData("relative", "--preset", "toy", "--positions", "relative")]
    [InlineData("gru", "--preset", "toy", "--architecture", "gru")]
    public void A_thousand_translations_are_the_models_token_for_token(string name, params string[] options)
    {
        var folder = fixture.Train(name, [.. options, .. Short]);
        var found = Comparison.Of(TranslationModel.Load(folder), fixture.Export(folder), fixture.Chinese);
        output.WriteLine($"{name}: {found}");
        Assert.Equal(1000, found.Sentences);
        Assert.InRange(found.Translations, 20, 1000);
        Assert.InRange(found.LargestDifference, 0, Comparison.Tolerance);
        Assert.InRange(found.Excused, 0, 5);
    }

    [Theory]
    [InlineData("transformer")]
    [InlineData("gru")]
    public void A_thousand_labels_of_the_graph_are_the_models(string architecture)
    {
        var folder = fixture[architecture + "-classifier"];
        OnnxFixture.Run(
        [
            "train", "--task", "classify", "--architecture", architecture, "--preset", "toy",
            "--source", Path.Combine(fixture["opinions"], "train.text"),
            "--target", Path.Combine(fixture["opinions"], "train.label"),
            "--keep-checkpoints", "0", "--out", folder, .. Short,
        ]);
        var found = Comparison.Of(ClassificationModel.Load(folder), fixture.Export(folder), fixture.Opinions);
        output.WriteLine($"{architecture}: {found}");
        Assert.Equal(1000, found.Sentences);
        Assert.Equal(2, found.Translations);
        Assert.InRange(found.LargestDifference, 0, Comparison.Tolerance);
        Assert.InRange(found.Excused, 0, 5);
    }
}
