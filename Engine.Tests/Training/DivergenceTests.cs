using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

public sealed class DivergenceTests
{
    [Fact]
    public void A_loss_that_is_no_number_ends_training_with_a_remedy()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a"], "one two\nthree\n");
        File.WriteAllText(folder["b"], "eins zwei\ndrei\n");
        var corpus = ParallelCorpus.Read(folder["a"], folder["b"]);
        var model = TranslationModel.Create(
            new TrainingConfiguration { DModel = 4, DFf = 4, Heads = 1, Layers = 1, Updates = 2 }, corpus);
        model.Network.Parameters[0].Update().Fill(float.NaN);
        using var team = new ThreadTeam(1);
        using var log = new JsonLinesLog(folder["log"]);
        var trainer = new Trainer(model, corpus, corpus, folder["m"], team, log);
        Assert.Equal(
            "update 1: the loss or its gradient is no longer a number; lower --learning-rate (now 0.003) or lengthen "
            + "--warmup; --anomaly names the operation where it begins. No model was saved.",
            Assert.Throws<InputException>(() => trainer.Run(CancellationToken.None)).Message);
    }
}
