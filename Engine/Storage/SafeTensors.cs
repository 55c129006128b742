using System.Numerics;

namespace Engine.Storage;

/// <summary>
/// Saves and loads the parameters and statistics of a model, under their paths, as a safetensors file.
/// </summary>
public static class SafeTensors
{
    /// <summary>Writes every parameter and statistic; the file is replaced only once all is written.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="model">What has them.</param>
    /// <param name="metadata">Free texts to save with them.</param>
    /// <param name="type">F64, F32, F16 or BF16, to which numbers are rounded; null for <typeparamref name="T"/>'s own.
    /// Counts are I64 in any case.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    /// <exception cref="NotSupportedException">Numbers cannot be written as <paramref name="type"/>.</exception>
    public static void Save<T>(
        string path, INamedParameters<T> model, IReadOnlyDictionary<string, string>? metadata = null,
        SafeTensorsType? type = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var stored = type ?? SafeTensorsTypes.Of<T>();
        SafeTensorsWriter.Write(
            path,
            [
                .. model.NamedParameters.Select(named =>
                    TensorRecord.Of<T>(named.Key, named.Value.Shape.AsSpan(), named.Value.Value.ToArray(), stored)),
                .. model.NamedBuffers.Select(named => RecordOf(named.Key, named.Value, stored)),
            ],
            metadata);
    }

    /// <summary>Reads every parameter and statistic; nothing is changed unless the whole file fits the model.</summary>
    /// <exception cref="InputException">The file cannot be read, a tensor is missing or of another shape, or the file
    /// holds one that the model does not have.</exception>
    public static void Load<T>(string path, INamedParameters<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var file = SafeTensorsFile.Open(path);
        var (parameters, statistics) = (model.NamedParameters, model.NamedBuffers);
        foreach (var (name, parameter) in parameters) Check(file, path, name, parameter.Shape);
        foreach (var (name, statistic) in statistics) Check(file, path, name, statistic.Shape);
        var extra = file.Entries.Keys.Except(parameters.Select(named => named.Key))
            .Except(statistics.Select(named => named.Key)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (extra is not null)
            throw new InputException($"{path}: tensor '{extra}' does not belong to the model; its configuration must " +
                "be the one that the file was saved with.");
        var values = parameters.Select(named => file.ReadNumbers<T>(named.Key)).ToArray();
        var gathered = statistics.Select(named => named.Value.IsCount
            ? Array.ConvertAll(file.ReadIntegers(named.Key), T.CreateChecked)
            : file.ReadNumbers<T>(named.Key)).ToArray();
        for (var i = 0; i < values.Length; i++) values[i].CopyTo(parameters[i].Value.Update());
        for (var i = 0; i < gathered.Length; i++) gathered[i].CopyTo(statistics[i].Value.Update());
    }

    private static TensorRecord RecordOf<T>(string name, Buffer<T> statistic, SafeTensorsType type)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = statistic.Value.ToArray();
        return statistic.IsCount
            ? TensorRecord.Of<long>(name, statistic.Shape.AsSpan(), Array.ConvertAll(values, long.CreateChecked))
            : TensorRecord.Of<T>(name, statistic.Shape.AsSpan(), values, type);
    }

    private static void Check(SafeTensorsFile file, string path, string name, Shape shape)
    {
        if (!file.Entries.TryGetValue(name, out var entry))
            throw new InputException($"{path}: tensor '{name}' {shape} is missing; " +
                "was the file saved from another model?");
        if (!entry.Shape.SequenceEqual(shape.AsSpan()))
            throw new InputException($"{path}: tensor '{name}' is {entry}, but the model needs {shape}; " +
                "its configuration must be the one that the file was saved with.");
    }
}
