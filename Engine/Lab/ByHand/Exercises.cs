using Engine.Storage;

namespace Engine.Lab;

/// <summary>The exercises, and the files of their inputs.</summary>
public static class Exercises
{
    /// <summary>The name of the file of inputs.</summary>
    public const string InputsFile = "inputs.safetensors";

    /// <summary>The name of the file that the reader writes.</summary>
    public const string AnswerFile = "answer.safetensors";

    /// <summary>The name of the sheet that says what to write.</summary>
    public const string SheetFile = "sheet.md";

    /// <summary>All exercises.</summary>
    public static IReadOnlyList<Exercise> All { get; } =
    [
        MultiHeadByHand.Exercise, SinusoidalByHand.Exercise, BatchNormByHand.Exercise, LayerNormByHand.Exercise,
        SoftmaxByHand.Exercise, CrossEntropyByHand.Exercise, AdamWByHand.Exercise, SwigluByHand.Exercise,
        RopeByHand.Exercise, BeamByHand.Exercise,
    ];

    /// <summary>Writes the inputs of an exercise, and its sheet.</summary>
    /// <param name="exercise">The exercise.</param>
    /// <param name="folder">The folder; it is made if it is not there.</param>
    /// <param name="seed">Every input follows from it.</param>
    /// <param name="languages">The languages of the sheet, one after the other.</param>
    /// <param name="overwrite">Whether files of other content may be replaced.</param>
    /// <returns>The files.</returns>
    /// <exception cref="InputException">A file is in the way, or cannot be written.</exception>
    public static IReadOnlyList<string> Write(
        Exercise exercise, string folder, long seed, IReadOnlyList<Func<Bilingual, string>> languages, bool overwrite)
    {
        var given = exercise.New(seed);
        using var inputs = new MemoryStream();
        given.Write(inputs, exercise.Inputs);
        var sheet = ExerciseSheet.Of(exercise, given, languages);
        (string Path, byte[] Content)[] files =
        [
            (Path.Combine(folder, InputsFile), inputs.ToArray()),
            (Path.Combine(folder, SheetFile), System.Text.Encoding.UTF8.GetBytes(sheet)),
        ];
        if (!overwrite && Array.Find(files, file => IsOther(file.Path, file.Content)).Path is { } other)
            throw new InputException(
                $"{other}: exists with other content; choose another Exercises.Write(folder) or add "
                + "Exercises.Write(overwrite)");
        RunFolder.Make(folder);
        FileSet.Replace([.. files.Select(file => (file.Path, (Action<Stream>)(stream => stream.Write(file.Content))))]);
        return [.. files.Select(file => file.Path)];
    }

    /// <summary>Compares the answer in a folder with the right one for the inputs in the folder.</summary>
    /// <param name="folder">The folder that <see cref="Write"/> wrote, with the reader's answer.</param>
    /// <param name="say">The language of a mistake that is told in an exception.</param>
    /// <returns>The exercise, and what is right and wrong.</returns>
    /// <exception cref="InputException">A file or a tensor is missing, or has another shape, or holds NaN.</exception>
    public static (Exercise Exercise, AnswerReport Report) Check(
        string folder, Func<Bilingual, string> say)
    {
        var (inputs, answer) = (Path.Combine(folder, InputsFile), Path.Combine(folder, AnswerFile));
        if (!InputFile.Exists(inputs))
            throw new InputException(
                $"{inputs}: is missing; write the exercise first: engine lab write {All[0].Name} --out {folder}");
        if (!InputFile.Exists(answer))
            throw new InputException($"{answer}: is missing; save your tensors there, {SheetFile} says which");
        var exercise = ExerciseOf(inputs);
        var sizes = new Dictionary<string, int>();
        var given = ExerciseValues.Load(inputs, exercise.Inputs, sizes);
        foreach (var (name, tensor) in given) RequireFinite(inputs, name, tensor, "");
        if (exercise.Refuse(given) is { } wrong) throw new InputException($"{inputs}: {wrong}");
        var right = exercise.Right(given);
        foreach (var one in exercise.Answers) one.Bind(right[one.Name].Shape, sizes);
        var found = ExerciseValues.Load(answer, exercise.Answers, sizes);
        foreach (var (name, tensor) in found)
            RequireFinite(answer, name, tensor, AnswerCheck.WhyNotFinite(exercise, given, name, tensor, say));
        return (exercise, AnswerCheck.Of(exercise, given, right, found));
    }

    /// <summary>The exercise whose inputs a file holds: that with the most of the file's names, and the fewest others.
    /// </summary>
    private static Exercise ExerciseOf(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        return All.MinBy(exercise =>
        {
            var names = exercise.Inputs.Select(input => input.Name).ToHashSet();
            names.SymmetricExceptWith(file.Entries.Keys);
            return names.Count;
        })!;
    }

    private static void RequireFinite(string path, string name, Tensor<double> tensor, string hint)
    {
        var values = tensor.ToArray();
        var at = Array.FindIndex(values, value => !double.IsFinite(value));
        if (at >= 0)
            throw new InputException(FormattableString.Invariant(
                $"{path}: tensor '{name}' is {values[at]} at {ExerciseValues.Place(tensor.Shape, at)}; ")
                + $"all numbers must be finite{hint}");
    }

    /// <summary>Whether a file has other content.</summary>
    private static bool IsOther(string path, byte[] content)
    {
        if (!InputFile.Exists(path)) return false;
        if (new FileInfo(path).Length != content.Length) return true;
        using var file = InputFile.Open(path);
        var found = new byte[content.Length];
        return file.ReadAtLeast(found, found.Length, throwOnEndOfStream: false) != found.Length
            || !found.AsSpan().SequenceEqual(content);
    }
}
