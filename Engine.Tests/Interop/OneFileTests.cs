namespace Engine.Tests.Interop;

[Collection(nameof(Toy))]
public sealed class OneFileTests(Toy toy)
{
    [Fact]
    public async Task A_page_that_was_saved_works_without_a_network()
    {
        var file = await Save();
        Assert.InRange(new FileInfo(file).Length, 10_000, 1_000_000);
        await using var page = await OpenPage.Open(toy.Browser, new Uri(file).AbsoluteUri, offline: true);
        Assert.Contains("他们比小明忙", await page.Get<string>("document.querySelector('#sentence').value"));
        Assert.Equal("Attention", await page.Text("#panel h2"));
        foreach (var view in await page.Views())
        {
            await page.See(view);
        }
        await page.View("translation");
        Assert.Equal(
            ["they", "are", "busier", "than", "Xiaoming", "<eos>"],
            await page.Texts(".translation-target .token-text"));
        await page.Click("中文");
        await page.Drawn();
        Assert.Equal("逐词翻译", await page.Text("#panel h2"));
        page.Quiet("file:");
    }

    [Fact]
    public async Task What_was_not_recorded_is_said_in_one_line()
    {
        await using var page = await OpenPage.Open(toy.Browser, new Uri(await Save()).AbsoluteUri, offline: true);
        await page.Run("我现在爱你");
        Assert.Contains("not recorded in this file", await page.Text("#panel .failure"));
    }

    private async Task<string> Save()
    {
        var folder = Directory.CreateDirectory(Path.Combine(toy.Files, Guid.NewGuid().ToString("N"))).FullName;
        await using var page = await toy.Open("language=en&view=attention&text=他们比小明忙");
        var session = await toy.Browser.Target.CreateCDPSessionAsync();
        await session.SendAsync("Browser.setDownloadBehavior", new { behavior = "allow", downloadPath = folder });
        await page.Click("Save as one file");
        for (var i = 0; i < 300 && Directory.GetFiles(folder, "*.html").Length == 0; i++) await Task.Delay(50);
        page.Quiet(toy.Server.Address);
        return Assert.Single(Directory.GetFiles(folder, "*.html"));
    }
}
