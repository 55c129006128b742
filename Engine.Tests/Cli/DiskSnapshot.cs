using System.Security.Cryptography;

namespace Engine.Tests.Cli;

/// <summary>The names and contents below a folder.</summary>
internal static class DiskSnapshot
{
    public static string Of(string folder) => string.Join('\n',
        from path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
        select path + (File.Exists(path) ? " " + Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : ""));
}
