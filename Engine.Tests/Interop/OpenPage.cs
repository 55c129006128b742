using PuppeteerSharp;

namespace Engine.Tests.Interop;

/// <summary>A page that is open in a browser, what it asked for, and what it complained about.</summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private readonly List<string> complaints = [];
    private readonly List<string> requests = [];

    private OpenPage(IPage page)
    {
        Page = page;
        page.Console += (_, e) => Note(
            complaints, e.Message.Type is ConsoleType.Error or ConsoleType.Warning, e.Message.Text);
        page.PageError += (_, e) => Note(complaints, true, e.Message);
        page.Request += (_, e) => Note(requests, true, e.Request.Url);
    }

    public IPage Page { get; }

    /// <summary>The addresses that the page asked for.</summary>
    public IReadOnlyList<string> Requests
    {
        get { lock (requests) return [.. requests]; }
    }

    public static async Task<OpenPage> Open(
        IBrowser browser, string address, int width = Toy.Wide, string scheme = "light", bool offline = false)
    {
        var page = await OpenDocument(browser, address, width, scheme, offline);
        await page.Drawn();
        return page;
    }

    /// <summary>Opens a document that is drawn as soon as it is loaded.</summary>
    public static async Task<OpenPage> OpenDocument(
        IBrowser browser, string address, int width = Toy.Wide, string scheme = "light", bool offline = false,
        bool hasScripts = true)
    {
        var page = new OpenPage(await browser.NewPageAsync());
        await page.Page.SetJavaScriptEnabledAsync(hasScripts);
        await page.Page.SetViewportAsync(new ViewPortOptions { Width = width, Height = 900 });
        await page.Page.EmulateMediaFeaturesAsync(
            [new MediaFeatureValue { MediaFeature = MediaFeature.PrefersColorScheme, Value = scheme }]);
        if (offline) await page.Page.SetOfflineModeAsync(true);
        await page.Page.GoToAsync(address);
        return page;
    }

    public Task<T> Get<T>(string expression) => Page.EvaluateExpressionAsync<T>(expression);

    /// <summary>The text of the first element that matches.</summary>
    public Task<string> Text(string selector) => Page.EvaluateFunctionAsync<string>(
        "selector => document.querySelector(selector)?.innerText ?? ''", selector);

    /// <summary>The texts of all elements that match.</summary>
    public Task<string[]> Texts(string selector) => Page.EvaluateFunctionAsync<string[]>(
        "selector => [...document.querySelectorAll(selector)].map(one => one.innerText)", selector);

    /// <summary>Waits until an expression of the page is true.</summary>
    public async Task Until(string condition)
    {
        try
        {
            await Page.WaitForExpressionAsync(condition, new WaitForFunctionOptions { Timeout = 15_000 });
        }
        catch (PuppeteerException e)
        {
            var shown = await Page.EvaluateExpressionAsync<string>("document.body.innerText");
            Assert.Fail($"{condition}: {e.Message}\n{string.Join('\n', complaints)}\n{shown}");
        }
    }

    /// <summary>Waits until the view that is open is drawn, and stands where it stays: a pointer finds it there.
    /// </summary>
    public async Task Drawn()
    {
        await Until(
            "document.querySelector('#panel')?.getAttribute('aria-busy') === 'false'"
            + " || !!document.querySelector('#page > .failure')");
        await Get<bool>(
            "document.fonts.ready.then(() => new Promise(done =>"
            + " requestAnimationFrame(() => requestAnimationFrame(() => done(true)))))");
    }

    /// <summary>Opens a view by its tab.</summary>
    public async Task View(string id)
    {
        await Page.ClickAsync($"#tab-{id}");
        await Drawn();
    }

    /// <summary>The names of all views.</summary>
    public Task<string[]> Views() =>
        Get<string[]>("[...document.querySelectorAll('[role=tab]')].map(tab => tab.id.slice(4))");

    /// <summary>Opens a view, and asserts that the view shows something and no error.</summary>
    public async Task See(string id)
    {
        await View(id);
        Assert.True((await Text("#panel .view")).Length > 20, $"{id} is blank");
        var failure = await Text("#panel .failure");
        Assert.True(failure.Length == 0, $"{id}: {failure}");
    }

    /// <summary>Types a sentence in place of the last, and runs it.</summary>
    public async Task Run(string sentence)
    {
        await Page.FocusAsync("#sentence");
        await Page.EvaluateExpressionAsync("document.querySelector('#sentence').select()");
        await Page.Keyboard.PressAsync("Backspace");
        await Page.Keyboard.TypeAsync(sentence);
        await Page.Keyboard.PressAsync("Enter");
        await Drawn();
    }

    /// <summary>Clicks the first element within <paramref name="within"/> that has just this text.</summary>
    public async Task Click(string text, string within = "body")
    {
        var found = await Page.EvaluateFunctionHandleAsync(
            "(text, within) => [...document.querySelector(within).querySelectorAll('button, label, summary')]"
            + ".find(one => one.innerText.trim() === text)", text, within);
        Assert.True(found is IElementHandle, $"nothing within {within} is called {text}");
        await ((IElementHandle)found).ClickAsync();
    }

    /// <summary>Asserts that the page complained about nothing, and asked nobody but a server.</summary>
    public void Quiet(string allowed)
    {
        lock (complaints) Assert.Empty(complaints);
        Assert.All(Requests, address => Assert.True(
            address.StartsWith(allowed, StringComparison.Ordinal)
            || address.StartsWith("data:", StringComparison.Ordinal)
            || address.StartsWith("blob:", StringComparison.Ordinal),
            address));
    }

    public async ValueTask DisposeAsync() => await Page.CloseAsync();

    private static void Note(List<string> list, bool counts, string text)
    {
        if (!counts) return;
        lock (list) list.Add(text);
    }
}
