using Engine.Inspection;
using Engine.Lab;
using Engine.Layers;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Lab;

/// <summary>The training that the book's experiments share.</summary>
public class SmallTrainingTests
{
    [Fact]
    public void Texts_of_experiments_have_each_pair_once_and_none_that_the_task_holds_out()
    {
        var loved = ("我现在爱你", "I love you now");
        Assert.Contains(loved, ToyTasks.Create("zh-en").Generate(new RandomStream(27)).Take(1100));
        var (train, test) = ToyText.Of("zh-en", 1100, 50, new RandomStream(27));
        var pairs = train.Pairs.Concat(test.Pairs).ToArray();
        Assert.Equal(1150, pairs.Distinct().Count());
        Assert.DoesNotContain(loved, pairs);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void Attention_weights_are_those_of_the_network_without_what_the_experiment_omits(
        bool omitsMask, int seesLater)
    {
        var (train, _) = ToyText.Of("copy", 50, 0, new RandomStream(1));
        var run = new LabRun(LabCatalogue.All[0]);
        var training = new SmallTraining(run, TranslationModel.Create(SmallTraining.Small(1, "copy"), train), train, 1)
        {
            Omitted = new Interventions { CausalMask = omitsMask },
        };
        var weights = training.Weights("abc", "abc");
        Assert.Equal(
            [AttentionKind.Encoder, AttentionKind.Decoder, AttentionKind.Cross], weights.Select(layer => layer.Kind));
        Assert.All(weights, layer => Assert.Equal((4, 4, 4), (layer.Heads, layer.Queries, layer.Keys)));
        Assert.Equal(seesLater, weights[1][0, 0, 3] > 0 ? 1 : 0);
    }
}
