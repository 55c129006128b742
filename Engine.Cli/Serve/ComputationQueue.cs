using System.Collections.Concurrent;

namespace Engine.Cli;

/// <summary>
/// Computations on a fixed number of threads. Some may wait; more are refused, so that a server that has too much to do
/// says so at once.
/// </summary>
internal sealed class ComputationQueue : IDisposable
{
    private readonly BlockingCollection<Action> waiting;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">The number of threads.</param>
    /// <param name="most">The most computations that wait.</param>
    public ComputationQueue(int threads, int most)
    {
        waiting = new BlockingCollection<Action>(most);
        for (var i = 0; i < threads; i++)
        {
            // In the background: a computation that does not end shall not keep the process.
            new Thread(Work) { IsBackground = true, Name = "computation" }.Start();
        }
    }

    /// <summary>Computes something when a thread is free; null if too much waits already.</summary>
    /// <param name="work">The computation. What it throws, the task throws.</param>
    public Task<TResult>? Run<TResult>(Func<TResult> work)
    {
        var result = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        return waiting.TryAdd(() =>
        {
            try
            {
                result.SetResult(work());
            }
            catch (Exception failure)
            {
                result.SetException(failure);
            }
        }) ? result.Task : null;
    }

    /// <summary>Takes no more computations.</summary>
    public void Dispose() => waiting.CompleteAdding();

    private void Work()
    {
        foreach (var work in waiting.GetConsumingEnumerable()) work();
    }
}
