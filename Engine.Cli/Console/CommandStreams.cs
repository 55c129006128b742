using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Engine.Cli;

/// <summary>What a verb reads and writes, and whether a person sits at it.</summary>
/// <param name="Input">Standard input.</param>
/// <param name="Output">Where results go.</param>
/// <param name="Error">Where progress and mistakes go.</param>
/// <param name="InputIsTerminal">Whether a person types the input.</param>
/// <param name="ErrorIsTerminal">Whether a person watches the progress, on a screen that can redraw a line.</param>
/// <param name="OutputIsTerminal">Whether a person reads the results, on a screen that can draw a table.</param>
internal sealed record CommandStreams(
    Stream Input, TextWriter Output, TextWriter Error,
    bool InputIsTerminal = false, bool ErrorIsTerminal = false, bool OutputIsTerminal = false)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Tells how long a step takes.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Those of this process, in UTF-8 whatever the locale.</summary>
    public static CommandStreams OfProcess()
    {
        // Windows' terminals decode by a code page; elsewhere bytes go through as they are.
        if (OperatingSystem.IsWindows()) Console.OutputEncoding = Console.InputEncoding = Utf8;
        var canDraw = Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "");
        return new CommandStreams(
            InputIsClosed() ? new ClosedInput() : Console.OpenStandardInput(),
            new StreamWriter(OpenOutput(), Utf8),
            new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true },
            !Console.IsInputRedirected,
            !Console.IsErrorRedirected && canDraw,
            !Console.IsOutputRedirected && canDraw);
    }

    /// <summary>
    /// Whether the process was started without a standard input: the first file that the runtime opened then has its
    /// number, and reading it would wait for ever. What is inherited is not closed on exec; what the runtime opens is.
    /// </summary>
    private static bool InputIsClosed()
    {
        const int CloseOnExec = 0x80000; // 02000000 in octal
        try
        {
            const string Key = "flags:";
            var flags = File.ReadLines("/proc/self/fdinfo/0")
                .First(line => line.StartsWith(Key, StringComparison.Ordinal));
            return (Convert.ToInt32(flags[Key.Length..].Trim(), 8) & CloseOnExec) != 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException
            or InvalidOperationException or ArgumentException or OverflowException)
        {
            // No Linux: there it is not known.
            return false;
        }
    }

    /// <summary>
    /// The console's own stream swallows a broken pipe, so that <c>engine translate | head</c> would work on for
    /// nobody; a file stream reports it. On a file it would not move the offset that other processes share.
    /// </summary>
    private static Stream OpenOutput()
    {
        if (!OperatingSystem.IsWindows() && Console.IsOutputRedirected)
        {
            try
            {
                var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
                if (!pipe.CanSeek) return pipe;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
            {
                // A closed descriptor, or none that a file stream can serve: the console's stream bears it.
            }
        }
        return Console.OpenStandardOutput();
    }
}
