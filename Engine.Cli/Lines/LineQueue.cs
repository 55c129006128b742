using System.Runtime.ExceptionServices;

namespace Engine.Cli;

/// <summary>
/// Lines that one thread reads ahead while another thread answers. The queue holds a bounded number of lines and of
/// characters, whatever the lengths of the lines.
/// </summary>
/// <param name="most">The most lines that are taken at a time; the queue holds twice this number.</param>
internal sealed class LineQueue(int most)
{
    // A line that alone has more characters is held, and taken, by itself.
    private const int MostCharacters = 1 << 20;

    private readonly Queue<string> lines = [];
    private long characters;
    private bool isComplete, isStopped;
    private ExceptionDispatchInfo? failure;

    /// <summary>Reads lines in a thread of its own, until they end or reading fails.</summary>
    public void Fill(IEnumerable<string> source) =>
        new Thread(() =>
        {
            try
            {
                foreach (var line in source) Add(line);
            }
            catch (Exception caught)
            {
                failure = ExceptionDispatchInfo.Capture(caught); // thrown in the thread that takes the lines
            }
            lock (lines)
            {
                isComplete = true;
                Monitor.PulseAll(lines);
            }
        })
        { IsBackground = true, Name = "input" }.Start();

    /// <summary>
    /// The lines that have arrived, in chunks: a file gives full chunks; a pipe gives what was written to it, so that
    /// a writer who waits for an answer gets it. An error of reading is thrown after the lines before it.
    /// </summary>
    /// <exception cref="OperationCanceledException">The enumeration throws it after <see cref="Stop"/>.</exception>
    public IEnumerable<List<string>> Chunks()
    {
        while (Take() is { Count: > 0 } chunk) yield return chunk;
        failure?.Throw();
    }

    /// <summary>Gives no more lines.</summary>
    public void Stop()
    {
        lock (lines)
        {
            isStopped = true;
            Monitor.PulseAll(lines);
        }
    }

    private void Add(string line)
    {
        lock (lines)
        {
            // The reader of our output may have gone: then this background thread waits until the process ends.
            while (lines.Count >= 2 * most || (lines.Count > 0 && characters + line.Length > 2 * MostCharacters))
                Monitor.Wait(lines);
            lines.Enqueue(line);
            characters += line.Length;
            Monitor.PulseAll(lines);
        }
    }

    private List<string> Take()
    {
        var chunk = new List<string>(most);
        lock (lines)
        {
            while (lines.Count == 0 && !isComplete && !isStopped) Monitor.Wait(lines);
            if (isStopped) throw new OperationCanceledException();
            for (var taken = 0L; chunk.Count < most && lines.TryPeek(out var line); chunk.Add(lines.Dequeue()))
            {
                taken += line.Length;
                if (chunk.Count > 0 && taken > MostCharacters) break;
                characters -= line.Length;
            }
            Monitor.PulseAll(lines);
        }
        return chunk;
    }
}
