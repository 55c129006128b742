namespace Engine.Tests.Interop;

[Collection(nameof(Toy))]
public sealed class SwitchesViewTests(Toy toy)
{
    [Fact]
    public async Task A_head_that_is_switched_off_shows_both_translations_and_the_log_probabilities()
    {
        await using var page = await toy.Open("language=en&view=switches");
        var whole = await page.Text(".compared");
        await page.Page.ClickAsync("button.switch");
        await page.Until("document.querySelectorAll('.switch-side').length === 2");
        Assert.Equal(whole, (await page.Texts(".compared"))[0].Trim());
        var figures = await page.Texts(".switch-side dd");
        Assert.Equal(4, figures.Length);
        Assert.NotEqual(figures[0], figures[2]);
        Assert.Equal(2, (await page.Texts(".switch-maps .heat")).Length);
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task Parts_are_switched_off_together_and_words_that_differ_are_marked()
    {
        await using var page = await toy.Open("language=en&view=switches");
        await page.Click("all of the decoder", ".residuals");
        await page.Click("positions", ".switch-panel");
        await page.Until("document.querySelectorAll('.switch-side').length === 2");
        await page.Until("document.querySelectorAll('.switch-side mark').length > 0");
        Assert.Contains("Marked words differ.", await page.Text(".switch-results"));
        await page.Click("Switch all on");
        await page.Until("document.querySelectorAll('.switch-side').length === 1");
        page.Quiet(toy.Server.Address);
    }

    [Fact]
    public async Task A_reference_of_the_reader_is_what_is_compared()
    {
        await using var page = await toy.Open("language=en&view=switches&target=we+love+you+now");
        await page.Click("scaling by 1/√dK", ".switch-panel");
        await page.Until("document.querySelectorAll('.switch-side').length === 2");
        Assert.Contains("Reference: we love you now", await page.Text(".switch-results"));
        Assert.StartsWith("I love you now", (await page.Texts(".compared"))[0]);
    }
}
