using Engine.Storage;
using Engine.Tests.Cli;

namespace Engine.Tests.Storage;

/// <summary>Repeats a save, and lets each of its actions on the disk fail in each way.</summary>
internal static class EveryFault
{
    /// <summary>
    /// Asserts that the folder holds exactly what it held before the save, if the failure was reported, in one line;
    /// and what it held before or holds after the save, but for temporary files, if the process was killed.
    /// </summary>
    /// <param name="folder">The folder, which may hold other things.</param>
    /// <param name="reset">Makes the folder as it is before the save.</param>
    /// <param name="save">Saves.</param>
    /// <param name="name">What the report begins with.</param>
    /// <param name="isTorn">Whether a folder that a kill left is one that no reader takes for whole.</param>
    /// <returns>The number of actions of the save.</returns>
    public static int Try(string folder, Action reset, Action save, string name, Func<bool>? isTorn = null)
    {
        reset();
        var before = DiskSnapshot.Of(folder);
        var actions = FaultyDisk.Count(save);
        var after = DiskSnapshot.Of(folder);
        Assert.NotEqual(before, after);
        foreach (var fault in Enum.GetValues<DiskFault>())
        {
            for (var n = 1; n <= actions; n++)
            {
                reset();
                var what = $"{fault} at action {n} of {actions}";
                Exception? failure;
                using (new FaultyDisk(n, fault)) failure = Record.Exception(save);
                // A save that has put the new content in its place succeeds, also if it cannot clean up.
                if (failure is null or KilledException) RemoveTemporaries(folder);
                if (failure is InputException)
                {
                    Assert.StartsWith(name, failure.Message);
                    Assert.DoesNotContain('\n', failure.Message);
                }
                else if (failure is not null)
                {
                    Assert.True(failure is KilledException, $"{what}: {failure}");
                    if (isTorn?.Invoke() == true || DiskSnapshot.Of(folder) == after) continue;
                }
                Assert.True(DiskSnapshot.Of(folder) == (failure is null ? after : before), $"{what}: {failure}");
            }
        }
        return actions;
    }

    private static void RemoveTemporaries(string folder)
    {
        foreach (var path in Directory.GetFiles(folder, ".engine-*.tmp", SearchOption.AllDirectories))
            File.Delete(path);
    }
}
