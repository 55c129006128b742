namespace Engine.Tests.Interop;

[Collection(nameof(Toy))]
public sealed class AttentionViewTests(Toy toy)
{
    [Fact]
    public async Task A_word_under_the_pointer_has_lines_to_the_source_and_to_earlier_words()
    {
        await using var page = await toy.Open("language=en&view=attention");
        // After six words of the source stand <bos>, I and love.
        var word = (await page.Page.QuerySelectorAllAsync(".words .token"))[8];
        await word.HoverAsync();
        await page.Until("document.querySelectorAll('.wires.cross path').length > 0");
        await page.Until("document.querySelectorAll('.wires.decoder path').length > 0");
        Assert.Equal(0, await page.Get<int>("document.querySelectorAll('.wires.encoder path').length"));
        Assert.Contains("“love” looks at", await page.Text("#panel .readout"));
        // Numbers stand beside the words, and a heavier weight has a wider line.
        var numbers = await page.Get<double[]>(
            "[...document.querySelectorAll('.word-column')][0].innerText.match(/\\d\\.\\d\\d/g).map(Number)");
        Assert.Equal(6, numbers.Length);
        Assert.InRange(numbers.Sum(), 0.95, 1.05);
        var widest = await page.Get<double>(
            "Math.max(...[...document.querySelectorAll('.wires.cross path')]"
            + ".map(path => path.getAttribute('stroke-width')))");
        Assert.InRange(widest, 0.5 + (7 * numbers.Max()), 0.7 + (7 * numbers.Max()));
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task A_source_word_that_has_the_focus_has_lines_to_source_words()
    {
        await using var page = await toy.Open("language=en&view=attention");
        await (await page.Page.QuerySelectorAllAsync(".words .token"))[1].FocusAsync();
        await page.Until("document.querySelectorAll('.wires.encoder path').length > 0");
        Assert.Contains("“现” looks at", await page.Text("#panel .readout"));
    }

    [Fact]
    public async Task A_head_of_the_grid_opens_large_with_words_on_its_axes()
    {
        await using var page = await toy.Open("language=en&view=attention");
        Assert.Equal(8, (await page.Texts(".head")).Length);
        await page.Click("encoder self-attention", ".view");
        await (await page.Page.QuerySelectorAllAsync(".head"))[2].ClickAsync();
        Assert.Contains("encoder self-attention, layer 0, head 2", await page.Texts("#panel h3"));
        var axes = await page.Get<string[]>(
            "[...document.querySelectorAll('.heat .axis-label')].map(one => one.textContent)");
        Assert.Equal(["我", "现", "在", "爱", "你", "<eos>", "我", "现", "在", "爱", "你", "<eos>"], axes);
        await page.Page.FocusAsync(".heat");
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Page.Keyboard.PressAsync("ArrowDown");
        Assert.Matches("^现 → 我: \\d\\.\\d\\d$", (await page.Text(".plot .readout")).Trim());
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task The_causal_mask_leaves_the_future_empty()
    {
        await using var page = await toy.Open("language=en&view=attention");
        await page.Click("causal self-attention", ".view");
        Assert.Equal(1, await page.Get<int>("document.querySelectorAll('.heat .heat-masked').length"));
        // 5 target tokens: 15 numbers, none above the diagonal.
        Assert.Equal(15, await page.Get<int>("document.querySelectorAll('.heat .heat-number').length"));
    }
}
