using System.Net;
using Engine.Cli;
using Engine.Lab;

namespace Engine.Tests.Cli;

/// <summary>The interview book as the server has it.</summary>
public sealed class BookSiteTests(TinyRun tiny) : IClassFixture<TinyRun>
{
    [Fact]
    public async Task The_contents_have_all_pages_and_a_page_is_computed_when_it_is_opened()
    {
        await using var server = await TestServer.Start(tiny.Model);
        using var contents = await server.Client.GetAsync("/lab");
        var html = await contents.Content.ReadAsStringAsync();
        Assert.All(LabCatalogue.All, entry => Assert.Contains($"href=\"/lab/{entry.Name}\"", html));
        Assert.Contains("href=\"/\"", html);
        using var answer = await server.Client.GetAsync("/lab/softmax-1-2-10");
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Equal(BookFrame.Policy(page), Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Contains("seed 1, full size", page);
        Assert.Contains("href=\"/#view=weight\"", page);
        Assert.Contains("href=\"/lab/scale-sqrt-dk\"", page);
        var description = await server.Client.GetStringAsync("/model");
        Assert.Contains("\"name\":\"softmax-1-2-10\",\"view\":\"weight\"", description);
    }

    [Theory]
    [InlineData(404, "/lab/sadle", "no page 'sadle'; the nearest name is saddle, and its contents are /lab.")]
    [InlineData(400, "/lab/saddle?size=huge", "'size' is 'huge'; it must be quick or full.")]
    public async Task What_the_book_has_not_is_refused_in_one_line(int status, string address, string reason)
    {
        await using var server = await TestServer.Start(tiny.Model);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        Assert.EndsWith(reason, await server.Refused((HttpStatusCode)status, request));
    }

    [Fact]
    public void A_page_that_trains_runs_at_its_smallest_size_until_the_reader_asks_and_ends_with_the_request()
    {
        var entry = LabCatalogue.All.First(page => !page.IsCertain);
        var site = new BookSite();
        var html = site.Html($"/lab/{entry.Name}", "", isChinese: true, CancellationToken.None);
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"zh-Hans\">", html);
        Assert.Contains("最小规模", html);
        Assert.Contains($"href=\"/lab/{entry.Name}?size=full\"", html);
        Assert.ThrowsAny<OperationCanceledException>(() =>
            site.Html($"/lab/{entry.Name}", "full", isChinese: true, new CancellationToken(canceled: true)));
        // The answer is kept: nothing is computed, and nothing can be cancelled.
        Assert.Equal(
            html, site.Html($"/lab/{entry.Name}", "quick", isChinese: true, new CancellationToken(canceled: true)));
    }
}
