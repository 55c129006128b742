namespace Engine.Tests.Interop;

/// <summary>Pages of models that are no transformers, or do not translate.</summary>
[Collection(nameof(Toy))]
public sealed class OtherModelTests(Toy toy)
{
    [Theory]
    [InlineData("classifier")]
    [InlineData("gru")]
    public async Task Every_view_of_any_model_shows_something_or_says_why_not(string model)
    {
        using var server = Server.Start(Path.Combine(Root(), "Engine.Tests", "Fixtures", model));
        await using var page = await OpenPage.Open(toy.Browser, server.Address + "#language=en");
        if ((await page.Text("#panel .empty")).Length > 0) await page.Run("red green blue");
        Assert.True((await page.Text("#panel .failure")).Length == 0, await page.Text("#panel .failure"));
        foreach (var view in await page.Views())
        {
            await page.See(view);
        }
        page.Quiet(server.Address);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Engine.sln"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
