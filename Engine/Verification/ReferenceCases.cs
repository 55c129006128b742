using Engine.Storage;

namespace Engine.Verification;

/// <summary>
/// Compares the engine, in double, with cases that another library recorded: one safetensors file each, with inputs
/// <c>in.*</c>, parameters <c>param.*</c>, outputs <c>out.*</c>, their gradients <c>grad_out.*</c>, and the gradients
/// of inputs and parameters, <c>grad_in.*</c> and <c>grad_param.*</c>. The metadata name the operation, <c>op</c>, and
/// its <c>attributes</c>, a JSON object.
/// </summary>
public static class ReferenceCases
{
    /// <summary>
    /// The largest error of a case that agrees, |ours - theirs| / scale. The scale is the tensor's largest magnitude,
    /// or a thousandth of the largest magnitude among the case's outputs (or gradients) if that is larger.
    /// </summary>
    public const double Tolerance = 1e-9;

    private const string Extension = ".safetensors";

    /// <summary>Runs every case of a folder in the order of their names, each when the caller reads it.</summary>
    /// <exception cref="InputException">The folder does not exist or holds no case; or, while running, a file is not a
    /// safetensors file or not a case.</exception>
    public static IEnumerable<ReferenceResult> Run(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var files = Find(folder);
        return files.Select(RunFile);
    }

    /// <summary>How many cases <see cref="Run"/> will run.</summary>
    /// <inheritdoc cref="Run"/>
    public static int Count(string folder) => Find(folder).Length;

    private static ReferenceResult RunFile(string path)
    {
        var recorded = ReferenceCase.Load(path);
        var comparison = new ReferenceComparison(recorded);
        if (ReferenceOperations.Of(recorded.Operation) is { } paths)
        {
            foreach (var compute in paths)
            {
                using var run = new ReferenceRun(recorded);
                try
                {
                    compute(run);
                    if (run.Outputs.Count > 0) comparison.Add(run);
                }
                catch (ArgumentException exception)
                {
                    comparison.AddFailure(exception.Message.ReplaceLineEndings(" "));
                }
            }
        }
        return comparison.Result;
    }

    private static string[] Find(string folder)
    {
        try
        {
            var files = Directory.GetFiles(folder, "*" + Extension);
            if (files.Length > 0) return [.. files.OrderBy(Path.GetFileNameWithoutExtension, StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException(
                $"{folder}: is not a folder that can be read; name the folder with the reference cases (*{Extension}).",
                exception);
        }
        throw new InputException($"{folder}: holds no *{Extension} file; name the folder with the reference cases.");
    }
}
