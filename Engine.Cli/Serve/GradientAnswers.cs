using Engine.Inspection;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// The answer to <c>/gradients</c>: the norms of each layer's gradients over updates, which
/// <c>train --monitor gradients</c> keeps in the run's folder.
/// </summary>
internal static class GradientAnswers
{
    /// <summary>Whether a run's folder has norms of gradients.</summary>
    public static bool AreIn(string folder) => File.Exists(ModelFolder.PathOf(folder, ModelFolder.Gradients));

    /// <summary>The updates, and each layer's norms at them; empty where the run kept none.</summary>
    /// <exception cref="Storage.InputException">The file is damaged.</exception>
    public static string Of(string folder) => RecordJson.OneLine(GradientLogFile.Read(folder));
}
