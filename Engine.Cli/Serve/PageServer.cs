using System.Text;
using System.Text.Json;
using Engine.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using BadRequest = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Engine.Cli;

/// <summary>
/// The web server of <c>engine serve</c>: the page, and the JSON interface of <see cref="ModelApi"/>. It listens to
/// this machine alone, and answers each bad request with one line, <c>{"error": "..."}</c>.
/// </summary>
internal sealed class PageServer : IAsyncDisposable
{
    /// <summary>The most requests that wait for a thread.</summary>
    public const int MostWaiting = 64;

    private const int MostConnections = 512;
    private const string Json = "application/json; charset=utf-8";
    private const string Save = ServedRequest.Save, Stream = ServedRequest.Stream;

    private static readonly TimeSpan StopTimeout = TimeSpan.FromMilliseconds(500);

    private readonly ModelApi api;
    private readonly BookSite book = new();
    private readonly Action<string> say;
    private readonly ComputationQueue queue;
    private readonly CancellationTokenSource stopping = new();
    private readonly RequestRules rules;
    private readonly string policy;
    private readonly WebApplication application;

    private PageServer(ModelApi api, LoopbackPort port, int threads, Action<string> say)
    {
        (this.api, this.say, Port) = (api, say, port.Number);
        queue = new ComputationQueue(threads, MostWaiting);
        rules = new RequestRules(Port);
        var hashes = string.Join(' ', PageFiles.HashesOf(PageFiles.Text(PageFiles.Index)));
        policy = $"default-src 'none'; script-src 'self' {hashes}; style-src 'self'; style-src-attr 'unsafe-inline'; "
            + "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
            + "frame-ancestors 'none'";
        application = Build(port);
        application.Run(Handle);
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Starts a server.</summary>
    /// <param name="api">Answers the requests.</param>
    /// <param name="port">The port: 0 for any that is free; null for the usual one, or a free one after it.</param>
    /// <param name="threads">The computations at the same time.</param>
    /// <param name="say">Shows a line to the person who started the server.</param>
    /// <exception cref="InputException">The port is not free.</exception>
    public static Task<PageServer> Start(ModelApi api, int? port, int threads, Action<string> say) =>
        Start(api, LoopbackPort.Find(port), threads, say);

    /// <summary>Starts a server at a port that was found free.</summary>
    /// <exception cref="InputException">Another program has taken the port since.</exception>
    internal static async Task<PageServer> Start(ModelApi api, LoopbackPort free, int threads, Action<string> say)
    {
        var server = new PageServer(api, free, threads, say);
        try
        {
            await server.application.StartAsync();
            return server;
        }
        catch (IOException failure)
        {
            await server.DisposeAsync();
            throw new InputException(
                $"port {free.Number} was taken by another program just now; try again, or choose another --port.",
                failure);
        }
    }

    /// <summary>Ends the requests at work, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        using (var limit = new CancellationTokenSource(StopTimeout)) await application.StopAsync(limit.Token);
        queue.Dispose();
        await application.DisposeAsync();
    }

    // Neither environment variables nor files can change an empty builder: the server stays on this machine.
    private static WebApplication Build(LoopbackPort port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.Limits.MaxConcurrentConnections = MostConnections;
            options.Limits.MaxRequestBodySize = ServedRequest.LongestBody;
            foreach (var address in port.Addresses)
                options.Listen(address, port.Number, listen => listen.Protocols = HttpProtocols.Http1);
        });
        return builder.Build();
    }

    private async Task Handle(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.ContentSecurityPolicy = policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping.Token);
        try
        {
            rules.RequireOwn(context.Request);
            await Answer(context, gone.Token);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            await Refuse(context, failure);
        }
    }

    private Task Answer(HttpContext context, CancellationToken gone)
    {
        var path = context.Request.Path.Value!;
        if (path == "/") return Page(context, PageFiles.Index);
        if (path.StartsWith("/page/", StringComparison.Ordinal)) return Page(context, path["/page/".Length..]);
        if (BookSite.Has(path)) return Book(context, path, gone);
        if (path is not (Save or Stream) && !api.Paths.Contains(path))
        {
            throw new RefusedException(
                StatusCodes.Status404NotFound,
                $"there is no {Printable.Message(path)}; the requests are {string.Join(", ", api.Paths)}, {Stream} and "
                + $"{Save}, and the pages are / and {BookSite.Contents}.");
        }
        return Ask(context, path, gone);
    }

    private static Task Page(HttpContext context, string name)
    {
        if (PageFiles.Find(name) is not { } content)
            throw new RefusedException(StatusCodes.Status404NotFound, $"the page has no file '{name}'; the page is /.");
        RequestRules.RequireMethod(context, isGet: true);
        return Write(context, PageFiles.TypeOf(name), content);
    }

    private async Task Book(HttpContext context, string path, CancellationToken gone)
    {
        RequestRules.RequireMethod(context, isGet: true);
        var isChinese = context.Request.Headers.AcceptLanguage.ToString().StartsWith("zh", StringComparison.Ordinal);
        var html = await Compute(queue, () =>
        {
            gone.ThrowIfCancellationRequested();
            return book.Html(path, context.Request.Query["size"].ToString(), isChinese, gone);
        });
        context.Response.Headers.ContentSecurityPolicy = BookFrame.Policy(html);
        await Write(context, PageFiles.TypeOf(PageFiles.Index), Encoding.UTF8.GetBytes(html));
    }

    private async Task Ask(HttpContext context, string path, CancellationToken gone)
    {
        var isGet = ModelApi.IsGet(path);
        RequestRules.RequireMethod(context, isGet);
        var body = isGet ? ServedRequest.Read(path, "{}"u8) : await Read(context, path, gone);
        if (path == Stream)
        {
            await EventStream.Write(
                context, queue,
                stepped =>
                {
                    api.ReloadIfReplaced(say);
                    return api.Stream(body, stepped, gone);
                },
                gone);
            return;
        }
        if (path == Save) context.Response.Headers.ContentDisposition = "attachment; filename=\"engine.html\"";
        var type = path == Save ? PageFiles.TypeOf(PageFiles.Index) : Json;
        var answer = await Compute(queue, () =>
        {
            gone.ThrowIfCancellationRequested();
            if (path != Save) api.ReloadIfReplaced(say);
            return Encoding.UTF8.GetBytes(ServedRequest.Answer(api, path, body, gone));
        });
        await Write(context, type, answer);
    }

    /// <summary>Computes something when a thread is free.</summary>
    /// <exception cref="RefusedException">Too many requests wait.</exception>
    internal static Task<TResult> Compute<TResult>(ComputationQueue queue, Func<TResult> work) =>
        queue.Run(work) ?? throw new RefusedException(
            StatusCodes.Status503ServiceUnavailable,
            $"{MostWaiting} requests wait already; try again in a second, or start engine serve with more --threads.");

    private static async Task<JsonElement> Read(HttpContext context, string path, CancellationToken gone)
    {
        RequestRules.RequireJson(context.Request);
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize =
            ServedRequest.Longest(path);
        using var held = new MemoryStream();
        await context.Request.Body.CopyToAsync(held, gone);
        return ServedRequest.Read(path, held.GetBuffer().AsSpan(0, (int)held.Length));
    }

    private async Task Refuse(HttpContext context, Exception failure)
    {
        var (status, reason) = Refusal(failure);
        if (status == StatusCodes.Status500InternalServerError) say(reason);
        if (status == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "1";
        context.Response.Headers.ContentDisposition = default;
        context.Response.StatusCode = status;
        await Write(context, Json, Encoding.UTF8.GetBytes(ErrorOf(reason) + "\n"));
    }

    /// <summary>The status and the reason of a request that failed.</summary>
    internal static (int Status, string Reason) Refusal(Exception failure) => failure switch
    {
        RefusedException refused => (refused.Status, refused.Message),
        InputException mistake => (StatusCodes.Status400BadRequest, mistake.Message),
        BadRequest { StatusCode: StatusCodes.Status413PayloadTooLarge } => (
            StatusCodes.Status413PayloadTooLarge,
            $"the body is too long; {ServedRequest.LongestBody:N0} bytes are the most "
                + $"({ServedRequest.LongestSave:N0} for {Save})."),
        BadRequest bad => (bad.StatusCode, bad.Message),
        OperationCanceledException => (
            StatusCodes.Status503ServiceUnavailable, "the server stops; ask again when it runs."),
        _ => (
            StatusCodes.Status500InternalServerError,
            $"the server could not answer ({failure.GetType().Name}: {failure.Message})."),
    };

    /// <summary>A reason as one line of JSON.</summary>
    internal static string ErrorOf(string reason) => JsonOutput.OneLine(new { Error = Printable.Message(reason) });

    private static Task Write(HttpContext context, string type, byte[] content)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }
}
