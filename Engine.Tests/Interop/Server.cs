using System.Diagnostics;
using System.Text;

namespace Engine.Tests.Interop;

/// <summary>A running <c>engine serve</c>.</summary>
internal sealed class Server : IDisposable
{
    private readonly Process process;

    private Server(Process process, string address) => (this.process, Address) = (process, address);

    /// <summary>The address of the page, with a slash at its end.</summary>
    public string Address { get; }

    /// <summary>Starts the server and returns when it says that it is ready.</summary>
    public static Server Start(string model)
    {
        var process = Run("serve", "--model", model, "--port", "0");
        var ready = process.StandardOutput.ReadLine();
        Assert.True(ready is not null, ready is null ? process.StandardError.ReadToEnd() : "");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new Server(process, ready!);
    }

    /// <summary>Starts the command line.</summary>
    public static Process Run(params string[] arguments) => Process.Start(
        new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Engine.Cli.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        })!;

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }
}
