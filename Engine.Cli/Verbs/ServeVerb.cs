using CommandLine;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine serve</c>.</summary>
[Verb("serve")]
internal sealed class ServeOptions
{
    [Option("model", MetaValue = "DIR")]
    public string? Model { get; set; }

    [Option("port", MetaValue = "N")]
    public int? Port { get; set; }

    [Option("threads", MetaValue = "N")]
    public int? Threads { get; set; }
}

/// <summary><c>engine serve</c>: a page that looks inside a model, and the model's JSON interface.</summary>
internal static class ServeVerb
{
    private const string Body = "{\"text\": \"我现在爱你\"}";

    private static readonly RangeAttribute Ports = new() { AtLeast = 0, AtMost = 65535 };

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help =>
        FormattableString.Invariant($"""
        engine serve: look inside a model on a page, and ask it from other programs.

        Usage: engine serve [options]

          --model DIR        the model's folder; by default the latest run under runs that saved a model.
                             A model that replaces it is loaded by itself
          --port N           the port; 0: any that is free (default {LoopbackPort.Usual}, or the next free one)
          --threads N        the requests computed at the same time; by default one for each processor

        Prints the address of the page when it is ready, and serves until Ctrl+C. Only programs and
        browsers on this machine can reach it. The page needs no network.

        Examples:
          engine serve --model runs/zh-en-1
          curl localhost:{LoopbackPort.Usual}/translate -H 'Content-Type: application/json' -d '{Body}'
        """);

    /// <summary>Serves until a signal asks for the end, and returns the exit code.</summary>
    /// <exception cref="InputException">The model is not as it must be, or the port is not free.</exception>
    public static int Run(ServeOptions options, CommandStreams streams)
    {
        Ports.Check("--port", options.Port);
        var threads = ThreadCount.Of(options.Threads);
        var api = ModelApi.Load(LatestRun.Model(options.Model, streams));
        using var stop = new StopSignal(_ => { });
        Serve(api, options.Port, threads, streams, stop.Token).GetAwaiter().GetResult();
        return ExitCode.Done;
    }

    private static async Task Serve(
        ModelApi api, int? port, int threads, CommandStreams streams, CancellationToken stop)
    {
        await using var server = await PageServer.Start(api, port, threads, streams.Error.WriteLine);
        await WarmUp.Run(server.Port, api.Current);
        streams.Output.WriteLine(FormattableString.Invariant($"http://localhost:{server.Port}/"));
        streams.Output.Flush();
        streams.Error.WriteLine($"serving {Printable.Of(api.Current.Folder)}; Ctrl+C ends");
        await Task.Delay(Timeout.Infinite, stop).ContinueWith(_ => { }, TaskScheduler.Default);
    }
}
