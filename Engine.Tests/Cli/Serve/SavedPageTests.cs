using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Engine.Cli;

namespace Engine.Tests.Cli;

public sealed partial class SavedPageTests
{
    [Fact]
    public void A_page_that_was_saved_has_its_style_and_all_modules_in_itself_and_loads_nothing()
    {
        var html = SavedPage.Html([]);
        Assert.DoesNotContain("/page/", html.Replace("\"page/", "", StringComparison.Ordinal));
        Assert.DoesNotMatch("(src|href)=\"(?!data:)", html);
        Assert.Contains(PageFiles.Text("page.css"), html);
        Assert.Contains(PageFiles.Text("views.css"), html);
        using var map = JsonDocument.Parse(ImportMap().Match(html).Groups[1].Value);
        var modules = map.RootElement.GetProperty("imports").EnumerateObject().ToDictionary(
            module => module.Name,
            module => Encoding.UTF8.GetString(Convert.FromBase64String(module.Value.GetString()!.Split(',')[1])));
        Assert.Equal(PageFiles.Modules.Select(name => "page/" + name), modules.Keys);
        Assert.All(PageFiles.Modules, name => Assert.Equal(PageFiles.Text(name), modules["page/" + name]));
        // Every module that a module names is there.
        Assert.All(
            modules.Values.SelectMany(text => Import().Matches(text).Select(import => import.Groups[1].Value)),
            name => Assert.Contains(name, modules.Keys));
    }

    [Fact]
    public void Recorded_text_cannot_end_the_element_that_holds_it()
    {
        const string wild = "</script><!--<script>\u2028 <meta charset=\"utf-8\"></head>";
        var text = JsonSerializer.Serialize(wild, new JsonSerializerOptions
        {
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        });
        var html = SavedPage.Html(
            [new("/pass", $"{{\"source\":{text}}}", $"[{text}]")],
            new PageOpening("weight", "zh", new { Layer = 1 }));
        var data = Data().Match(html).Groups[1].Value;
        Assert.DoesNotContain("<!--", data);
        using var json = JsonDocument.Parse(data);
        var answer = Assert.Single(json.RootElement.GetProperty("recorded").EnumerateArray());
        Assert.Equal("/pass", answer.GetProperty("path").GetString());
        Assert.Equal(wild, answer.GetProperty("body").GetProperty("source").GetString());
        Assert.Equal(wild, answer.GetProperty("answer")[0].GetString());
        Assert.Equal("weight", json.RootElement.GetProperty("view").GetString());
        Assert.Equal("zh", json.RootElement.GetProperty("language").GetString());
        Assert.Equal(1, json.RootElement.GetProperty("choice").GetProperty("layer").GetInt32());
    }

    [Fact]
    public void The_policy_of_a_saved_page_names_the_scripts_in_it_and_allows_no_others()
    {
        var html = SavedPage.Html([]);
        var policy = Policy().Match(html).Groups[1].Value;
        Assert.Contains("default-src 'none'", policy);
        Assert.Equal(2, PageFiles.HashesOf(html).Count()); // the import map, and the import of the first module
        Assert.All(PageFiles.HashesOf(html), hash => Assert.Contains(hash, policy));
    }

    [GeneratedRegex("""<script type="importmap">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex ImportMap();

    [GeneratedRegex("""<script type="application/json" id="recorded">(.*?)</script>""", RegexOptions.Singleline)]
    private static partial Regex Data();

    [GeneratedRegex("""Content-Security-Policy" content="([^"]*)">""")]
    private static partial Regex Policy();

    [GeneratedRegex("""(?:from|import)\s*\(?\s*["](page/[^"]+)["]""")]
    private static partial Regex Import();
}
