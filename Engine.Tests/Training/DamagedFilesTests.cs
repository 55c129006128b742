using System.Text;
using Engine.Layers;
using Engine.Optimizers;
using Engine.Storage;
using Engine.Tests.Architecture;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>A damaged file of a run folder is read or refused in one line that names it, whatever the damage.</summary>
public sealed class DamagedFilesTests
{
    private const string Name = "the.file";

    private static readonly string Fixtures = Path.Combine(SourceFiles.Root, "Engine.Tests", "Fixtures");

    private static byte[] Fixture(string path) => File.ReadAllBytes(Path.Combine(Fixtures, path));

    private static void AreReadOrRefused(byte[] whole, Action<Stream> read)
    {
        read(new MemoryStream(whole));
        var refused = Damage.IsReadOrRefused(whole, Name, bytes => read(new MemoryStream(bytes)));
        Assert.InRange(refused, 200, 2000);
    }

    [Fact]
    public void A_damaged_vocabulary_is_read_or_refused() =>
        AreReadOrRefused(Fixture("transformer/source_vocab.json"), stream => Vocabulary.Read(stream, Name));

    [Fact]
    public void Damaged_labels_are_read_or_refused() =>
        AreReadOrRefused(Fixture("classifier/labels.json"), stream => Vocabulary.Read(stream, Name));

    [Fact]
    public void Damaged_merges_are_read_or_refused()
    {
        using var tokens = new MemoryStream(Fixture("bpe/vocab.json"));
        var vocabulary = Vocabulary.Read(tokens, "vocab.json");
        AreReadOrRefused(Fixture("bpe/merges.txt"), stream => BpeMerges.Read(stream, Name, vocabulary));
    }

    [Fact]
    public void A_damaged_configuration_is_read_or_refused() => AreReadOrRefused(
        Fixture("gru/config.json"),
        stream => ConfigurationFile.Read(stream, Name, new TrainingConfiguration()));

    [Fact]
    public void A_damaged_report_is_read_or_refused() =>
        AreReadOrRefused(Fixture("half-finished/run.json"), stream => RunReport.Earlier(stream, Name));

    [Fact]
    public void A_damaged_curve_is_read_or_refused()
    {
        using var folder = new TemporaryFolder();
        var curve = new LearningCurve(folder.Path);
        for (var update = 1; update < 9; update++)
            curve.Updated(new UpdateReport(update, 1, 3.0 / update, 1, 0.1, 2, TimeSpan.Zero, 0));
        curve.Validated(new ValidationReport(8, new(1, 1), true, TimeSpan.Zero, []) { Bleu = 12 });
        AreReadOrRefused(File.ReadAllBytes(folder["curve.svg"]), stream => LearningCurve.PointsOf(stream, Name));
    }

    [Fact]
    public void A_damaged_position_is_read_or_refused()
    {
        const string Position =
            """
            {"updates":21,"epoch":11,"batches":2,"pairs":32,"validatedAt":16,"steps":21,
            "bestLoss":{"plain":4.5,"smoothed":"Infinity"},"bestBleu":0.06,"waited":0,"seconds":1.1,
            "checkpoints":[16,20],"data":"c73f-c73f","plateauBest":"Infinity","plateauWaited":0,
            "plateauReductions":0}
            """;
        var schedule = new ReduceOnPlateauSchedule(1, 1, 0.5, 2);
        AreReadOrRefused(Encoding.UTF8.GetBytes(Position), stream =>
        {
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var texts = new Dictionary<string, string> { ["position"] = reader.ReadToEnd() };
            schedule.State = TrainingState.PositionOf(texts, Name, schedule.State.Keys).ScheduleState;
        });
    }

    [Fact]
    public void A_damaged_state_is_read_or_refused()
    {
        using var folder = new TemporaryFolder();
        var network = new Linear<float>(3, 2, new RandomStream(1));
        var optimizer = new Adam<float>(network.Parameters, 0.1);
        var state = new TrainingState(network, optimizer, new ConstantSchedule(0.1, 0), null);
        state.Save(folder.Path, new TrainingPosition { Updates = 3, Pairs = 4, Batches = 2 }, keepsBest: false);
        AreReadOrRefused(File.ReadAllBytes(folder["training_state.safetensors"]), stream =>
        {
            using var file = SafeTensorsFile.Read(stream, Name);
            state.Load(file, Name, _ => { }, () => { });
        });
    }

    [Fact]
    public void Damaged_weights_are_read_or_refused()
    {
        using var folder = new TemporaryFolder();
        var network = new Linear<float>(3, 2, new RandomStream(1));
        SafeTensors.Save(folder["w"], network, new Dictionary<string, string> { ["format"] = "pt" });
        AreReadOrRefused(File.ReadAllBytes(folder["w"]), stream =>
        {
            using var file = SafeTensorsFile.Read(stream, Name);
            SafeTensors.Load(file, Name, network);
        });
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("null")]
    public void A_report_that_is_no_object_is_refused(string json)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(json));
        Assert.Equal(
            $"{Name}: a report must be a JSON object; remove the file; the run is then reported as a new one",
            Assert.Throws<InputException>(() => RunReport.Earlier(stream, Name)).Message);
    }
}
