using System.Text.Json.Nodes;
using Engine.Tests.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>What keeps training stable and weights small, as a run uses it.</summary>
public sealed class RegularizationTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ThreadTeam team = new(2);
    private readonly ParallelCorpus corpus;

    public RegularizationTests()
    {
        File.WriteAllText(folder["a"], "one two\nthree\nfour one\n");
        File.WriteAllText(folder["b"], "eins zwei\ndrei\nvier eins\n");
        corpus = ParallelCorpus.Read(folder["a"], folder["b"]);
    }

    private static TrainingConfiguration Small => new()
    {
        DModel = 8, DFf = 8, Heads = 2, Layers = 1, Dropout = 0, Updates = 6, Epochs = 0, LearningRate = 0.05,
        Warmup = 0, ValidEvery = 2, LabelSmoothing = 0,
    };

    public void Dispose()
    {
        team.Dispose();
        folder.Dispose();
    }

    public static TheoryData<string> Optimizers => new(OptimizerChoice.Names);

    public static TheoryData<string> Schedules => new(ScheduleChoice.Names);

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Every_optimizer_trains(string name)
    {
        var rate = name switch { "lion" => 0.01, "adadelta" => 1, _ => 0.05 };
        var losses = Losses(Small with { Optimizer = name, LearningRate = rate, Epsilon = 1e-6, Updates = 40 });
        Assert.True(losses[^1] < 0.9 * losses[0], $"{losses[0]} to {losses[^1]}");
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void Of_every_optimizer_weights_decay_and_biases_and_norms_do_not(string name)
    {
        var model = TranslationModel.Create(Small, corpus);
        var parameters = model.Network.Parameters;
        foreach (var parameter in parameters) parameter.Update().Fill(1);
        var optimizer = OptimizerChoice.Create(parameters, Small with { Optimizer = name, WeightDecay = 0.1 });
        optimizer.Step(new GradientSet<float>(parameters));
        foreach (var parameter in parameters)
            Assert.All(parameter.Value.ToArray(), v => Assert.Equal(parameter.Shape.Rank >= 2, v < 1));
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void Every_schedule_sets_the_rate_of_each_update(string name)
    {
        var c = Small with { Schedule = name, Warmup = 3, DecayEvery = 1, Patience = 0 };
        var record = new Recorder();
        Train(c, record);
        var rates = record.Updates.ConvertAll(update => update.LearningRate);
        var peak = name == "noam" ? 1 / Math.Sqrt(8 * 3) : 0.05;
        Assert.Equal(peak / 3, rates[0], 1e-12);
        Assert.Equal(name switch
        {
            "inverse-sqrt" => [peak, peak * Math.Sqrt(3 / 4.0)], "noam" => [peak, peak * Math.Sqrt(3 / 4.0)],
            "constant" => [peak, peak], "linear" => [peak, peak * 3 / 4],
            "cosine" => [peak, peak * (1 + Math.Sqrt(0.5)) / 2], "step" => [peak, peak / 2], _ => rates[2..4],
        }, rates[2..4].Select(rate => Math.Round(rate, 12)), (a, b) => Math.Abs(a - b) < 1e-10);
        if (name is "linear" or "cosine") Assert.InRange(rates[^1], peak * 0.1, peak * 0.3); // the last one moves too
    }

    [Fact]
    public void The_length_of_a_schedule_is_that_of_the_epochs_where_updates_are_not_limited()
    {
        var record = new Recorder();
        Train(Small with { Schedule = "linear", Updates = 0, Epochs = 3, BatchTokens = 2 }, record);
        Assert.True(record.Updates.Count >= 6);
        Assert.Equal(2 * 0.05 / record.Updates.Count, record.Updates[^2].LearningRate, 1e-12);
        Assert.Equal(0.05 / record.Updates.Count, record.Updates[^1].LearningRate, 1e-12);
    }

    [Fact]
    public void The_rate_falls_on_a_plateau_of_the_validation_loss()
    {
        // A rate so small that nothing moves in float leaves the loss as it was after the first validation.
        var record = new Recorder();
        Train(
            Small with { Schedule = "plateau", LearningRate = 1e-30, Patience = 0, DecayFactor = 0.25, Updates = 8 },
            record);
        Close.To(
            [1e-30, 1e-30, 1e-30, 1e-30, 2.5e-31, 2.5e-31, 6.25e-32, 6.25e-32],
            [.. record.Updates.Select(update => update.LearningRate)], 1e-9);
        for (var i = 0; i < 8; i++)
            Assert.Equal(Math.Pow(0.25, Math.Max(0, (i / 2) - 1)), record.Updates[i].LearningRate / 1e-30, 1e-9);
    }

    [Fact]
    public void Penalties_are_added_to_the_loss_once_and_over_the_weights_alone()
    {
        var model = TranslationModel.Create(Small, corpus);
        var weights = model.Network.Parameters.Where(parameter => parameter.Shape.Rank >= 2)
            .SelectMany(parameter => parameter.Value.ToArray()).ToArray();
        var plain = Losses(Small)[0];
        Assert.Equal(plain + (0.01 * weights.Sum(Math.Abs)), Losses(Small with { L1 = 0.01 })[0], 1e-4);
        Assert.Equal(plain + (0.005 * weights.Sum(w => w * w)), Losses(Small with { L2 = 0.01 })[0], 1e-4);
        Assert.True(Weight(Small with { L1 = 0.1 }) < Weight(Small));
        Assert.True(Weight(Small with { L2 = 0.1 }) < Weight(Small));

        double Weight(TrainingConfiguration c) =>
            Train(c, new Recorder()).Network.Parameters.Where(parameter => parameter.Shape.Rank >= 2)
                .Sum(parameter => parameter.Value.ToArray().Sum(Math.Abs));
    }

    [Fact]
    public void Penalties_count_once_for_any_number_of_microbatches()
    {
        var lines = Enumerable.Range(0, 64).Select(i => string.Join(' ', Enumerable.Repeat($"w{i % 9}", 24)));
        File.WriteAllLines(folder["long"], lines);
        var pairs = ParallelCorpus.Read(folder["long"], folder["long"]);
        var c = Small with { Updates = 1, BatchTokens = 4096 };
        var weights = TranslationModel.Create(c, pairs).Network.Parameters
            .Where(parameter => parameter.Shape.Rank >= 2).SelectMany(parameter => parameter.Value.ToArray());
        double Loss(TrainingConfiguration c)
        {
            var record = new Recorder();
            Train(c, record, pairs: pairs);
            return record.Updates[0].Loss;
        }
        Assert.Equal(Loss(c) + (0.01 * weights.Sum(Math.Abs)), Loss(c with { L1 = 0.01 }), 1e-4);
    }

    [Fact]
    public void Clipping_by_value_comes_before_the_norm_and_zero_is_no_clipping()
    {
        // Plain descent moves by lr times the clipped gradient, so that the largest move is lr times the value.
        var c = Small with { Optimizer = "sgd", LearningRate = 1, Updates = 1, ClipNorm = 0, ClipValue = 0.001 };
        Assert.Equal(0.001, Moves(c).Max(Math.Abs), 1e-6);
        Assert.True(Moves(c with { ClipValue = 0 }).Max(Math.Abs) > 0.01);
        Assert.Equal(0.002, Norm(c with { ClipNorm = 0.002 }), 1e-5);
        Assert.Equal(0.002, Norm(c with { ClipNorm = 0.002, ClipValue = 0 }), 1e-5);

        double Norm(TrainingConfiguration c) => Math.Sqrt(Moves(c).Sum(move => move * move));

        double[] Moves(TrainingConfiguration c)
        {
            var before = TranslationModel.Create(c, corpus).Network.Parameters;
            var after = Train(c, new Recorder()).Network.Parameters;
            return
            [
                .. before.Zip(after).SelectMany(pair =>
                    pair.First.Value.ToArray().Zip(pair.Second.Value.ToArray(), (a, b) => (double)a - b)),
            ];
        }
    }

    [Fact]
    public void The_gradients_of_each_layer_are_monitored_when_asked_for()
    {
        var record = new Recorder();
        using (var log = new JsonLinesLog(folder["log"]))
        {
            Train(Small with { ClipNorm = 0 }, record, monitor: true, log: log);
        }
        string[] layers =
        [
            "source_embedding", "target_embedding", "encoder.layers.0", "encoder.norm", "decoder.layers.0",
            "decoder.norm",
        ];
        foreach (var update in record.Updates)
        {
            Assert.Equal(layers, update.LayerGradients.Select(layer => layer.Layer));
            Assert.Equal(
                update.GradientNorm, Math.Sqrt(update.LayerGradients.Sum(layer => layer.Norm * layer.Norm)),
                1e-5 * update.GradientNorm);
        }
        Assert.Equal(record.Updates[^1].LayerGradients, record.Validations[^1].LayerGradients);
        var lines = File.ReadLines(folder["log"]).Select(line => JsonNode.Parse(line)!)
            .Where(line => (string)line["event"]! == "gradients").ToArray();
        Assert.Equal(6, lines.Length);
        Assert.Equal(6, (int)lines[^1]["update"]!);
        Assert.Equal(
            record.Updates[^1].LayerGradients[2].Norm, (double)lines[^1]["layers"]!["encoder.layers.0"]!, 1e-9);

        var quiet = new Recorder();
        Train(Small, quiet);
        Assert.All(quiet.Updates, update => Assert.Empty(update.LayerGradients));
        Assert.All(quiet.Validations, validation => Assert.Empty(validation.LayerGradients));
    }

    [Theory]
    [InlineData("encoder.layers.0.self_attn.in_proj_weight", "encoder.layers.0")]
    [InlineData("encoder.layers.11.norm1.weight", "encoder.layers.11")]
    [InlineData("encoder.norm.weight", "encoder.norm")]
    [InlineData("output.weight", "output")]
    [InlineData("weight_ih_l0", "weight_ih_l0")]
    public void A_layer_is_the_path_up_to_its_number(string path, string layer) =>
        Assert.Equal(layer, GradientMonitor.LayerOf(path));

    [Fact]
    public void Watched_a_run_ends_at_the_operation_that_breaks_and_names_the_update()
    {
        var model = TranslationModel.Create(Small, corpus);
        model.Network.NamedParameters.First(named => named.Key == "encoder.layers.0.linear1.weight").Value.Update()
            .Fill(1e30f);
        model.Network.NamedParameters.First(named => named.Key == "encoder.layers.0.linear2.weight").Value.Update()
            .Fill(1e30f);
        var trainer = new Trainer(model, corpus, corpus, folder["m"], team, new Recorder())
        {
            DetectsAnomalies = true,
        };
        Assert.True(trainer.DetectsAnomalies);
        Assert.Matches(
            @"^update 1: Linear: the first -?(NaN|infinity) of the step is element \d+ of its output " +
            @"\[\d+, 8\], in the forward pass \(node \d+\); its inputs are .*\. No model was saved\.$",
            Assert.Throws<DivergenceException>(() => trainer.Run(CancellationToken.None)).Message);
    }

    [Fact]
    public void Watching_for_anomalies_changes_no_bit_of_a_run() =>
        Assert.Equal(Losses(Small), Losses(Small, anomalies: true));

    [Fact]
    public void Attention_and_embedding_have_dropout_of_their_own()
    {
        var c = Small with { Dropout = 0, Updates = 1 };
        var plain = Losses(c)[0];
        Assert.Equal(plain, Losses(c with { AttentionDropout = 0, EmbeddingDropout = 0 })[0]);
        Assert.NotEqual(plain, Losses(c with { AttentionDropout = 0.5 })[0]);
        Assert.NotEqual(plain, Losses(c with { EmbeddingDropout = 0.5 })[0]);
        // What is not said is the one probability of all.
        var all = Losses(c with { Dropout = 0.5 })[0];
        Assert.Equal(all, Losses(c with { Dropout = 0.5, AttentionDropout = 0.5, EmbeddingDropout = 0.5 })[0]);
        Assert.NotEqual(all, Losses(c with { Dropout = 0.5, AttentionDropout = 0 })[0]);
        Assert.NotEqual(all, Losses(c with { Dropout = 0.5, EmbeddingDropout = 0 })[0]);
    }

    private double[] Losses(TrainingConfiguration c, bool anomalies = false)
    {
        var record = new Recorder();
        Train(c, record, anomalies);
        return [.. record.Updates.Select(update => update.Loss)];
    }

    private TranslationModel Train(
        TrainingConfiguration c, Recorder record, bool anomalies = false, bool monitor = false,
        JsonLinesLog? log = null, ParallelCorpus? pairs = null)
    {
        pairs ??= corpus;
        var model = TranslationModel.Create(c, pairs);
        record.Next = log;
        var trainer = new Trainer(model, pairs, pairs, folder["model"], team, record)
        {
            DetectsAnomalies = anomalies, MonitorsGradients = monitor,
        };
        Assert.Equal((anomalies, monitor), (trainer.DetectsAnomalies, trainer.MonitorsGradients));
        trainer.Run(CancellationToken.None);
        return model;
    }

    private sealed class Recorder : ITrainingObserver
    {
        public JsonLinesLog? Next { get; set; }

        public List<UpdateReport> Updates { get; } = [];

        public List<ValidationReport> Validations { get; } = [];

        public void Started(TrainingPlan plan)
        {
        }

        public void Updated(UpdateReport report)
        {
            Updates.Add(report);
            Next?.Updated(report);
        }

        public void Validated(ValidationReport report)
        {
            Validations.Add(report);
            Next?.Validated(report);
        }
    }
}
