using System.Numerics.Tensors;
using System.Text.Json;
using System.Text.Json.Serialization;
using Engine.Kernels;
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

    private static readonly TrainingTypes Types = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = true,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // the best loss is infinite at first
    });

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
            var path = ModelFolder.PathOf(folder, ModelFolder.Weights);
            using var best = SafeTensorsFile.Open(path);
            foreach (var (name, parameter) in network.NamedParameters)
                records.Add(Record(Best + name, parameter.Shape, best.ReadNumbers<float>(name)));
            foreach (var (name, buffer) in network.NamedBuffers)
            {
                var numbers = buffer.IsCount
                    ? Array.ConvertAll(SafeTensors.ReadCounts(best, path, name), count => (float)count)
                    : best.ReadNumbers<float>(name);
                records.Add(Record(Best + name, buffer.Shape, numbers));
            }
        }
        position = position with
        {
            Steps = optimizer.Steps, FusedSums = KernelWidth.IsFused,
            Schedule = schedule.State.ToDictionary(
                named => named.Key, named => JsonSerializer.SerializeToElement(named.Value, Types.Double)),
        };
        var place = FolderChange.PlaceToWrite(folder);
        RunFolder.Make(place);
        SafeTensorsWriter.Write(
            Path.Combine(place, ModelFolder.TrainingState), records,
            new Dictionary<string, string>
            {
                [PositionKey] = JsonSerializer.Serialize(position, Types.TrainingPosition),
            });
    }

    /// <summary>Reads the state into network, optimizer, schedule and average.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="check">Refuses a position that does not fit the run, before anything changes.</param>
    /// <param name="restoreBest">Called while the network holds the best model, if the file has its copy.</param>
    /// <returns>Where the run stands.</returns>
    /// <exception cref="InputException">The file is missing or damaged, or belongs to another model.</exception>
    public TrainingPosition Load(string folder, Action<TrainingPosition> check, Action restoreBest)
    {
        var path = ModelFolder.PathOf(folder, ModelFolder.TrainingState);
        using var file = SafeTensorsFile.Open(path);
        return Load(file, path, check, restoreBest);
    }

    /// <inheritdoc cref="Load(string, Action{TrainingPosition}, Action)"/>
    internal TrainingPosition Load(
        SafeTensorsFile file, string path, Action<TrainingPosition> check, Action restoreBest)
    {
        var (position, scheduleState) = PositionOf(file.Metadata, path, schedule.State.Keys);
        var slots = OptimizerAndAverage().ToArray();
        var best = Names(Best).Where(copy => file.Entries.ContainsKey(copy.Name)).ToArray();
        var known = Names(Model).Concat(best).Concat(slots.Select(slot => (slot.Name, slot.Shape))).ToArray();
        foreach (var (name, shape) in known)
        {
            if (!file.Entries.TryGetValue(name, out var entry))
                throw NotOurs($"tensor '{name}' {shape} is missing");
            if (!entry.Shape.SequenceEqual(shape.AsSpan()) || !entry.Type.IsNumber)
                throw NotOurs($"tensor '{name}' is {entry}, where F32 {shape} must be");
        }
        var lost = Names(Best).FirstOrDefault(copy => !file.Entries.ContainsKey(copy.Name)).Name;
        if (best.Length > 0 && lost is not null)
            throw NotOurs($"tensor '{lost}' is missing beside the others of the best model");
        if (file.Entries.Keys.Except(known.Select(one => one.Name)).Order(StringComparer.Ordinal).FirstOrDefault()
            is { } extra)
        {
            throw NotOurs($"tensor {FileProblem.Quote(extra)} does not belong to the run");
        }
        check(position);
        try
        {
            schedule.State = scheduleState;
        }
        catch (ArgumentException failure)
        {
            throw new InputException($"{FileProblem.OneLine(path)}: {FileProblem.OneLine(failure.Message)}", failure);
        }
        if (best.Length > 0)
        {
            Read(Best);
            restoreBest();
        }
        Read(Model);
        foreach (var slot in slots) file.ReadNumbers(slot.Name, slot.Numbers.Span);
        optimizer.Steps = position.Steps;
        return position;

        InputException NotOurs(string what) => new(
            $"{FileProblem.OneLine(path)}: {what}; the file is not the state of this model and optimizer. "
            + "Begin anew with Trainer.Run.");

        void Read(string prefix)
        {
            foreach (var (name, parameter) in network.NamedParameters)
                file.ReadNumbers(prefix + name, parameter.Update());
            foreach (var (name, buffer) in network.NamedBuffers)
            {
                file.ReadNumbers(prefix + name, buffer.Update());
                if (buffer.IsCount && buffer.Update().ContainsAnyExceptInRange(0, SafeTensors.MostCount))
                    throw NotOurs($"tensor '{prefix + name}' has a count that is no number from 0 up");
            }
        }

        IEnumerable<(string Name, Shape Shape)> Names(string prefix) =>
            network.NamedParameters.Select(named => (prefix + named.Key, named.Value.Shape))
                .Concat(network.NamedBuffers.Select(named => (prefix + named.Key, named.Value.Shape)));
    }

    /// <summary>The first number of the run that is NaN or infinite, as a message names it; null if all are finite.
    /// </summary>
    public string? FirstThatIsNotFinite()
    {
        foreach (var (name, parameter) in network.NamedParameters)
        {
            if (!TensorPrimitives.IsFiniteAll(parameter.Value.Span)) return $"the weights of '{name}' are";
        }
        foreach (var (name, buffer) in network.NamedBuffers)
        {
            if (!TensorPrimitives.IsFiniteAll(buffer.Value.Span)) return $"the statistics '{name}' are";
        }
        foreach (var (name, _, numbers) in OptimizerAndAverage())
        {
            if (TensorPrimitives.IsFiniteAll<float>(numbers.Span)) continue;
            return name.StartsWith("average.", StringComparison.Ordinal)
                ? $"the moving average of '{name["average.".Length..]}' is" : $"the optimizer's state '{name}' is";
        }
        return null;
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

    /// <summary>Where a run stands, from the texts of a state file.</summary>
    /// <param name="metadata">The texts of the file.</param>
    /// <param name="path">What messages call the file.</param>
    /// <param name="scheduleKeys">The numbers that are the schedule's state.</param>
    /// <exception cref="InputException">The position is missing, is not JSON, or contradicts itself.</exception>
    internal static (TrainingPosition Position, IReadOnlyDictionary<string, double> ScheduleState) PositionOf(
        IReadOnlyDictionary<string, string> metadata, string path, IEnumerable<string> scheduleKeys)
    {
        const string Remedy =
            "begin anew with Trainer.Run, or with ModelFolder.Load and another folder from the weights it has";
        if (!metadata.TryGetValue(PositionKey, out var text))
            throw new InputException($"{FileProblem.OneLine(path)}: does not say where the run stands; {Remedy}");
        var json = JsonInput.Parse(text, path, $"the text '{PositionKey}'", Remedy);
        TrainingPosition position;
        try
        {
            position = json.Element.Deserialize(Types.TrainingPosition)
                ?? throw json.WrongWhole("is null, not an object");
        }
        catch (JsonException failure)
        {
            // The path is $, or $.updates, say; the rest of the message is for programmers.
            var missing = failure.Message.Split("including: ");
            throw json.WrongWhole(
                failure.Path?.Length > 2 ? $"has a value of the wrong kind at {FileProblem.Quote(failure.Path[2..])}"
                : missing.Length > 1 ? $"lacks {FileProblem.OneLine(missing[1].Split(". ")[0].TrimEnd('.'))}"
                : "is no object of numbers");
        }
        if (position.Fault() is { } fault) throw json.WrongWhole(fault);
        var state = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var key in scheduleKeys)
        {
            if (!position.Schedule.TryGetValue(key, out var element)) throw json.WrongWhole($"lacks '{key}'");
            if (NumberOf(element) is not { } number || number < 0)
            {
                throw json.WrongWhole(
                    $"has {key} {FileProblem.Quote(element.GetRawText())}, which must be a number from 0 up");
            }
            state[key] = number;
        }
        return (position, state);
    }

    // The best loss of a schedule is infinite at first.
    private static double? NumberOf(JsonElement element) =>
        element.ValueKind == JsonValueKind.Number ? element.GetDouble()
        : element.ValueKind == JsonValueKind.String && element.GetString() == "Infinity" ? double.PositiveInfinity
        : null;
}
