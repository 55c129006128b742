using Microsoft.AspNetCore.Http;

namespace Engine.Cli;

/// <summary>
/// Which requests the server takes. It listens to this machine alone; these rules keep out what a page of another site,
/// open in a browser on this machine, could send.
/// </summary>
/// <param name="port">The server's port.</param>
internal sealed class RequestRules(int port)
{
    private readonly string[] hosts = [.. ((string[])["localhost", "127.0.0.1", "[::1]"])
        .SelectMany(name => (string[])(port == 80 ? [name, $"{name}:80"] : [$"{name}:{port}"]))];

    /// <summary>Refuses a request that came by another name, or that another site sent.</summary>
    /// <exception cref="RefusedException">The rules do not let it in.</exception>
    public void RequireOwn(HttpRequest request)
    {
        // A name of another site may be made to lead to this machine; its pages would then be ours to a browser.
        var host = request.Headers.Host.ToString();
        if (!hosts.Contains(host, StringComparer.OrdinalIgnoreCase))
            throw new RefusedException(
                StatusCodes.Status421MisdirectedRequest,
                $"this server is {hosts[0]}, not '{Printable.Message(host)}'; use that address.");
        if (request.Headers.Origin.ToString() is { Length: > 0 } origin
            && !hosts.Any(own => string.Equals(origin, "http://" + own, StringComparison.OrdinalIgnoreCase)))
        {
            throw OfAnotherSite($"the origin '{Printable.Message(origin)}'");
        }
        // Browsers say so themselves. A link from another site may lead to the page, but no more.
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var followsLink = request.Path == "/" && HttpMethods.IsGet(request.Method)
            && request.Headers["Sec-Fetch-Mode"] == "navigate";
        if (site is not ("" or "same-origin" or "none") && !followsLink) throw OfAnotherSite("a page of another site");
    }

    /// <summary>Refuses a method that a path does not have.</summary>
    /// <exception cref="RefusedException">The method is another.</exception>
    public static void RequireMethod(HttpContext context, bool isGet)
    {
        var method = context.Request.Method;
        if (isGet ? HttpMethods.IsGet(method) || HttpMethods.IsHead(method) : HttpMethods.IsPost(method)) return;
        context.Response.Headers.Allow = isGet ? "GET, HEAD" : "POST";
        throw new RefusedException(
            StatusCodes.Status405MethodNotAllowed,
            $"{context.Request.Path}: {method} is not possible here; use {(isGet ? "GET" : "POST")}.");
    }

    /// <summary>Refuses a body that does not say that it is JSON: a form of another site cannot say so.</summary>
    /// <exception cref="RefusedException">It is of another type.</exception>
    public static void RequireJson(HttpRequest request)
    {
        var type = request.ContentType?.Split(';')[0].Trim();
        if (string.Equals(type, "application/json", StringComparison.OrdinalIgnoreCase)) return;
        throw new RefusedException(
            StatusCodes.Status415UnsupportedMediaType,
            $"{request.Path}: the body must be JSON; send the header 'Content-Type: application/json'.");
    }

    private RefusedException OfAnotherSite(string who) => new(
        StatusCodes.Status403Forbidden,
        $"{who} may not ask this server; only its own page, and programs on this machine, at http://{hosts[0]}/.");
}
