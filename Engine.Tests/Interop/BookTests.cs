using Deque.AxeCore.Commons;

namespace Engine.Tests.Interop;

/// <summary>The interview book as files, without a server and without a network; and as the server has it.</summary>
[Collection(nameof(Toy))]
public sealed class BookTests(Toy toy) : IAsyncLifetime
{
    private readonly string folder = Path.Combine(toy.Files, Guid.NewGuid().ToString("N"));

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(folder);
        var results = Path.Combine(folder, "results.jsonl");
        var lines = new List<string>();
        // Lines, a heat map and bars; all pages are made of the same parts.
        foreach (var name in (string[])["scale-sqrt-dk", "attention-by-hand", "dead-relu"])
            lines.Add(await Output("lab", name, "--size", "quick", "--json"));
        await File.WriteAllTextAsync(results, string.Concat(lines));
        await Output("lab", "book", "--results", results, "--out", Path.Combine(folder, "book"));
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public async Task Every_page_of_the_book_works_offline_within_the_window_and_axe_finds_no_fault()
    {
        var pages = Directory.GetFiles(Path.Combine(folder, "book", "pages"), "*.html").Order().ToArray();
        Assert.Equal(3, pages.Length);
        foreach (var (i, file) in pages.Prepend(Path.Combine(folder, "book", "index.html")).Index())
        {
            // The contents in four ways, each page in one of them.
            foreach (var way in i == 0 ? (int[])[0, 1, 2, 3] : [i % 4])
            {
                var (width, scheme) = (way < 2 ? Toy.Wide : Toy.Narrow, way % 2 == 0 ? "light" : "dark");
                await using var page = await OpenPage.OpenDocument(
                    toy.Browser, new Uri(file).AbsoluteUri + (i % 2 == 0 ? "?lang=zh" : "?lang=en"), width, scheme,
                    offline: true);
                Assert.Equal((file, width), (file, await page.Get<int>("document.documentElement.scrollWidth")));
                // The page's own policy forbids to add a script; the browser's tools may.
                await page.Page.EvaluateExpressionAsync(new BundledAxeScriptProvider().GetScript());
                var faults = await page.Get<string[]>(
                    "axe.run().then(found => found.violations.map(one => one.id + ': ' + one.nodes[0].html))");
                Assert.True(faults.Length == 0, $"{file}, {width}, {scheme}: {string.Join('\n', faults)}");
                page.Quiet("file:");
            }
        }
    }

    [Fact]
    public async Task The_language_is_switched_with_and_without_scripts_and_remembered()
    {
        var address = new Uri(Path.Combine(folder, "book", "pages", "scale-sqrt-dk.html")).AbsoluteUri;
        foreach (var hasScripts in (bool[])[true, false])
        {
            await using var page = await OpenPage.OpenDocument(
                toy.Browser, address, offline: true, hasScripts: hasScripts);
            Assert.Contains("为什么要除以", await page.Text("h1"));
            await page.Page.ClickAsync("label[for=to-en]");
            Assert.Contains("Why", await page.Text("h1"));
            Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}", await page.Text("main"));
            Assert.Equal(hasScripts ? "en" : "zh-Hans", await page.Get<string>("document.documentElement.lang"));
            page.Quiet("file:");
        }
        await using var next = await OpenPage.OpenDocument(toy.Browser, address, offline: true);
        Assert.Contains("Why", await next.Text("h1"));
        await next.Page.ClickAsync("label[for=to-zh]");
        Assert.Contains("为什么", await next.Text("h1"));
    }

    [Fact]
    public async Task The_server_has_the_book_and_each_leads_to_the_other()
    {
        await using var page = await toy.Open("language=zh&view=weight");
        Assert.Equal("面试实验书", await page.Text(".tools a.book"));
        await page.Page.ClickAsync(".questions a[href^='/lab/scale-sqrt-dk']");
        await page.Until("document.querySelector('h1')?.innerText.includes('为什么要除以')");
        await page.Page.ClickAsync("dl.more a[href='/#view=weight']");
        await page.Drawn();
        await page.Until("document.querySelector('#tab-weight')?.getAttribute('aria-selected') === 'true'");
        page.Quiet(toy.Server.Address);
    }

    private static async Task<string> Output(params string[] arguments)
    {
        using var process = Server.Run(arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        return output;
    }
}
