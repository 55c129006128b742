using System.Diagnostics;
using System.Globalization;
using System.Text;
using Engine.Cli;

namespace Engine.Tests.Cli;

/// <summary>The result of a run of the command.</summary>
internal sealed record CommandResult(int Code, string Output, string Error)
{
    public string[] OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Asserts that the run was refused with one line on standard error, and returns the line.</summary>
    public string Mistake()
    {
        Assert.Equal("", Output);
        Assert.Equal(2, Code);
        Assert.EndsWith("\n", Error);
        return Assert.Single(Error.TrimEnd('\n').Split('\n'));
    }
}

/// <summary>Runs the command, in this process or in a new process.</summary>
internal static class CommandLine
{
    public static CommandResult Run(params string[] arguments) => RunOn("", arguments);

    public static CommandResult RunOn(string input, params string[] arguments) =>
        RunOn(Encoding.UTF8.GetBytes(input), arguments);

    public static CommandResult RunOn(byte[] input, params string[] arguments)
    {
        using var stream = new MemoryStream(input);
        var (output, error) = (new StringWriter { NewLine = "\n" }, new StringWriter { NewLine = "\n" });
        var code = Program.Run(arguments, new CommandStreams(stream, output, error));
        return new CommandResult(code, output.ToString(), error.ToString());
    }

    public static Process Start(string folder, params string[] arguments) => Start(folder, [], arguments);

    /// <summary>Starts the command in a folder, with further environment variables.</summary>
    public static Process Start(
        string folder, IReadOnlyList<(string Name, string Value)> variables, params string[] arguments) =>
        StartProgram(typeof(CommandStreams).Assembly.Location, folder, variables, arguments);

    /// <summary>Starts the command from another place than where it was built.</summary>
    public static Process StartProgram(
        string assembly, string folder, IReadOnlyList<(string Name, string Value)> variables, string[] arguments)
    {
        string[] program = ["dotnet", assembly];
        // Tests in the background of a shell ignore Ctrl+C, and so would the programs that they start.
        if (OperatingSystem.IsLinux()) program = ["env", "--default-signal=INT", .. program];
        var start = new ProcessStartInfo(program[0], [.. program[1..], .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Sends a signal, such as TERM, to a process.</summary>
    public static void Signal(Process process, string signal)
    {
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    public static CommandResult Finish(Process process)
    {
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new CommandResult(process.ExitCode, output, error.Result);
    }
}
