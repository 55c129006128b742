using System.Text.Json;
using System.Text.Json.Serialization;
using Engine.Layers;
using Engine.Optimizers;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// <c>training_state.safetensors</c>: all that a run needs to go on as if it had not been interrupted. Random streams
/// are counters keyed by the seed, so that the numbers of update, epoch and batch stand for them.
/// </summary>
/// <remarks>
/// Tensors <c>model.NAME</c> are the present weights and statistics, where the model's own file holds the best;
/// <c>optimizer.SLOT.NAME</c> is what the optimizer gathered, <c>average.NAME</c> the moving average. A run that ended
/// has <c>best.NAME</c>: the model that was best before the end's own validation and average.
/// </remarks>
internal sealed class TrainingState(Module<float> network, Optimizer<float> optimizer, WeightAverage? average)
{
    internal const string FileName = "training_state.safetensors";

    private const string PositionKey = "position", Model = "model.", Best = "best.";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // no loss yet is an infinite one
    };

    /// <summary>Writes the state; the file is replaced only once all is written.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="position">Where the run stands.</param>
    /// <param name="keepsBest">Whether to keep a copy of the best model, since its own file is about to change.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public void Save(string folder, TrainingPosition position, bool keepsBest)
    {
        var records = new List<TensorRecord>();
        foreach (var (name, parameter) in network.NamedParameters)
            records.Add(Record(Model + name, parameter.Shape, parameter.Value.ToArray()));
        foreach (var (name, statistic) in network.NamedBuffers)
            records.Add(Record(Model + name, statistic.Shape, statistic.Value.ToArray()));
        records.AddRange(Gathered().Select(entry => Record(entry.Name, entry.Shape, entry.Numbers)));
        if (keepsBest)
        {
            using var best = SafeTensorsFile.Open(Path.Combine(folder, TranslationModel.WeightsName));
            foreach (var (name, parameter) in network.NamedParameters)
                records.Add(Record(Best + name, parameter.Shape, best.ReadNumbers<float>(name)));
            foreach (var (name, statistic) in network.NamedBuffers)
            {
                var numbers = statistic.IsCount
                    ? Array.ConvertAll(best.ReadIntegers(name), count => (float)count)
                    : best.ReadNumbers<float>(name);
                records.Add(Record(Best + name, statistic.Shape, numbers));
            }
        }
        RunFolder.Make(folder);
        SafeTensorsWriter.Write(
            Path.Combine(folder, FileName), records,
            new Dictionary<string, string> { [PositionKey] = JsonSerializer.Serialize(position, Json) });
    }

    /// <summary>Reads the state into network, optimizer and average.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="restoreBest">Called while the network holds the best model, if the file has a copy of it.</param>
    /// <returns>Where the run stands.</returns>
    /// <exception cref="InputException">The file is missing or damaged, or belongs to another model.</exception>
    public TrainingPosition Load(string folder, Action restoreBest)
    {
        var path = Path.Combine(folder, FileName);
        using var file = SafeTensorsFile.Open(path);
        var position = PositionOf(file, path);
        var slots = Gathered().ToArray();
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
        optimizer.Steps = position.Steps;
        return position;

        void Read(string prefix)
        {
            foreach (var (name, parameter) in network.NamedParameters)
                file.ReadNumbers(prefix + name, parameter.Update());
            foreach (var (name, statistic) in network.NamedBuffers)
                file.ReadNumbers(prefix + name, statistic.Update());
        }

        IEnumerable<(string Name, Shape Shape)> Names(string prefix) =>
            network.NamedParameters.Select(named => (prefix + named.Key, named.Value.Shape))
                .Concat(network.NamedBuffers.Select(named => (prefix + named.Key, named.Value.Shape)));
    }

    /// <summary>What the optimizer and the moving average hold, by the paths of the parameters.</summary>
    private IEnumerable<(string Name, Shape Shape, Memory<float> Numbers)> Gathered()
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

    private static TrainingPosition PositionOf(SafeTensorsFile file, string path)
    {
        try
        {
            if (file.Metadata.TryGetValue(PositionKey, out var json)
                && JsonSerializer.Deserialize<TrainingPosition>(json, Json) is { } position)
                return position;
        }
        catch (JsonException)
        {
            // Said below: what is wrong in detail helps nobody.
        }
        throw new InputException($"{path}: does not say where the run stands, or says it as another version of the " +
            "engine does; begin anew with --overwrite, or with --from and another --out from the weights it has.");
    }
}
