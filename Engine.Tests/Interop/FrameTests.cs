using Deque.AxeCore.Commons;

namespace Engine.Tests.Interop;

/// <summary>What holds for all views.</summary>
[Collection(nameof(Toy))]
public sealed class FrameTests(Toy toy)
{
    [Theory]
    [InlineData("light", "en", Toy.Wide)]
    [InlineData("dark", "zh", Toy.Wide)]
    [InlineData("light", "zh", Toy.Narrow)]
    [InlineData("dark", "en", Toy.Narrow)]
    public async Task Every_view_shows_something_within_the_window_and_axe_finds_no_fault(
        string scheme, string language, int width)
    {
        await using var page = await toy.Open($"language={language}", width, scheme);
        await page.Page.EvaluateExpressionAsync(new BundledAxeScriptProvider().GetScript());
        foreach (var view in await page.Views())
        {
            await page.See(view);
            Assert.Equal((view, width), (view, await page.Get<int>("document.documentElement.scrollWidth")));
            var faults = await page.Get<string[]>(
                "axe.run().then(found => found.violations.map(one => one.id + ': ' + one.nodes[0].html))");
            Assert.True(faults.Length == 0, $"{view}: {string.Join('\n', faults)}");
        }
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task The_language_changes_everything_that_the_page_says()
    {
        await using var page = await toy.Open();
        Assert.Equal("en", await page.Get<string>("document.documentElement.lang"));
        await page.Click("中文");
        await page.Drawn();
        Assert.Equal("zh-Hans", await page.Get<string>("document.documentElement.lang"));
        foreach (var view in await page.Views())
        {
            await page.View(view);
            Assert.All(await page.Texts("#panel h2, #panel .hint, #panel .control-label"), text =>
                Assert.True(
                    text.Length == 0 || text.Any(letter => letter > '⺀') || text is "Top-k" or "Top-p",
                    $"{view}: {text}"));
        }
        await page.Click("English");
        await page.Drawn();
        Assert.Equal("Run", await page.Text(".ask .primary"));
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task The_address_remembers_view_sentence_and_language()
    {
        await using var page = await toy.Open();
        await page.Run("他们比小明忙");
        await page.View("attention");
        await page.Click("中文");
        await page.Drawn();
        await using var again = await OpenPage.Open(toy.Browser, page.Page.Url);
        Assert.Equal("注意力", await again.Text("#panel h2"));
        Assert.Equal("他们比小明忙", await again.Get<string>("document.querySelector('#sentence').value"));
    }

    [Fact]
    public async Task The_keyboard_alone_reaches_everything()
    {
        await using var page = await toy.Open();
        var keyboard = page.Page.Keyboard;
        async Task TabTo(string selector)
        {
            for (var i = 0; i < 60; i++)
            {
                await keyboard.PressAsync("Tab");
                if (await page.Get<bool>($"document.activeElement.matches('{selector}')")) return;
            }
            Assert.Fail($"Tab does not reach {selector}");
        }
        await TabTo("#sentence");
        await keyboard.DownAsync("Control");
        await keyboard.PressAsync("a");
        await keyboard.UpAsync("Control");
        await keyboard.TypeAsync("他们比小明忙");
        await keyboard.PressAsync("Enter");
        await page.Until("document.querySelector('.translation-target')?.innerText.includes('busier')");
        await TabTo("[role=tab]");
        var outline = await page.Get<string>("getComputedStyle(document.activeElement).outlineStyle");
        Assert.Equal("solid", outline);
        await keyboard.PressAsync("ArrowDown");
        await page.Until("document.activeElement.id === 'tab-attention'");
        await page.Drawn();
        await TabTo(".words .token");
        await page.Until("document.querySelectorAll('.wires path').length > 0");
        await TabTo(".head");
        await keyboard.PressAsync("Enter");
        await page.Until("document.activeElement.matches('.head[aria-pressed=true]')");
        page.Quiet(toy.Server.Address);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(1)]
    public async Task A_sentence_of_any_length_fits_every_view(int tokens)
    {
        var sentence = string.Concat(Enumerable.Range(0, tokens).Select(i => "我现在爱你他们比小明忙"[i % 11]));
        foreach (var width in new[] { Toy.Wide, Toy.Narrow })
        {
            await using var page = await toy.Open($"language=en&text={sentence}", width);
            foreach (var view in await page.Views())
            {
                await page.See(view);
                Assert.Equal((view, width), (view, await page.Get<int>("document.documentElement.scrollWidth")));
            }
            page.Quiet(toy.Server.Address);
        }
    }

    [Fact]
    public async Task An_empty_sentence_is_answered_by_a_sentence()
    {
        await using var page = await toy.Open();
        await page.Run(" ");
        foreach (var view in await page.Views())
        {
            await page.View(view);
            Assert.NotEqual("", await page.Text("#panel .empty"));
        }
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task A_request_that_is_refused_is_one_line_on_the_page()
    {
        await using var page = await toy.Open();
        await page.Run(new string('我', 600));
        var line = await page.Text("#panel .failure");
        Assert.InRange(line.Length, 20, 300);
        Assert.DoesNotContain("\n", line);
        await page.Run("我现在爱你"); // and the page goes on
        Assert.Equal("", await page.Text("#panel .failure"));
    }
}
