namespace Engine.Cli;

/// <summary>The command that starts the program again.</summary>
internal static class ProgramName
{
    /// <summary>A command that starts a verb of the running program.</summary>
    public static string Command(string verb) => Command(verb, Environment.ProcessPath, AppContext.BaseDirectory);

    /// <summary>A command that starts a verb.</summary>
    /// <param name="verb">The verb.</param>
    /// <param name="process">The executable file: the installed tool, the built program, or dotnet itself.</param>
    /// <param name="folder">The folder of the program's assembly; a build from source is below a folder bin.</param>
    public static string Command(string verb, string? process, string folder)
    {
        var isTool = Path.GetFileNameWithoutExtension(process) == "engine";
        var isBuilt = folder.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar).Contains("bin");
        return isBuilt && !isTool ? $"dotnet run -c Release --project Engine.Cli -- {verb}" : $"engine {verb}";
    }

    /// <summary>A path in the form that a shell reads as one word.</summary>
    public static string Quoted(string path) => path.Any(char.IsWhiteSpace) ? $"\"{path}\"" : path;
}
