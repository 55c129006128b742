using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using CommandLine;
using Engine.Kernels;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine translate</c>.</summary>
[Verb("translate")]
internal sealed class TranslateOptions
{
    [Option("model", Required = true, MetaValue = "DIR")]
    public string Model { get; set; } = "";

    [Option("input", MetaValue = "F")]
    public string? Input { get; set; }

    [Option("output", MetaValue = "F")]
    public string? Output { get; set; }

    [Option("decoder", Default = "greedy", MetaValue = "greedy|beam")]
    public string Decoder { get; set; } = "greedy";

    [Option("beam", MetaValue = "N")]
    public int? Beam { get; set; }

    [Option("length-penalty", MetaValue = "X")]
    public double? LengthPenalty { get; set; }

    [Option("n-best", MetaValue = "N")]
    public int? NBest { get; set; }

    [Option("threads", MetaValue = "N")]
    public int? Threads { get; set; }
}

/// <summary><c>engine translate</c>: one line in, one line out.</summary>
internal static class TranslateVerb
{
    /// <summary>The most lines that are translated at once: enough to keep all threads busy.</summary>
    private const int ChunkLines = 512;

    /// <summary>Translates until the input ends; the exit code.</summary>
    /// <exception cref="InputException">The model, a file or a line of the input is not as it must be.</exception>
    public static int Run(TranslateOptions options, CommandStreams streams)
    {
        var beam = DecoderOptions.Of(options);
        var threads = TrainVerb.ThreadsOf(options.Threads);
        if (options.Output is { } path)
        {
            if (Directory.Exists(path)) throw new InputException($"{path}: is a folder; name a file for --output");
            var parent = Path.GetDirectoryName(Path.GetFullPath(path))!;
            if (!Directory.Exists(parent))
                throw new InputException($"{path}: its folder does not exist; create it, or choose another --output");
            // What exists may be a pipe or a link, whose folder need not be writable.
            if (!Path.Exists(path)) RunPaths.RequireWritable(parent);
        }
        using var file = options.Input is null ? null : InputFile.Open(options.Input);
        var model = TranslationModel.Load(options.Model);
        var translator = new LineTranslator(model, beam, options.NBest is not null);
        using var team = new ThreadTeam(threads);
        var name = options.Input ?? "standard input";
        var lines = TextLines.Read(file ?? streams.Input, name);
        if (options.Output is not null)
        {
            AtomicFile.Write(options.Output, stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
                TranslateAll(translator, lines, name, writer, team);
            });
        }
        else if (file is null && streams.InputIsTerminal)
        {
            Talk(translator, lines, streams, team);
        }
        else
        {
            TranslateAll(translator, lines, name, streams.Output, team);
        }
        return Program.Done;
    }

    /// <summary>A prompt, on standard error so that translations alone go to standard output.</summary>
    private static void Talk(
        LineTranslator translator, IEnumerable<string> lines, CommandStreams streams, ThreadTeam team)
    {
        streams.Error.WriteLine("Type a sentence and press Enter; Ctrl+D ends.");
        streams.Error.Write("> ");
        var number = 1;
        foreach (var line in lines)
        {
            translator.Translate([line], team, "line", number++, streams.Output);
            streams.Output.Flush();
            streams.Error.Write("> ");
        }
        streams.Error.WriteLine();
    }

    private static void TranslateAll(
        LineTranslator translator, IEnumerable<string> lines, string name, TextWriter output, ThreadTeam team)
    {
        var number = 1;
        foreach (var chunk in Chunks(lines))
        {
            translator.Translate(chunk, team, name, number, output);
            number += chunk.Count;
            output.Flush();
        }
    }

    /// <summary>
    /// What has arrived of the lines, up to a chunk: a file gives full chunks, and a pipe that waits for its answer
    /// gets it.
    /// </summary>
    private static IEnumerable<List<string>> Chunks(IEnumerable<string> lines)
    {
        // Not disposed: when the reader of our output goes away, the thread may be waiting to add to it.
        var arrived = new BlockingCollection<string>(2 * ChunkLines);
        ExceptionDispatchInfo? failure = null;
        new Thread(() =>
        {
            try
            {
                foreach (var line in lines) arrived.Add(line);
            }
            catch (Exception caught)
            {
                // The thread has nobody to tell; who takes the lines has.
                failure = ExceptionDispatchInfo.Capture(caught);
            }
            arrived.CompleteAdding();
        })
        { IsBackground = true, Name = "input" }.Start();

        while (arrived.TryTake(out var first, Timeout.Infinite))
        {
            var chunk = new List<string>(ChunkLines) { first };
            while (chunk.Count < ChunkLines && arrived.TryTake(out var line)) chunk.Add(line);
            yield return chunk;
        }
        failure?.Throw();
    }
}
