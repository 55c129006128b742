using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>Ranks that are threads of the test: a rank leaves what it sends, and the others take it.</summary>
internal sealed class ThreadRanks(int rank, ThreadRanks.Meeting meeting) : IRankGroup
{
    public int Rank => rank;

    public int Count => meeting.Count;

    /// <summary>The floats that this rank has sent to others.</summary>
    public long Sent { get; private set; }

    /// <summary>Runs something on each of some ranks, and returns what the ranks return.</summary>
    public static T[] Run<T>(int count, Func<ThreadRanks, T> run)
    {
        using var meeting = new Meeting(count);
        var results = new T[count];
        var failures = new Exception?[count];
        var threads = Enumerable.Range(0, count).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = run(new ThreadRanks(rank, meeting));
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                failures[rank] = failure;
                meeting.End();
            }
            catch (OperationCanceledException)
            {
                // Another rank has failed, and says why.
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        if (failures.FirstOrDefault(failure => failure is not null) is { } first)
            throw new AggregateException(first);
        return results;
    }

    public void Broadcast(Span<byte> bytes)
    {
        var sent = meeting.Exchange(rank, bytes.ToArray());
        ((byte[])sent[0]).CopyTo(bytes);
    }

    public void Gather(ReadOnlySpan<byte> own, Span<byte> all)
    {
        var sent = meeting.Exchange(rank, own.ToArray());
        for (var other = 0; other < Count; other++) ((byte[])sent[other]).CopyTo(all[(other * own.Length)..]);
    }

    public void Exchange(ReadOnlySpan<float> sent, int[] sentCounts, Span<float> received, int[] receivedCounts)
    {
        Sent += sentCounts.Sum() - sentCounts[rank];
        var all = meeting.Exchange(rank, (sent.ToArray(), sentCounts));
        var place = 0;
        for (var other = 0; other < Count; other++)
        {
            var (numbers, counts) = ((float[], int[]))all[other];
            Assert.Equal(receivedCounts[other], counts[rank]);
            numbers.AsSpan(counts[..rank].Sum(), counts[rank]).CopyTo(received[place..]);
            place += counts[rank];
        }
    }

    public void Join(Span<float> numbers, int[] counts)
    {
        Sent += counts[rank] * (Count - 1);
        var own = numbers.Slice(counts[..rank].Sum(), counts[rank]).ToArray();
        var all = meeting.Exchange(rank, own);
        for (var other = 0; other < Count; other++)
            ((float[])all[other]).CopyTo(numbers[counts[..other].Sum()..]);
    }

    /// <summary>Where ranks meet: each leaves an object, and takes the objects of all.</summary>
    internal sealed class Meeting(int count) : IDisposable
    {
        // A rank that never comes is a mistake, which must not stop the tests.
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

        private readonly Barrier barrier = new(count);
        private readonly CancellationTokenSource end = new();
        private readonly object[] left = new object[count];

        public int Count => count;

        public object[] Exchange(int rank, object own)
        {
            left[rank] = own;
            Wait();
            object[] all = [.. left];
            Wait(); // nobody leaves the next object before all have taken this one
            return all;
        }

        private void Wait()
        {
            if (!barrier.SignalAndWait(Patience, end.Token)) throw new TimeoutException("a rank has not come");
        }

        public void End() => end.Cancel();

        public void Dispose()
        {
            barrier.Dispose();
            end.Dispose();
        }
    }
}
