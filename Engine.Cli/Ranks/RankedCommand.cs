using Engine.Storage;

namespace Engine.Cli;

/// <summary>
/// The command as <c>mpirun</c> starts it, once for each rank. Rank 0 reads, writes and speaks as the command always
/// does; the other ranks compute silently. Only <c>engine train</c> works on several ranks.
/// </summary>
internal static class RankedCommand
{
    // A mistake that all ranks make is reported by rank 0, which ends the others before they speak.
    private static readonly TimeSpan Politeness = TimeSpan.FromSeconds(1);

    /// <summary>Runs the command on this rank, and returns the exit code.</summary>
    /// <param name="launch">How the process was started.</param>
    /// <param name="arguments">The verb and its arguments.</param>
    /// <param name="run">Runs the command on some streams.</param>
    public static int Run(Launch launch, string[] arguments, Func<string[], CommandStreams, int> run)
    {
        // mpirun gives every rank a terminal of its own, whatever its own output is: nobody redraws lines there.
        Environment.SetEnvironmentVariable("TERM", "dumb");
        var streams = CommandStreams.OfProcess();
        var isFirst = launch.Rank == 0;
        try
        {
            if (IsHelp(arguments)) return isFirst ? run(arguments, streams) : ExitCode.Done;
            if (launch.IsOfAnotherMpi && arguments[0] != "train") return run(arguments, streams);
            Require(launch, arguments[0]);
            var ranks = OpenMpi.Join(launch.Ranks);
            var last = new LastLine();
            var own = isFirst ? streams : new CommandStreams(Stream.Null, TextWriter.Null, last);
            var code = run(arguments, own with { Ranks = new TimedRanks(ranks) });
            // What ended this rank may not have ended the others, which would wait for it.
            if (code is ExitCode.BadInput or ExitCode.BrokenPipe) End(ranks, code, isFirst ? null : last.Text, streams);
            ranks.Leave();
            return code;
        }
        catch (InputException mistake)
        {
            if (isFirst) streams.Error.WriteLine($"engine: {Printable.Message(mistake.Message)}");
            return ExitCode.BadInput;
        }
    }

    /// <summary>Refuses what several processes cannot do together.</summary>
    /// <exception cref="InputException">They cannot.</exception>
    internal static void Require(Launch launch, string verb)
    {
        if (verb != "train")
            throw new InputException($"engine {verb} is one process, and mpirun has started {launch.Ranks}; leave "
                + "mpirun out (only 'engine train' works on several ranks)");
        if (launch.IsOfAnotherMpi)
            throw new InputException("another MPI than Open MPI has started several processes (PMI_SIZE is set), and "
                + "'engine train' works with Open MPI's mpirun alone; install it (Debian: apt-get install openmpi-bin "
                + "libopenmpi-dev), and start 'engine train' by it");
    }

    private static bool IsHelp(string[] arguments) =>
        arguments is [] or ["help" or "version" or "-v" or "--version", ..]
        || arguments.Any(argument => argument is "--help" or "-h" or "-?");

    private static void End(OpenMpi ranks, int code, string? lastLine, CommandStreams streams)
    {
        if (lastLine is not null)
        {
            Thread.Sleep(Politeness);
            streams.Error.WriteLine($"rank {ranks.Rank} on {Environment.MachineName}: {lastLine}");
        }
        ranks.EndAll(code);
    }
}
