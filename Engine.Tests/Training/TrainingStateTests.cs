using Engine.Layers;
using Engine.Optimizers;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Training;

public sealed class TrainingStateTests : IDisposable
{
    private const string Position =
        """
        {"updates":21,"epoch":11,"batches":2,"pairs":32,"validatedAt":16,"steps":21,"bestLoss":{"plain":4.5,
        "smoothed":4.6},"bestBleu":null,"waited":0,"seconds":1.1,"checkpoints":[16,20],"data":"c-d"}
        """;

    private readonly TemporaryFolder folder = new();
    private readonly Linear<float> network = new(3, 2, new RandomStream(1));
    private readonly ISchedule schedule = new ReduceOnPlateauSchedule(1, 1, 0.5, 2);

    private string StatePath => folder["training_state.safetensors"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("\"updates\":21", "\"updates\":null", "has a value of the wrong kind at 'updates'")]
    [InlineData("\"updates\":21", "\"updates\":\"21\"", "has a value of the wrong kind at 'updates'")]
    [InlineData("\"updates\":21", "\"updates\":1e300", "has a value of the wrong kind at 'updates'")]
    [InlineData("\"updates\":21", "\"updates\":NaN", "is not valid JSON at byte 12 (")]
    [InlineData("\"updates\":21", "\"updates\":-1", "has updates -1, which must be 0 to 2147483647")]
    [InlineData("\"updates\":21,", "", "lacks 'updates'; ")]
    [InlineData("\"epoch\":11", "\"epoch\":0", "has epoch 0, which must be 1 to 22")]
    [InlineData("\"epoch\":11", "\"epoch\":23", "has epoch 23, which must be 1 to 22")]
    [InlineData("\"batches\":2", "\"batches\":33", "has batches 33, which must be 0 to 32")]
    [InlineData("\"pairs\":32", "\"pairs\":-32", "has pairs -32, which must be 0 to 2147483647")]
    [InlineData("\"validatedAt\":16", "\"validatedAt\":22", "has validatedAt 22, which must be 0 to 21")]
    [InlineData("\"steps\":21", "\"steps\":22", "has steps 22, which must be 0 to 21")]
    [InlineData("\"plain\":4.5", "\"plain\":-4.5", "has bestLoss -4.5, which must be 0 to Infinity")]
    [InlineData("\"plain\":4.5", "\"plain\":\"NaN\"", "has bestLoss NaN, which must be 0 to Infinity")]
    [InlineData("\"bestBleu\":null", "\"bestBleu\":1e300", "has bestBleu 1E+300, which must be 0 to 101")]
    [InlineData("\"waited\":0", "\"waited\":-1", "has waited -1, which must be 0 to 2147483647")]
    [InlineData("\"seconds\":1.1", "\"seconds\":1e300", "has seconds 1E+300, which must be 0 to ")]
    [InlineData("\"seconds\":1.1", "\"seconds\":\"NaN\"", "has seconds NaN, which must be 0 to ")]
    [InlineData("[16,20]", "null", "has a value of the wrong kind at 'checkpoints'")]
    [InlineData("[16,20]", "[16,22]", "has checkpoints 22, which must be 0 to 21")]
    [InlineData("[16,20]", "[20,16]", "has checkpoints that do not rise")]
    [InlineData("\"data\":\"c-d\"", "\"data\":null", "has a value of the wrong kind at 'data'")]
    [InlineData("\"data\":\"c-d\"", "\"data\":\"c-d\",\"data\":\"e\"", "key 'data' is given twice in one object")]
    [InlineData("\"data\":\"c-d\"", "\"data\":\"\\ud800\"", "is not valid JSON at byte ")]
    public void A_position_that_no_run_can_have_is_refused(string right, string wrong, string expected)
    {
        Assert.Contains(right, Position, StringComparison.Ordinal);
        var message = ErrorOfPosition(Position.Replace(right, wrong, StringComparison.Ordinal), []);
        Assert.StartsWith("state: ", message);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.EndsWith(
            "; begin anew with Trainer.Run, or with ModelFolder.Load and another folder from the weights it has",
            message);
        Assert.Equal(21, TrainingState.PositionOf(Texts(Position), "state", []).Position.Updates);
    }

    [Theory]
    [InlineData("\"plateauWaited\":1,\"plateauReductions\":0", "lacks 'plateauBest'")]
    [InlineData("\"plateauBest\":null,\"plateauWaited\":1,\"plateauReductions\":0", "has plateauBest 'null', which")]
    [InlineData("\"plateauBest\":-1,\"plateauWaited\":1,\"plateauReductions\":0", "has plateauBest '-1', which")]
    [InlineData("\"plateauBest\":1,\"plateauWaited\":\"NaN\",\"plateauReductions\":0", "has plateauWaited '\"NaN\"', ")]
    [InlineData("\"plateauBest\":1,\"plateauWaited\":[1],\"plateauReductions\":0", "has plateauWaited '[1]', which ")]
    public void A_schedule_that_lacks_a_number_is_refused(string numbers, string expected) => Assert.Contains(
        expected, ErrorOfPosition(
            Position.Replace("{\"updates\"", "{" + numbers + ",\"updates\""), schedule.State.Keys));

    [Theory]
    [InlineData(1e300)]
    [InlineData(0.5)]
    [InlineData(double.PositiveInfinity)]
    public void A_schedule_takes_no_count_that_is_not_whole(double count) => Assert.Throws<ArgumentException>(
        () => schedule.State = new Dictionary<string, double> { ["plateauWaited"] = count });

    [Theory]
    [InlineData("[]", "is no object of numbers; ")]
    [InlineData("21", "is no object of numbers; ")]
    [InlineData("null", "is null, not an object; ")]
    public void A_position_that_is_no_object_is_refused(string position, string expected) =>
        Assert.Contains(expected, ErrorOfPosition(position, []), StringComparison.Ordinal);

    [Fact]
    public void A_file_without_a_position_is_refused() => Assert.StartsWith(
        "state: does not say where the run stands; begin anew with Trainer.Run",
        Assert.Throws<InputException>(
            () => TrainingState.PositionOf(new Dictionary<string, string>(), "state", [])).Message);

    [Theory]
    [InlineData("model.bias", null, "tensor 'model.bias' [2] is missing; ")]
    [InlineData("model.bias", new[] { 3 }, "tensor 'model.bias' is F32 [3], where F32 [2] must be; ")]
    [InlineData("optimizer.m.weight", null, "tensor 'optimizer.m.weight' [2, 3] is missing; ")]
    [InlineData("best.weight", new[] { 2, 3 }, "tensor 'best.bias' is missing beside the others of the best model; ")]
    [InlineData("optimizer.velocity.weight", new[] { 2, 3 }, "tensor 'optimizer.velocity.weight' does not belong to ")]
    [InlineData("model.other", new[] { 1 }, "tensor 'model.other' does not belong to the run; ")]
    public void Tensors_of_another_run_are_refused_by_name(string name, int[]? shape, string expected)
    {
        var (state, records, metadata) = Saved();
        records.RemoveAll(record => record.Name == name);
        if (shape is not null)
            records.Add(TensorRecord.Of<float>(name, shape, new float[shape.Aggregate(1, (n, size) => n * size)]));
        SafeTensorsWriter.Write(StatePath, records, metadata);
        Assert.StartsWith($"{StatePath}: {expected}", ErrorOf(state));
    }

    [Fact]
    public void A_tensor_of_integers_is_refused()
    {
        var (state, records, metadata) = Saved();
        records.RemoveAll(record => record.Name == "model.bias");
        records.Add(TensorRecord.Of<long>("model.bias", [2], new long[2]));
        SafeTensorsWriter.Write(StatePath, records, metadata);
        Assert.StartsWith($"{StatePath}: tensor 'model.bias' is I64 [2], where F32 [2] must be; ", ErrorOf(state));
    }

    [Fact]
    public void A_state_of_another_text_changes_nothing()
    {
        var (state, records, metadata) = Saved();
        records.Add(TensorRecord.Of<float>("best.weight", [2, 3], new float[6]));
        records.Add(TensorRecord.Of<float>("best.bias", [2], new float[2]));
        SafeTensorsWriter.Write(StatePath, records, metadata);
        var before = network.Parameters.Select(parameter => parameter.Value.ToArray()).ToArray();
        Assert.Throws<InputException>(() => state.Load(
            folder.Path, _ => throw new InputException("another text"),
            () => Assert.Fail("the best model is replaced")));
        Assert.Equal(before, network.Parameters.Select(parameter => parameter.Value.ToArray()));
        var restored = false;
        state.Load(folder.Path, _ => { }, () => restored = true);
        Assert.True(restored);
    }

    [Fact]
    public void A_count_that_a_schedule_cannot_have_is_refused_with_the_files_name()
    {
        var saved = new TrainingState(network, new Sgd<float>(network.Parameters, 0.1), schedule, null);
        saved.Save(folder.Path, new TrainingPosition { Updates = 3, Pairs = 4, Batches = 2 }, keepsBest: false);
        using var file = SafeTensorsFile.Open(StatePath);
        var records = file.Entries.Values.Select(entry => TensorRecord.Of<float>(
            entry.Name, entry.Shape, file.ReadNumbers<float>(entry.Name))).ToArray();
        var metadata = file.Metadata.ToDictionary(
            text => text.Key, text => text.Value.Replace("\"plateauWaited\":0", "\"plateauWaited\":0.5"));
        Assert.NotEqual(file.Metadata, metadata);
        SafeTensorsWriter.Write(StatePath, records, metadata);
        var error = ErrorOf(saved);
        Assert.StartsWith($"{StatePath}: ", error);
        Assert.Contains("plateauWaited", error);
        Assert.DoesNotContain('\n', error);
    }

    [Fact]
    public void A_negative_count_of_batches_is_refused()
    {
        var norm = new BatchNorm<float>(2);
        var state = new TrainingState(
            norm, new Sgd<float>(norm.Parameters, 0.1), new ConstantSchedule(0.1, 0), null);
        state.Save(folder.Path, new TrainingPosition { Updates = 3, Pairs = 4, Batches = 2 }, keepsBest: false);
        using var file = SafeTensorsFile.Open(StatePath);
        SafeTensorsWriter.Write(
            StatePath,
            [.. file.Entries.Values.Select(entry => TensorRecord.Of<float>(
                entry.Name, entry.Shape,
                entry.Name == "model.num_batches_tracked" ? [-1] : file.ReadNumbers<float>(entry.Name)))],
            file.Metadata);
        Assert.StartsWith(
            $"{StatePath}: tensor 'model.num_batches_tracked' has a count that is no number from 0 up; ",
            ErrorOf(state));
    }

    [Fact]
    public void The_best_model_comes_back_with_its_running_statistics()
    {
        var norm = new BatchNorm<float>(2);
        var state = new TrainingState(
            norm, new Sgd<float>(norm.Parameters, 0.1), new ConstantSchedule(0.1, 0), null);
        Learn(batches: 1);
        SafeTensors.Save(folder[ModelFolder.Weights], norm);
        var best = Buffers();
        Learn(batches: 2);
        var last = Buffers();
        state.Save(folder.Path, new TrainingPosition { Updates = 3, Pairs = 4, Batches = 2 }, keepsBest: true);
        Learn(batches: 3);
        float[][] restored = [];
        state.Load(folder.Path, _ => { }, () => restored = Buffers());
        Assert.Equal(best, restored);
        Assert.Equal(last, Buffers());
        Assert.NotEqual(best, last);

        float[][] Buffers() => [.. norm.NamedBuffers.Select(named => named.Value.Value.ToArray())];

        void Learn(int batches)
        {
            for (var batch = 0; batch < batches; batch++)
            {
                using var tape = new Tape<float>();
                tape.Backward(Op.Sum(norm.Forward(tape.Constant([3, 2], [1, 2, 3, 5, 8, 13])))).Commit();
            }
        }
    }

    private static Dictionary<string, string> Texts(string position) => new() { ["position"] = position };

    private static string ErrorOfPosition(string position, IEnumerable<string> scheduleKeys)
    {
        var message = Assert.Throws<InputException>(
            () => TrainingState.PositionOf(Texts(position), "state", scheduleKeys)).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }

    private string ErrorOf(TrainingState state) => Assert.Throws<InputException>(
        () => state.Load(folder.Path, _ => { }, () => Assert.Fail("the best model is replaced"))).Message;

    /// <summary>A saved state, and what its file holds.</summary>
    private (TrainingState State, List<TensorRecord> Records, IReadOnlyDictionary<string, string> Metadata) Saved()
    {
        var state = new TrainingState(
            network, new Adam<float>(network.Parameters, 0.1), new ConstantSchedule(0.1, 0), null);
        state.Save(folder.Path, new TrainingPosition { Updates = 3, Pairs = 4, Batches = 2 }, keepsBest: false);
        using var file = SafeTensorsFile.Open(StatePath);
        return (state, [.. file.Entries.Values.Select(entry => TensorRecord.Of<float>(
            entry.Name, entry.Shape, file.ReadNumbers<float>(entry.Name)))], file.Metadata);
    }
}
