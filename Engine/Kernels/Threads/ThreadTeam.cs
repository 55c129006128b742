using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace Engine;

/// <summary>
/// A fixed number of threads that share the parts of a piece of work. After its last part a thread stays awake for a
/// moment, so that the next piece of work need not wake it; then it sleeps.
/// </summary>
/// <remarks>
/// The team hands out the parts in order, each to the next thread that is free. If a result must not depend on the
/// number of threads, it must depend neither on the thread that runs a part nor on the time.
/// </remarks>
/// <example>
/// <code><![CDATA[
/// using Engine;
///
/// using var team = new ThreadTeam(threads: 2);
/// var squares = new int[100];
/// team.Run(squares.Length, i => squares[i] = i * i);
/// Console.WriteLine(squares.Sum());                    // prints: 328350
/// ]]></code>
/// </example>
public sealed class ThreadTeam : IDisposable
{
    /// <summary>How long a thread stays awake without work: about ten times as long as waking it up takes.</summary>
    private static readonly long AwakeTicks = Stopwatch.Frequency / 20_000;

    /// <summary>
    /// The bits of <see cref="attendance"/>: <see cref="Open"/> is set while helpers may join the work, and each helper
    /// at work adds <see cref="OneHelper"/>.
    /// </summary>
    private const int Open = 1, OneHelper = 2;

    private readonly Thread[] helpers;
    private readonly object sleepLock = new();
    private Action<int>? work;
    private int parts;
    private int nextPart;
    private int round;
    private int sleepers;
    private int attendance;
    private int busy;
    private volatile bool disposed;
    private ExceptionDispatchInfo? failure;

    /// <summary>A team of the calling thread and <paramref name="threads"/> - 1 background threads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is below 1.</exception>
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

    /// <summary>The number of threads, the caller of <see cref="Run"/> included.</summary>
    public int Threads { get; }

    /// <summary>
    /// Calls <paramref name="work"/> once with each of the numbers 0 .. <paramref name="parts"/> - 1, and returns when
    /// all calls have returned. If the team is already at work, because a part calls the team again or another thread
    /// has called it, the caller runs all parts alone.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The team has been disposed.</exception>
    /// <remarks>If a part throws, no further part begins, and the first exception is rethrown.</remarks>
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
        Volatile.Write(ref attendance, Open);
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
        // Either this thread sees the sleeper, or the sleeper, which counts itself before it looks, sees the new round.
        Interlocked.Increment(ref round);
        if (Volatile.Read(ref sleepers) == 0)
            return;
        lock (sleepLock)
            Monitor.PulseAll(sleepLock);
    }

    private void CloseAndWait()
    {
        // A helper that has not joined by now, because it is still waking up, is not waited for.
        Interlocked.And(ref attendance, ~Open);
        var wait = default(SpinWait);
        while (Volatile.Read(ref attendance) != 0)
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
            Interlocked.Add(ref attendance, -OneHelper);
        }
    }

    private bool TryEnter()
    {
        while (true)
        {
            var state = Volatile.Read(ref attendance);
            if ((state & Open) == 0)
                return false;
            if (Interlocked.CompareExchange(ref attendance, state + OneHelper, state) == state)
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
        lock (sleepLock)
        {
            Interlocked.Increment(ref sleepers);
            int now;
            while ((now = Volatile.Read(ref round)) == seen)
                Monitor.Wait(sleepLock);
            Interlocked.Decrement(ref sleepers);
            return now;
        }
    }
}
