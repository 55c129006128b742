using System.Text;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>The validation samples that a run keeps in its folder.</summary>
public sealed class SampleLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void The_samples_of_every_validation_are_read_back_whatever_their_text()
    {
        Log(null, 4, 8);
        var read = SampleLog.Read(folder["run"]);
        Assert.Equal([4, 8], read.Select(validation => validation.Update));
        Assert.Equal((2.0, 4.0, false), (read[0].Loss, read[0].Bleu, read[0].Best));
        Assert.Equal([new TranslationSample("我 \"a\"\n", "b </p>", "answer 4")], read[0].Samples);
        Assert.Empty(SampleLog.Read(folder["none"]));
    }

    [Fact]
    public void A_run_that_goes_on_drops_the_validations_that_it_makes_again_and_half_a_line()
    {
        Log(null, 4, 8, 12);
        var path = folder["run/samples.jsonl"];
        File.WriteAllText(path, File.ReadAllText(path)[..^9]); // killed within a line
        Assert.Equal([4, 8], SampleLog.Read(folder["run"]).Select(validation => validation.Update));
        Log(4, 8, 12);
        Assert.Equal([4, 8, 12], SampleLog.Read(folder["run"]).Select(validation => validation.Update));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"update\":1,\"loss\":1,\"bleu\":1,\"averaged\":0,\"best\":true,\"samples\":[{}]}")]
    [InlineData("{\"update\":\"1\",\"loss\":1,\"bleu\":1,\"averaged\":0,\"best\":true,\"samples\":[]}")]
    [InlineData("{\"update\":1,\"loss\":1,\"bleu\":1,\"averaged\":0,\"best\":true,\"samples\":[null]}")]
    [InlineData("half a li")]
    public void A_damaged_line_is_named(string line)
    {
        var failure = Assert.Throws<InputException>(() =>
            SampleLog.Read(new MemoryStream(Encoding.UTF8.GetBytes(line + "\n")), "s.jsonl"));
        Assert.StartsWith("s.jsonl:1: ", failure.Message);
        Assert.EndsWith("remove the file, or the line", failure.Message);
    }

    private void Log(int? resumedAt, params int[] updates)
    {
        var corpus = ParallelCorpus.Of([("one two", "eins zwei")]);
        var model = TranslationModel.Create(
            new TrainingConfiguration { DModel = 4, DFf = 4, Heads = 1, Layers = 1, Updates = 2 }, corpus);
        using var log = new SampleLog(folder["run"]);
        log.Started(new TrainingPlan(model, 1, 1, 1, folder["run"]) { ResumedAt = resumedAt });
        foreach (var update in updates)
        {
            TranslationSample[] samples = [new("我 \"a\"\n", "b </p>", $"answer {update}")];
            log.Validated(new ValidationReport(update, new(2, 3), false, TimeSpan.Zero, samples) { Bleu = update });
        }
    }
}
