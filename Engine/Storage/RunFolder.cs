using System.Globalization;

namespace Engine.Storage;

/// <summary>Names for the folders of training runs.</summary>
public static class RunFolder
{
    /// <summary>
    /// <c>parent/name-1</c>, or <c>-2</c>, <c>-3</c>...: the first that does not exist. It is not created, so that a
    /// run that fails before its first checkpoint leaves nothing behind.
    /// </summary>
    public static string NextFree(string parent, string name)
    {
        ArgumentNullException.ThrowIfNull(parent);
        ArgumentException.ThrowIfNullOrEmpty(name);
        for (var number = 1; ; number++)
        {
            var path = Path.Combine(parent, string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"));
            if (!Path.Exists(path)) return path;
        }
    }
}
