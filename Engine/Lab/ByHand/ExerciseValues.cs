using System.Collections;
using Engine.Layers;
using Engine.Storage;

namespace Engine.Lab;

/// <summary>Tensors of an exercise by their names; integers are held as whole numbers.</summary>
public sealed class ExerciseValues : IEnumerable<KeyValuePair<string, Tensor<double>>>
{
    private readonly Dictionary<string, Tensor<double>> tensors = [];

    /// <summary>A tensor.</summary>
    public Tensor<double> this[string name] => tensors[name];

    /// <summary>Adds a copy of a tensor, which outlives its tape.</summary>
    public void Add(string name, Tensor<double> value) =>
        tensors.Add(name, Tensor<double>.From(value.Shape, value.ToArray()));

    /// <summary>Adds a tensor of given elements.</summary>
    public void Add(string name, Shape shape, params double[] values) =>
        tensors.Add(name, Tensor<double>.From(shape, values));

    /// <summary>Adds a tensor of normally distributed elements.</summary>
    internal void Add(string name, Shape shape, RandomStream random) =>
        tensors.Add(name, Initializers.Normal<double>(shape, 1, random));

    /// <summary>Adds the gradient of a variable.</summary>
    internal void Add(string name, Tensor<double> variable, GradientSet<double> gradients) =>
        tensors.Add(name, Tensor<double>.From(variable.Shape, gradients[variable]));

    /// <summary>Adds the gradient of a parameter.</summary>
    internal void Add(string name, Parameter<double> parameter, GradientSet<double> gradients) =>
        tensors.Add(name, Tensor<double>.From(parameter.Shape, gradients[parameter]));

    /// <summary>A tensor that is one number.</summary>
    public double Number(string name) => tensors[name].ToArray()[0];

    /// <summary>A tensor that is one integer.</summary>
    public int Integer(string name) => (int)Number(name);

    /// <summary>A tensor of integers.</summary>
    public int[] Integers(string name) => Array.ConvertAll(tensors[name].ToArray(), value => (int)value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Tensor<double>>> GetEnumerator() => tensors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Writes the tensors to a stream that knows its position.</summary>
    public void Write(Stream stream, IReadOnlyList<ExerciseTensor> declared) => SafeTensorsWriter.Write(
        stream,
        declared.Select(one =>
        {
            var tensor = tensors[one.Name];
            return one.IsInteger
                ? TensorRecord.Of<long>(
                    one.Name, tensor.Shape.AsSpan(), Array.ConvertAll(tensor.ToArray(), value => (long)value))
                : TensorRecord.Of<double>(one.Name, tensor.Shape.AsSpan(), tensor.ToArray());
        }));

    /// <summary>Reads tensors from a safetensors file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="declared">The tensors to read; others are left alone.</param>
    /// <param name="sizes">The size of each dimension that is known; gets the sizes that the file tells.</param>
    /// <exception cref="InputException">A tensor is missing, or its shape or type is not as declared.</exception>
    public static ExerciseValues Load(
        string path, IReadOnlyList<ExerciseTensor> declared, Dictionary<string, int> sizes)
    {
        using var file = SafeTensorsFile.Open(path);
        var values = new ExerciseValues();
        foreach (var one in declared)
        {
            if (!file.Entries.TryGetValue(one.Name, out var entry))
                throw new InputException(
                    $"{path}: tensor '{one.Name}' {one.Symbols} is missing; the file holds "
                    + FileProblem.List(file.Entries.Keys.Order(StringComparer.Ordinal).Select(FileProblem.Quote)));
            if (!Fits(entry.Shape, one, sizes))
                throw new InputException(
                    $"{path}: tensor '{one.Name}' is {entry}; it must be {one.Symbols}{Known(one, sizes)}");
            if (one.IsInteger && !entry.Type.IsInteger)
                throw new InputException($"{path}: tensor '{one.Name}' is {entry}; save integers, as I64");
            values.Add(one.Name, Shape.Create(entry.Shape), one.IsInteger
                ? Array.ConvertAll(file.ReadIntegers(one.Name), value => (double)value)
                : file.ReadNumbers<double>(one.Name));
        }
        return values;
    }

    /// <summary>The place of an element, such as <c>[0, 2]</c>.</summary>
    internal static string Place(Shape shape, int element)
    {
        var at = new int[shape.Rank];
        for (var d = shape.Rank - 1; d >= 0; element /= shape[d], d--) at[d] = element % shape[d];
        return $"[{string.Join(", ", at)}]";
    }

    private static bool Fits(ReadOnlySpan<int> shape, ExerciseTensor declared, Dictionary<string, int> sizes)
    {
        var names = declared.Names;
        if (names.Length != shape.Length) return false;
        var found = new Dictionary<string, int>(sizes);
        for (var i = 0; i < names.Length; i++)
        {
            if (shape[i] < 1 || (!found.TryAdd(names[i], shape[i]) && found[names[i]] != shape[i])) return false;
        }
        foreach (var (name, size) in found) sizes[name] = size;
        return true;
    }

    private static string Known(ExerciseTensor declared, Dictionary<string, int> sizes)
    {
        var names = declared.Names;
        return names.Length > 0 && names.All(sizes.ContainsKey)
            ? $" = [{string.Join(", ", names.Select(name => sizes[name]))}], no dimension 0"
            : ", no dimension 0";
    }
}
