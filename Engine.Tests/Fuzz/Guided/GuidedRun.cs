using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using CommandLine;

namespace Engine.Tests.Fuzz;

/// <summary>
/// Mutates input for the readers of files and options, led by the code that each input reaches:
/// <c>dotnet run -c Release --project Engine.Tests/Fuzz/Guided -- --seconds 120</c>.
/// </summary>
internal static class GuidedRun
{
    internal sealed class FuzzOptions
    {
        [Option("seconds", Default = 120, HelpText = "how long to run, all targets together")]
        public int Seconds { get; set; }

        [Option("only", HelpText = "the name of one target")]
        public string? Only { get; set; }

        [Option("seed", Default = 0, HelpText = "of the mutations; 0 takes the number of the day")]
        public int Seed { get; set; }
    }

    private static int Main(string[] arguments)
    {
        // Before the first type of the engine is used: then its assembly is loaded.
        foreach (var name in (string[])["Engine.dll", "Engine.Cli.dll"])
            Coverage.Instrument(Path.Combine(AppContext.BaseDirectory, name));
        Coverage.Begin();
        return Parser.Default.ParseArguments<FuzzOptions>(arguments).MapResult(Run, _ => 2);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Run(FuzzOptions options)
    {
        var scratch = Directory.CreateTempSubdirectory("engine-fuzz-").FullName;
        try
        {
            var tests = Path.GetFullPath(Path.Combine(FolderOfThisFile(), "..", ".."));
            var targets = FuzzTargets.All(Path.Combine(tests, "Fixtures"), scratch)
                .Where(target => options.Only is null || target.Name == options.Only).ToArray();
            var seed = options.Seed != 0 ? options.Seed : (int)(DateTime.UtcNow - DateTime.UnixEpoch).TotalDays;
            Console.WriteLine($"seed {seed}; {targets.Length} targets, {options.Seconds} s");
            var slice = TimeSpan.FromSeconds((double)options.Seconds / Math.Max(targets.Length, 1));
            return targets.Count(target => !Holds(target, seed, slice, Path.Combine(tests, "Fuzz", "Cases"))) == 0
                && targets.Length > 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    /// <summary>Runs a target for a time; a fault ends it, and its input is kept as a case.</summary>
    private static bool Holds(FuzzTarget target, int seed, TimeSpan time, string cases)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var run = new FuzzRun(target, seed, Coverage.IsNew);
        while (TimeProvider.System.GetElapsedTime(begun) < time)
        {
            if (run.Next() is not var (input, fault)) continue;
            var folder = Directory.CreateDirectory(Path.Combine(cases, target.Name)).FullName;
            var path = Path.Combine(folder, Convert.ToHexStringLower(SHA256.HashData(input))[..12]);
            File.WriteAllBytes(path, input);
            Console.WriteLine($"{target.Name}: {fault}\n  kept as {path}; FuzzTests reads it from now on");
            return false;
        }
        Console.WriteLine($"{target.Name,-16}{run.Count,9:N0} inputs, {run.Kept,6:N0} reached new code; no fault");
        return true;
    }

    private static string FolderOfThisFile([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
