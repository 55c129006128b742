using System.Text.Json;
using System.Text.Json.Serialization;
using Engine.Layers;
using Engine.Optimizers;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// <c>training_state.safetensors</c>: all that a run needs to go on as if it had not been interrupted. Random streams
/// follow from the seed and from the numbers of update, epoch and batch, so the file holds none.
/// </summary>
/// <remarks>
/// Tensors <c>model.NAME</c> are the present parameters and buffers (the model's own file holds the best ones),
/// <c>optimizer.SLOT.NAME</c> is the optimizer's state, and <c>average.NAME</c> the moving average. The state of a run
/// that ended also has <c>best.NAME</c>: the best model before the end's own validation and average.
/// </remarks>
/// <param name="network">The network.</param>
/// <param name="optimizer">The optimizer over its parameters.</param>
/// <param name="schedule">The learning rate's schedule.</param>
/// <param name="average">The moving average of its parameters; null if the run has none.</param>
internal sealed class TrainingState(
    Module<float> network, Optimizer<float> optimizer, ISchedule schedule, WeightAverage? average)
{
    private const string PositionKey = "position", Model = "model.", Best = "best.";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // the best loss is infinite at first
    };

    /// <summary>Writes the state; it replaces an earlier file only once it is written whole.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="position">Where the run stands.</param>
    /// <param name="keepsBest">Whether to keep a copy of the best model, because its own file may change next.</param>
    /// <exception cref="InputException">The state cannot be written.</exception>
    public void Save(string folder, TrainingPosition position, bool keepsBest)
    {
        var records = new List<TensorRecord>();
        foreach (var (name, parameter) in network.NamedParameters)
            records.Add(Record(Model + name, parameter.Shape, parameter.Value.ToArray()));
        foreach (var (name, buffer) in network.NamedBuffers)
            records.Add(Record(Model + name, buffer.Shape, buffer.Value.ToArray()));
        records.AddRange(OptimizerAndAverage().Select(entry => Record(entry.Name, entry.Shape, entry.Numbers)));
        if (keepsBest)
        {
            using var best = SafeTensorsFile.Open(Path.Combine(folder, ModelFolder.Weights));
            foreach (var (name, parameter) in network.NamedParameters)
                records.Add(Record(Best + name, parameter.Shape, best.ReadNumbers<float>(name)));
            foreach (var (name, buffer) in network.NamedBuffers)
            {
                var numbers = buffer.IsCount
                    ? Array.ConvertAll(best.ReadIntegers(name), count => (float)count)
                    : best.ReadNumbers<float>(name);
                records.Add(Record(Best + name, buffer.Shape, numbers));
            }
        }
        position = position with
        {
            Steps = optimizer.Steps,
            Schedule = schedule.State.ToDictionary(
                named => named.Key, named => JsonSerializer.SerializeToElement(named.Value, Json)),
        };
        RunFolder.Make(folder);
        SafeTensorsWriter.Write(
            Path.Combine(folder, ModelFolder.TrainingState), records,
            new Dictionary<string, string> { [PositionKey] = JsonSerializer.Serialize(position, Json) });
    }

    /// <summary>Reads the state into network, optimizer, schedule and average.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="restoreBest">Called while the network holds the best model, if the file has its copy.</param>
    /// <returns>Where the run stands.</returns>
    /// <exception cref="InputException">The file is missing or damaged, or belongs to another model.</exception>
    public TrainingPosition Load(string folder, Action restoreBest)
    {
        var path = Path.Combine(folder, ModelFolder.TrainingState);
        using var file = SafeTensorsFile.Open(path);
        var (position, scheduleState) = PositionOf(file, path);
        var slots = OptimizerAndAverage().ToArray();
        foreach (var (name, shape) in Names(Model).Concat(slots.Select(slot => (slot.Name, slot.Shape))))
        {
            if (!file.Entries.TryGetValue(name, out var entry) || !entry.Shape.SequenceEqual(shape.AsSpan()))
                throw new InputException($"{path}: tensor '{name}' {shape} is missing or of another shape; " +
                    "it is not the state of this model and optimizer. Begin anew with --overwrite.");
        }
        if (Names(Best).All(best => file.Entries.ContainsKey(best.Name)))
        {
            Read(Best);
            restoreBest();
        }
        Read(Model);
        foreach (var slot in slots) file.ReadNumbers(slot.Name, slot.Numbers.Span);
        (optimizer.Steps, schedule.State) = (position.Steps, scheduleState);
        return position;

        void Read(string prefix)
        {
            foreach (var (name, parameter) in network.NamedParameters)
                file.ReadNumbers(prefix + name, parameter.Update());
            foreach (var (name, buffer) in network.NamedBuffers)
                file.ReadNumbers(prefix + name, buffer.Update());
        }

        IEnumerable<(string Name, Shape Shape)> Names(string prefix) =>
            network.NamedParameters.Select(named => (prefix + named.Key, named.Value.Shape))
                .Concat(network.NamedBuffers.Select(named => (prefix + named.Key, named.Value.Shape)));
    }

    /// <summary>The state of the optimizer and the moving average, by the paths of the parameters.</summary>
    private IEnumerable<(string Name, Shape Shape, Memory<float> Numbers)> OptimizerAndAverage()
    {
        var names = network.NamedParameters.ToDictionary(named => named.Value, named => named.Key);
        foreach (var (slot, parameter, numbers) in optimizer.State)
            yield return ($"optimizer.{slot}.{names[parameter]}", parameter.Shape, numbers);
        if (average is null) yield break;
        for (var p = 0; p < average.Values.Count; p++)
        {
            var parameter = network.Parameters[p];
            yield return ($"average.{names[parameter]}", parameter.Shape, average.Values[p]);
        }
    }

    private static TensorRecord Record(string name, Shape shape, ReadOnlyMemory<float> numbers) =>
        TensorRecord.Of(name, shape.AsSpan(), numbers);

    private static (TrainingPosition Position, IReadOnlyDictionary<string, double> ScheduleState) PositionOf(
        SafeTensorsFile file, string path)
    {
        try
        {
            if (file.Metadata.TryGetValue(PositionKey, out var json)
                && JsonSerializer.Deserialize<TrainingPosition>(json, Json) is { } position)
            {
                var schedule = position.Schedule.ToDictionary(
                    named => named.Key, named => named.Value.Deserialize<double>(Json));
                return (position, schedule);
            }
        }
        catch (JsonException)
        {
            // Reported below; the JSON error adds nothing.
        }
        throw new InputException($"{path}: does not say where the run stands, or says it as another version of the " +
            "engine does; begin anew with --overwrite, or with --from and another --out from the weights it has.");
    }
}
