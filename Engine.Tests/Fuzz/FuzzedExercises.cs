using Engine.Lab;
using Engine.Verification;

namespace Engine.Tests.Fuzz;

/// <summary>Targets of tensors that other programs write for the engine to compute with, and to compare.</summary>
/// <param name="scratch">An empty folder for files that are read.</param>
internal sealed class FuzzedExercises(string scratch)
{
    private const string Answered = "layer-norm";

    /// <summary>A target that computes a case that another library recorded, as <c>gradcheck</c> does.</summary>
    /// <param name="name">The target's name.</param>
    /// <param name="seeds">Good cases.</param>
    public FuzzTarget CaseTarget(string name, byte[][] seeds)
    {
        var folder = Directory.CreateDirectory(Path.Combine(scratch, name)).FullName;
        return new(name, seeds, bytes =>
        {
            File.WriteAllBytes(Path.Combine(folder, "case.safetensors"), bytes);
            foreach (var result in ReferenceCases.Run(folder)) _ = result.Outcome;
        });
    }

    /// <summary>A target that answers the inputs of an exercise itself, as <c>lab check</c> does.</summary>
    /// <param name="name">The target's name.</param>
    public FuzzTarget InputsTarget(string name)
    {
        var folder = Path.Combine(scratch, name);
        return new(name, [.. Exercises.All.Select(exercise => Begin(exercise, folder))], bytes =>
        {
            File.WriteAllBytes(Path.Combine(folder, Exercises.InputsFile), bytes);
            FuzzedModels.Run("lab", "check", folder);
        });
    }

    /// <summary>A target that compares an answer with the right one, as <c>lab check</c> does.</summary>
    /// <param name="name">The target's name.</param>
    public FuzzTarget AnswerTarget(string name)
    {
        var folder = Path.Combine(scratch, name);
        Begin(Exercises.All.Single(exercise => exercise.Name == Answered), folder);
        var path = Path.Combine(folder, Exercises.AnswerFile);
        return new(name, [File.ReadAllBytes(path)], bytes =>
        {
            File.WriteAllBytes(path, bytes);
            FuzzedModels.Run("lab", "check", folder);
        });
    }

    /// <summary>Writes the inputs of an exercise and their right answer, and returns the file of inputs.</summary>
    private static byte[] Begin(Exercise exercise, string folder)
    {
        Exercises.Write(exercise, folder, seed: 1, [both => both.English], overwrite: true);
        var inputs = Path.Combine(folder, Exercises.InputsFile);
        var given = ExerciseValues.Load(inputs, exercise.Inputs, []);
        using (var answer = File.Create(Path.Combine(folder, Exercises.AnswerFile)))
            exercise.Solution(given, null).Write(answer, exercise.Answers);
        return File.ReadAllBytes(inputs);
    }
}
