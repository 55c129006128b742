using System.Text;
using Microsoft.Win32.SafeHandles;
using Spectre.Console;

namespace Engine.Cli;

/// <summary>The streams of a verb, and which of them are a terminal.</summary>
/// <param name="Input">Standard input.</param>
/// <param name="Output">Receives the results; a terminal shows them escaped (<see cref="TerminalText"/>).</param>
/// <param name="Error">Receives progress and mistakes; a failure to write them is no error.</param>
/// <param name="InputIsTerminal">Whether a person types the input.</param>
/// <param name="ErrorIsTerminal">Whether a person watches the progress, on a screen that can redraw a line.</param>
/// <param name="OutputIsTerminal">Whether a person reads the results, on a screen that can draw a table.</param>
internal sealed record CommandStreams(
    Stream Input, TextWriter Output, TextWriter Error,
    bool InputIsTerminal = false, bool ErrorIsTerminal = false, bool OutputIsTerminal = false)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Receives the results.</summary>
    public TextWriter Output { get; } = OutputIsTerminal ? new TerminalText(Output) : Output;

    /// <summary>Receives tables that are drawn with control characters on a terminal.</summary>
    public TextWriter Drawing => Output is TerminalText text ? text.Terminal : Output;

    /// <summary>Receives progress and mistakes; what cannot be written is dropped.</summary>
    public TextWriter Error { get; } = new MessageWriter(Error);

    /// <summary>The clock that progress is measured by.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// The keys of the terminal, for a prompt whose lines can be edited; null where the terminal edits lines itself, as
    /// far as it can.
    /// </summary>
    public TerminalKeys? Keys { get; init; }

    /// <summary>The ranks that train together; null for one process. The streams of rank 0 are the command's.</summary>
    public TimedRanks? Ranks { get; init; }

    /// <summary>The columns of a line of help.</summary>
    public int HelpColumns { get; init; } = HelpLayout.Widest;

    /// <summary>The streams of this process, in UTF-8 whatever the locale.</summary>
    public static CommandStreams OfProcess()
    {
        // Terminals of Windows decode by a code page; other terminals get the bytes unchanged.
        if (OperatingSystem.IsWindows()) Console.OutputEncoding = Console.InputEncoding = Utf8;
        // A terminal that cannot draw shows control characters as it likes.
        var output = new StreamWriter(new ResultStream(IsClosed(1) ? null : OpenOutput()), Utf8);
        var canDraw = Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "");
        return new CommandStreams(
            IsClosed(0) ? new ClosedInput() : Console.OpenStandardInput(),
            canDraw || Console.IsOutputRedirected ? output : new TerminalText(output),
            IsClosed(2) ? TextWriter.Null : new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true },
            !Console.IsInputRedirected,
            !Console.IsErrorRedirected && canDraw,
            !Console.IsOutputRedirected && canDraw)
        {
            Keys = canDraw && !Console.IsErrorRedirected ? KeysOfProcess() : null,
            HelpColumns = Console.IsOutputRedirected || Console.WindowWidth <= 0
                ? HelpLayout.Standard : Math.Clamp(Console.WindowWidth, HelpLayout.Narrowest, HelpLayout.Widest),
        };
    }

    private static TerminalKeys? KeysOfProcess()
    {
        // The console of Windows edits lines, and recalls them, by itself.
        if (Console.IsInputRedirected || OperatingSystem.IsWindows()) return null;
        Console.InputEncoding = Utf8;
        return new TerminalKeys(
            () => Console.ReadKey(intercept: true), () => Console.KeyAvailable,
            () => new AnsiConsoleOutput(TextWriter.Null).Width);
    }

    /// <summary>
    /// Whether the process was started without a standard stream. The first file that the runtime opens then gets the
    /// stream's descriptor: reading it would wait for ever, and writing to it would destroy another file. Its flag
    /// close-on-exec tells: the runtime sets the flag on files that it opens, and an inherited stream does not have it.
    /// </summary>
    /// <param name="descriptor">0, 1 or 2.</param>
    /// <param name="folder">Where the system describes the files that this process has open.</param>
    internal static bool IsClosed(int descriptor, string folder = "/proc/self/fdinfo")
    {
        const int CloseOnExec = 0x80000; // 02000000 in octal
        try
        {
            const string Key = "flags:";
            if (!Directory.Exists(folder)) return false;
            var path = FormattableString.Invariant($"{folder}/{descriptor}");
            if (!File.Exists(path)) return true;
            var flags = File.ReadLines(path).First(line => line.StartsWith(Key, StringComparison.Ordinal));
            return (Convert.ToInt32(flags[Key.Length..].Trim(), 8) & CloseOnExec) != 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or FormatException
            or InvalidOperationException or ArgumentException or OverflowException)
        {
            // Only Linux has this file; elsewhere, assume that the stream is open.
            return false;
        }
    }

    /// <summary>
    /// A stream that reports a broken pipe. The console's own stream hides it, so that <c>engine translate | head</c>
    /// would go on translating after <c>head</c> has ended. For a file the console's stream is right: a file stream
    /// would not move the offset that other processes share.
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
                // The descriptor is closed, or of a kind that a file stream cannot serve; the console's stream can.
            }
        }
        return Console.OpenStandardOutput();
    }
}
