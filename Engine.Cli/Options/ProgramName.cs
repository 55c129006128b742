namespace Engine.Cli;

/// <summary>How the user can start the program again.</summary>
internal static class ProgramName
{
    /// <summary>A command for this process's program.</summary>
    public static string Command(string verb) => Command(verb, Environment.ProcessPath, AppContext.BaseDirectory);

    /// <summary>A command that starts a verb.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="process">The file that runs: the installed tool, the built program, or dotnet itself.</param>
    /// <param name="folder">Where the program's assembly lies; one built from source lies below a folder bin.</param>
    public static string Command(string verb, string? process, string folder)
    {
        var isTool = Path.GetFileNameWithoutExtension(process) == "engine";
        var isBuilt = folder.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Contains("bin");
        return isBuilt && !isTool ? $"dotnet run -c Release --project Engine.Cli -- {verb}" : $"engine {verb}";
    }

    /// <summary>A path as a shell takes it for one word.</summary>
    public static string Quoted(string path) => path.Any(char.IsWhiteSpace) ? $"\"{path}\"" : path;
}
