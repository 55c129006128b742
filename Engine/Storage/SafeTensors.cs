using System.Numerics;

namespace Engine.Storage;

/// <summary>
/// Saves and loads the parameters and buffers of a model, under their paths, as a safetensors file.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Layers;
/// using Engine.Storage;
///
/// var random = new RandomStream(1);
/// var path = Path.GetTempFileName();
/// SafeTensors.Save(path, new Linear<float>(3, 2, random));             // PyTorch and other programs read the file
/// var copy = new Linear<float>(3, 2, random);
/// SafeTensors.Load(path, copy);
/// File.Delete(path);
/// ]]></code>
/// </example>
public static class SafeTensors
{
    /// <summary>The greatest count of a buffer. Single precision has it exactly, and a model that goes on counting can
    /// be saved.</summary>
    internal const long MostCount = 1L << 62;

    /// <summary>Writes every parameter and buffer; the file is replaced only after everything is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model.</param>
    /// <param name="metadata">Texts to save with them, by their keys.</param>
    /// <param name="type">F64, F32, F16 or BF16: numbers are rounded to it; null for the type of
    /// <typeparamref name="T"/>. Counts are always I64.</param>
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

    /// <summary>Reads every parameter and buffer; the model changes only if the whole file fits it.</summary>
    /// <exception cref="InputException">The file cannot be read, a tensor is missing or of another shape, or the file
    /// holds one that the model does not have.</exception>
    public static void Load<T>(string path, INamedParameters<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var file = SafeTensorsFile.Open(path);
        Load(file, path, model);
    }

    /// <summary>Reads every parameter and buffer from an open file.</summary>
    /// <exception cref="InputException">As the other overload.</exception>
    internal static void Load<T>(SafeTensorsFile file, string path, INamedParameters<T> model)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (parameters, buffers) = (model.NamedParameters, model.NamedBuffers);
        foreach (var (name, parameter) in parameters) Check(file, path, name, parameter.Shape);
        foreach (var (name, buffer) in buffers) Check(file, path, name, buffer.Shape);
        var extra = file.Entries.Keys.Except(parameters.Select(named => named.Key))
            .Except(buffers.Select(named => named.Key)).Order(StringComparer.Ordinal).FirstOrDefault();
        if (extra is not null)
            throw new InputException($"{path}: tensor {FileProblem.Quote(extra)} does not belong to the model; its " +
                "configuration must be the saved model's.");
        var values = parameters.Select(named => file.ReadNumbers<T>(named.Key)).ToArray();
        var buffered = buffers.Select(named => named.Value.IsCount
            ? Array.ConvertAll(ReadCounts(file, path, named.Key), T.CreateChecked)
            : file.ReadNumbers<T>(named.Key)).ToArray();
        for (var i = 0; i < values.Length; i++) values[i].CopyTo(parameters[i].Value.Update());
        for (var i = 0; i < buffered.Length; i++) buffered[i].CopyTo(buffers[i].Value.Update());
    }

    /// <summary>Reads the counts of a buffer. A greater count than <see cref="MostCount"/> could not be saved again.
    /// </summary>
    /// <exception cref="InputException">A value is no count, or the tensor cannot be read.</exception>
    internal static long[] ReadCounts(SafeTensorsFile file, string path, string name)
    {
        var counts = file.ReadIntegers(name);
        var wrong = counts.AsSpan().IndexOfAnyExceptInRange(0, MostCount);
        return wrong < 0 ? counts : throw new InputException(FormattableString.Invariant(
            $"{FileProblem.OneLine(path)}: tensor '{name}' counts {counts[wrong]}; a count must be 0 to {MostCount}: ")
            + "the file is damaged, copy or save it again.");
    }

    private static TensorRecord RecordOf<T>(string name, Buffer<T> buffer, SafeTensorsType type)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var values = buffer.Value.ToArray();
        return buffer.IsCount
            ? TensorRecord.Of<long>(name, buffer.Shape.AsSpan(), Array.ConvertAll(values, long.CreateChecked))
            : TensorRecord.Of<T>(name, buffer.Shape.AsSpan(), values, type);
    }

    private static void Check(SafeTensorsFile file, string path, string name, Shape shape)
    {
        if (!file.Entries.TryGetValue(name, out var entry))
            throw new InputException($"{path}: tensor '{name}' {shape} is missing; " +
                "was the file saved from another model?");
        if (!entry.Shape.SequenceEqual(shape.AsSpan()))
            throw new InputException($"{path}: tensor '{name}' is {entry}, but the model needs {shape}; " +
                "its configuration must be the saved model's.");
    }
}
