using System.Buffers.Binary;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Engine.Charts;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Training;

public sealed class RunFilesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_record_of_an_event_file_has_its_length_its_checksums_and_its_scalars()
    {
        using (var log = new TensorBoardLog(folder["run"]))
        {
            log.Started(Plan());
            log.Updated(new UpdateReport(300, 1, 2.5, 0.75, 0.001, 4000, TimeSpan.FromSeconds(1), 0.5));
            log.Validated(new ValidationReport(300, new(2, 2.25), true, TimeSpan.FromSeconds(1), [])
            {
                Bleu = 41, Accuracy = 93.5,
            });
        }
        var path = Assert.Single(Directory.GetFiles(folder["run"], "events.out.tfevents.*"));
        var messages = Records(File.ReadAllBytes(path));
        Assert.Equal(3, messages.Count);
        // Fields 1 (a double), 2 (a number) and 3 (a text): the key, the length, the text.
        Assert.Equal([0x10, 0, 0x1A, 13, .. "brain.Event:2"u8], messages[0][9..]);
        Assert.Equal([0x10, 0xAC, 0x02], messages[1][9..12]);
        var seconds = BinaryPrimitives.ReadDoubleLittleEndian(messages[1].AsSpan(1));
        Assert.Equal(DateTimeOffset.UtcNow.ToUnixTimeSeconds(), seconds, 60.0);
        Assert.Equal(2.5f, Scalar(messages[1], "train/loss"));
        Assert.Equal(0.001f, Scalar(messages[1], "train/learning_rate"));
        Assert.Equal(0.75f, Scalar(messages[1], "train/gradient_norm"));
        Assert.Equal(4000f, Scalar(messages[1], "train/tokens_per_second"));
        Assert.Equal(2f, Scalar(messages[2], "valid/loss"));
        Assert.Equal(2.25f, Scalar(messages[2], "valid/smoothed_loss"));
        Assert.Equal((float)Math.Exp(2), Scalar(messages[2], "valid/perplexity"));
        Assert.Equal(41f, Scalar(messages[2], "valid/bleu"));
        Assert.Equal(93.5f, Scalar(messages[2], "valid/accuracy"));
    }

    [Fact]
    public void A_curve_is_an_SVG_with_a_panel_for_each_measure()
    {
        var curve = new LearningCurve(folder["run"]);
        for (var i = 1; i <= 2000; i++)
        {
            var noise = 0.4 * Math.Sin(i * 12.9898);
            curve.Updated(new UpdateReport(
                i, 1, 2 + 6 * Math.Exp(-i / 300.0) + noise, 1, 0.005 * Math.Min(i / 400.0, Math.Sqrt(400.0 / i)), 4000,
                TimeSpan.FromSeconds(1), 0.5));
            if (i % 100 != 0) continue;
            curve.Validated(new ValidationReport(i, Loss(1.8 + 6 * Math.Exp(-i / 280.0)), true, TimeSpan.Zero, [])
            {
                Bleu = 41 * (1 - Math.Exp(-i / 500.0)),
            });
        }
        var svg = XDocument.Load(folder["run/curve.svg"]).Root!;
        var lines = svg.Elements().Where(element => element.Name.LocalName == "polyline").ToArray();
        Assert.Equal(
            ["line train", "line valid", "line bleu", "line rate"],
            lines.Select(line => (string)line.Attribute("class")!));
        Assert.Equal(20, ((string)lines[1].Attribute("points")!).Split(' ').Length);
        Assert.InRange(((string)lines[0].Attribute("points")!).Split(' ').Length, 100, 601);
        // The loss that training makes smaller is the loss to set beside training's.
        var drawn = JsonNode.Parse(svg.Elements().First(element => element.Name.LocalName == "metadata").Value)!;
        Assert.Equal(1.8 + 6 * Math.Exp(-2000 / 280.0), (double)drawn["valid"]!.AsArray()[^1]![1]!, 1e-6);
    }

    [Theory]
    [InlineData(0, 8, 4, new double[] { 0, 2, 4, 6, 8 })]
    [InlineData(1.2, 1.9, 4, new double[] { 1.2, 1.4, 1.6, 1.8, 2 })]
    [InlineData(0, 0, 2, new double[] { 0, 5e-13 })]
    public void Ticks_are_round_and_enclose_the_values(double least, double greatest, int count, double[] expected)
    {
        var ticks = ChartScale.Round(least, greatest, count);
        var slack = 1e-6 * (ticks[1] - ticks[0]);
        Assert.True(ticks[0] <= least + slack && ticks[^1] >= greatest - slack);
        Assert.Equal(expected.Length, ticks.Length);
        Assert.All(expected.Zip(ticks), pair => Assert.Equal(pair.First, pair.Second, slack));
    }

    [Theory]
    [InlineData(2000, 1000, "2,000")]
    [InlineData(1.2, 0.2, "1.2")]
    [InlineData(0.0028, 0.0001, "0.0028")]
    [InlineData(0.00286, 0.00002, "0.00286")]
    [InlineData(0.0005, 0.0005, "5e-4")]
    [InlineData(0, 0.001, "0")]
    public void Labels_of_ticks_tell_them_apart(double tick, double step, string label) =>
        Assert.Equal(label, ChartScale.Number(tick, step));

    [LinuxFact]
    public void A_device_is_not_hashed() => Assert.Empty(DataFiles.Hash([(null, "/dev/null"), (null, "/dev/zero")]));

    [Fact]
    public void A_run_says_how_it_was_made_at_its_start_and_what_came_of_it_at_its_end()
    {
        File.WriteAllText(folder["text"], "abc");
        File.WriteAllText(folder["empty"], "");
        var report = new RunReport(folder["run"], ["engine", "train"], DataFiles.Hash(
            [("source", folder["text"]), (null, folder["empty"])]));
        report.Started(Plan());
        var json = JsonNode.Parse(File.ReadAllText(folder["run/run.json"]))!;
        Assert.Equal("running", (string)json["status"]!);
        Assert.Equal("train", (string)json["command"]![1]!);
        var file = Assert.Single(json["data"]!.AsArray())!;
        Assert.Equal(3, (int)file["bytes"]!);
        Assert.Equal(
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", (string)file["sha256"]!);
        report.Validated(new ValidationReport(1, Loss(2), true, TimeSpan.Zero, []) { Bleu = 30 });
        report.Finish(new TrainingOutcome(7, 1.5, TimeSpan.FromSeconds(2), false) { BestUpdate = 4, BestBleu = 30 });
        json = JsonNode.Parse(File.ReadAllText(folder["run/run.json"]))!;
        Assert.Equal(("finished", 4), ((string)json["status"]!, (int)json["best_update"]!));
        Assert.Equal((7, 1.5, 30.0), ((int)json["updates"]!, (double)json["best_loss"]!, (double)json["best_bleu"]!));
    }

    [Fact]
    public void A_run_that_goes_on_tells_of_the_runs_before()
    {
        foreach (var command in (string[])["first", "second", "third"])
        {
            var report = new RunReport(folder["run"], [command], [], resumes: command != "first");
            report.Started(Plan());
            if (command != "second") report.Finish(new TrainingOutcome(7, 1.5, TimeSpan.FromSeconds(2), true));
        }
        var json = JsonNode.Parse(File.ReadAllText(folder["run/run.json"]))!;
        Assert.Equal(("third", "stopped"), ((string)json["command"]![0]!, (string)json["status"]!));
        Assert.Equal(
            ["stopped", "killed"], json["earlier"]!.AsArray().Select(run => (string)run!["status"]!));
        Assert.Equal(
            ["first", "second"], json["earlier"]!.AsArray().Select(run => (string)run!["command"]![0]!));
        Assert.All(json["earlier"]!.AsArray(), run => Assert.Null(run!["earlier"]));

        File.WriteAllText(folder["run/run.json"], "damaged");
        new RunReport(folder["run"], ["fourth"], [], resumes: true).Started(Plan());
        Assert.Null(JsonNode.Parse(File.ReadAllText(folder["run/run.json"]))!["earlier"]);
    }

    [Fact]
    public void The_curves_of_a_run_that_goes_on_continue()
    {
        void Draw(LearningCurve curve, int from, int to)
        {
            for (var update = from; update <= to; update++)
            {
                curve.Updated(new UpdateReport(
                    update, 1, 3 - update / 100.0, 1, update / 1000.0, 1, TimeSpan.Zero, update / 40.0));
                if (update % 5 == 0)
                    curve.Validated(new ValidationReport(update, Loss(2), true, TimeSpan.Zero, []) { Bleu = update });
            }
        }
        Draw(new LearningCurve(folder["whole"]), 1, 40);
        Draw(new LearningCurve(folder["parts"]), 1, 20);
        // It was killed after it drew update 20, and had saved its state at update 15.
        var resumed = new LearningCurve(folder["parts"], resumes: true);
        resumed.Started(Plan() with { ResumedAt = 15 });
        Draw(resumed, 16, 40);
        Assert.Equal(File.ReadAllText(folder["whole/curve.svg"]), File.ReadAllText(folder["parts/curve.svg"]));

        Draw(new LearningCurve(folder["parts"]), 1, 5);
        Draw(new LearningCurve(folder["new"]), 1, 5);
        Assert.Equal(File.ReadAllText(folder["new/curve.svg"]), File.ReadAllText(folder["parts/curve.svg"]));
        foreach (var damaged in (string[])["<svg/>", "no picture", "<svg><metadata>{}</metadata></svg>"])
        {
            File.WriteAllText(folder["parts/curve.svg"], damaged);
            Draw(new LearningCurve(folder["parts"], resumes: true), 1, 5);
            Assert.Equal(File.ReadAllText(folder["new/curve.svg"]), File.ReadAllText(folder["parts/curve.svg"]));
        }
    }

    [Fact]
    public void A_data_file_that_is_missing_is_named() => Assert.Equal(
        "none: there is no such file; check the spelling and the current folder.",
        Assert.Throws<InputException>(() => DataFiles.Hash([(null, "none")])).Message);

    private static ValidationLoss Loss(double smoothed) => new(smoothed / 2, smoothed);

    private TrainingPlan Plan() => Plans.Of(folder["run"]);

    private static List<byte[]> Records(ReadOnlySpan<byte> file)
    {
        var messages = new List<byte[]>();
        while (!file.IsEmpty)
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
            Assert.Equal(Masked(file[..8]), BinaryPrimitives.ReadUInt32LittleEndian(file[8..]));
            Assert.Equal(
                Masked(file[12..(12 + length)]), BinaryPrimitives.ReadUInt32LittleEndian(file[(12 + length)..]));
            messages.Add(file[12..(12 + length)].ToArray());
            file = file[(16 + length)..];
        }
        return messages;
    }

    /// <summary>Castagnoli's polynomial bit by bit, as the definition has it.</summary>
    private static uint Masked(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var value in data)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82F63B78 : crc >> 1;
        }
        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8u);
    }

    private static float Scalar(byte[] message, string tag)
    {
        var name = System.Text.Encoding.UTF8.GetBytes(tag);
        byte[] field = [0x0A, (byte)name.Length, .. name];
        var at = message.AsSpan().IndexOf(field) + field.Length;
        Assert.Equal(0x15, message[at]);
        return BinaryPrimitives.ReadSingleLittleEndian(message.AsSpan(at + 1));
    }
}
