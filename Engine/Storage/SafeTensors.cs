using System.Numerics;

namespace Engine.Storage;

/// <summary>Saves and loads the parameters of a model, under their paths, as a safetensors file.</summary>
public static class SafeTensors
{
    /// <summary>Writes every parameter; the file is replaced only once all is written.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save<T>(
        string path, INamedParameters<T> model, IReadOnlyDictionary<string, string>? metadata = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        SafeTensorsWriter.Write(
            path,
            model.NamedParameters.Select(named =>
                TensorRecord.Of<T>(named.Key, named.Value.Shape.AsSpan(), named.Value.Value.ToArray())),
            metadata);

    /// <summary>Reads every parameter; nothing is changed unless the whole file fits the model.</summary>
    /// <exception cref="InputException">The file cannot be read, a parameter is missing or of another shape, or the
    /// file holds one that the model does not have.</exception>
    public static void Load<T>(string path, INamedParameters<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var file = SafeTensorsFile.Open(path);
        var parameters = model.NamedParameters;
        foreach (var (name, parameter) in parameters)
        {
            if (!file.Entries.TryGetValue(name, out var entry))
                throw new InputException($"{path}: tensor '{name}' {parameter.Shape} is missing; " +
                    "was the file saved from another model?");
            if (!entry.Shape.SequenceEqual(parameter.Shape.AsSpan()))
                throw new InputException($"{path}: tensor '{name}' is {entry}, but the model needs " +
                    $"{parameter.Shape}; its configuration must be the one that the file was saved with.");
        }
        var extra = file.Entries.Keys.Except(parameters.Select(named => named.Key))
            .Order(StringComparer.Ordinal).FirstOrDefault();
        if (extra is not null)
            throw new InputException($"{path}: tensor '{extra}' does not belong to the model; its configuration must " +
                "be the one that the file was saved with.");
        var values = parameters.Select(named => file.ReadNumbers<T>(named.Key)).ToArray();
        for (var i = 0; i < values.Length; i++) values[i].CopyTo(parameters[i].Value.Update());
    }
}
