using System.Text;
using System.Threading.Channels;
using Engine.Storage;
using Microsoft.AspNetCore.Http;

namespace Engine.Cli;

/// <summary>
/// An answer that comes piece by piece, as server-sent events: <c>step</c> and <c>step</c> again, then <c>done</c>, or
/// <c>error</c>. What is wrong before the first step is an answer as others are.
/// </summary>
internal static class EventStream
{
    /// <summary>Computes an answer, and writes each step of it as it comes.</summary>
    /// <param name="context">The request.</param>
    /// <param name="queue">Computes.</param>
    /// <param name="compute">Computes the end of the answer, and gives each step to an action.</param>
    /// <param name="gone">Says that nobody waits any more.</param>
    /// <exception cref="InputException">The request is wrong; nothing was written.</exception>
    public static async Task Write(
        HttpContext context, ComputationQueue queue, Func<Action<string>, string> compute, CancellationToken gone)
    {
        // A reader that is slower than the computation does not hold it up: WorkLimit bounds what waits here.
        var steps = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
        var end = PageServer.Compute(queue, () =>
        {
            try
            {
                gone.ThrowIfCancellationRequested();
                return compute(step => steps.Writer.TryWrite(step));
            }
            finally
            {
                steps.Writer.Complete();
            }
        });
        var response = context.Response;
        await foreach (var step in steps.Reader.ReadAllAsync(gone)) await Send("step", step);
        try
        {
            await Send("done", await end);
        }
        catch (Exception failure) when (
            response.HasStarted && failure is InputException or NotFiniteNumberException)
        {
            await Send("error", PageServer.ErrorOf(failure.Message));
        }

        async Task Send(string name, string data)
        {
            if (!response.HasStarted) response.ContentType = "text/event-stream; charset=utf-8";
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes($"event: {name}\ndata: {data}\n\n"), gone);
            await response.Body.FlushAsync(gone);
        }
    }
}
