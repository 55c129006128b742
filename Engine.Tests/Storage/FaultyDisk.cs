using Engine.Storage;

namespace Engine.Tests.Storage;

/// <summary>How an action of the disk fails.</summary>
public enum DiskFault
{
    /// <summary>ENOSPC.</summary>
    NoSpace,

    /// <summary>EIO.</summary>
    BrokenDisk,

    /// <summary>EACCES.</summary>
    NoPermission,

    /// <summary>The process dies: nothing after the action reaches the disk.</summary>
    Kill,
}

/// <summary>Stands for the end of a process at an action of the disk.</summary>
internal sealed class KilledException : Exception;

/// <summary>
/// Makes the n-th change of the disk fail, in this thread and in the threads that it starts, and counts the changes.
/// </summary>
internal sealed class FaultyDisk : IDisposable
{
    private readonly int failing;
    private readonly DiskFault fault;
    private readonly IDisposable observation;
    private int actions;

    /// <summary>A disk whose action number <paramref name="failing"/>, from 1, fails; 0 for a disk without a fault.
    /// </summary>
    public FaultyDisk(int failing = 0, DiskFault fault = DiskFault.NoSpace)
    {
        (this.failing, this.fault) = (failing, fault);
        observation = Disk.Observe(Before);
    }

    /// <summary>The actions so far.</summary>
    public int Actions => actions;

    /// <summary>How many actions <paramref name="work"/> takes.</summary>
    public static int Count(Action work)
    {
        using var disk = new FaultyDisk();
        work();
        return disk.Actions;
    }

    public void Dispose() => observation.Dispose();

    // The exceptions are of the kinds that .NET throws, with the number of the system's error as HResult.
    private void Before(DiskAction action, string path)
    {
        var number = Interlocked.Increment(ref actions);
        if (failing == 0 || number < failing) return;
        if (fault == DiskFault.Kill) throw new KilledException();
        if (number > failing) return;
        throw fault switch
        {
            DiskFault.NoSpace => new IOException($"No space left on device : '{path}'", 28),
            DiskFault.BrokenDisk => new IOException($"Input/output error : '{path}'", 5),
            _ => new UnauthorizedAccessException(
                $"Access to the path '{path}' is denied.", new IOException("Permission denied", 13)),
        };
    }
}
