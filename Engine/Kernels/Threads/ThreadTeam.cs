using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Engine;

/// <summary>
/// A fixed number of threads that share the parts of a piece of work and then wait for the next: briefly awake, so
/// that work in quick succession costs no wake-up, then asleep.
/// </summary>
/// <remarks>
/// Parts are handed out in order to whichever thread is free. A result that must not depend on the number of threads
/// must therefore not depend on who runs a part, nor when.
/// </remarks>
public sealed class ThreadTeam : IDisposable
{
    /// <summary>How long a thread stays awake without work: some ten times what waking one up takes.</summary>
    private static readonly long AwakeTicks = Stopwatch.Frequency / 20_000;

    /// <summary>The entrance while helpers may come in; each helper inside adds <see cref="OneInside"/>.</summary>
    private const int Open = 1, OneInside = 2;

    private readonly Thread[] helpers;
    private readonly object bed = new();
    private Action<int>? work;
    private int parts;
    private int nextPart;
    private int round;
    private int sleepers;
    private int entrance;
    private int busy;
    private volatile bool disposed;
    private ExceptionDispatchInfo? failure;

    /// <summary>A team of the calling thread and <paramref name="threads"/> - 1 background threads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is not even one thread.</exception>
    public ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Threads = threads;
        helpers = new Thread[threads - 1];
        for (var i = 0; i < helpers.Length; i++)
        {
            helpers[i] = new Thread(Help) { IsBackground = true, Name = $"team {i + 1}" };
            helpers[i].Start();
        }
    }

    /// <summary>How many threads work at once, the caller of <see cref="Run"/> included.</summary>
    public int Threads { get; }

    /// <summary>
    /// Calls <paramref name="work"/> with each of 0 .. <paramref name="parts"/> - 1 once, and returns when all are
    /// done. While the team is at work (a part calls its own team, or another thread does) a further call runs on its
    /// caller alone.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The team has been disposed.</exception>
    /// <remarks>If a part throws, parts that have not begun are dropped and the first exception is rethrown.</remarks>
    public void Run(int parts, Action<int> work)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(parts);
        ArgumentNullException.ThrowIfNull(work);
        ObjectDisposedException.ThrowIf(disposed, this);
        if (Threads == 1 || parts <= 1 || Interlocked.Exchange(ref busy, 1) == 1)
        {
            for (var part = 0; part < parts; part++)
                work(part);
            return;
        }

        (this.work, this.parts, nextPart, failure) = (work, parts, 0, null);
        Volatile.Write(ref entrance, Open);
        WakeHelpers();
        TakeParts();
        CloseAndWait();
        this.work = null;
        var failed = failure;
        Volatile.Write(ref busy, 0);
        failed?.Throw();
    }

    /// <summary>Ends the threads. No work may be under way.</summary>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        WakeHelpers();
        foreach (var helper in helpers)
            helper.Join();
    }

    private void WakeHelpers()
    {
        // Either this sees the sleeper, or the sleeper (who signs in before it looks) sees the new round.
        Interlocked.Increment(ref round);
        if (Volatile.Read(ref sleepers) == 0)
            return;
        lock (bed)
            Monitor.PulseAll(bed);
    }

    private void CloseAndWait()
    {
        // A helper that has not come in by now (it may still be asleep) is not waited for.
        Interlocked.And(ref entrance, ~Open);
        var wait = default(SpinWait);
        while (Volatile.Read(ref entrance) != 0)
            wait.SpinOnce(sleep1Threshold: -1);
    }

    private void Help()
    {
        var seen = 0;
        while (true)
        {
            seen = AwaitRoundAfter(seen);
            if (disposed)
                return;
            if (!TryEnter())
                continue;
            TakeParts();
            Interlocked.Add(ref entrance, -OneInside);
        }
    }

    private bool TryEnter()
    {
        while (true)
        {
            var state = Volatile.Read(ref entrance);
            if ((state & Open) == 0)
                return false;
            if (Interlocked.CompareExchange(ref entrance, state + OneInside, state) == state)
                return true;
        }
    }

    private void TakeParts()
    {
        try
        {
            int part;
            while ((part = Interlocked.Increment(ref nextPart) - 1) < parts)
                work!(part);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            Interlocked.Exchange(ref nextPart, parts);
        }
    }

    private int AwaitRoundAfter(int seen)
    {
        var start = Stopwatch.GetTimestamp();
        int now;
        while ((now = Volatile.Read(ref round)) == seen)
        {
            Thread.SpinWait(10);
            if (Stopwatch.GetTimestamp() - start > AwakeTicks)
                return SleepUntilRoundAfter(seen);
        }

        return now;
    }

    private int SleepUntilRoundAfter(int seen)
    {
        lock (bed)
        {
            Interlocked.Increment(ref sleepers);
            int now;
            while ((now = Volatile.Read(ref round)) == seen)
                Monitor.Wait(bed);
            Interlocked.Decrement(ref sleepers);
            return now;
        }
    }
}
