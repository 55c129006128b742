using System.Text.RegularExpressions;

namespace Engine.Tests.Architecture;

/// <summary>The pages of the repository, and where their links lead.</summary>
public partial class LinkTests
{
    private static readonly string[] NotOurs = ["bin", "obj", "runs", ".git", "TestResults", "StrykerOutput"];

    public static TheoryData<string> Pages => [.. FindPages(SourceFiles.Root)];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_relative_link_of_a_page_leads_to_a_file_a_folder_or_a_heading(string page)
    {
        var file = Path.Combine(SourceFiles.Root, page);
        Assert.DoesNotContain(Links(File.ReadAllText(file)), link => Problem(file, link) is not null);
    }

    [Fact]
    public void The_README_of_each_folder_is_among_the_pages() =>
        Assert.Empty(
            ((string[])["README.md", "Engine/README.md", "Engine/Kernels/README.md", "Engine.Tests/README.md"])
            .Except(FindPages(SourceFiles.Root)));

    [Theory]
    [InlineData("README.md", true)]
    [InlineData("Kernels", true)]
    [InlineData("README.md#the-strata", true)]
    [InlineData("README.md#the-stratum", false)]
    [InlineData("../Engine/README", false)]
    [InlineData("readme.md", false)]
    public void The_rule_finds_a_link_that_leads_nowhere(string link, bool leadsSomewhere) =>
        Assert.Equal(
            leadsSomewhere, Problem(Path.Combine(SourceFiles.Root, "Engine", "README.md"), link) is null);

    [Fact]
    public void Links_in_code_and_to_other_sites_do_not_count() =>
        Assert.Equal(
            ["here.md", "there.md#a"],
            Links("[a](here.md) `[b](code.md)` [c](https://example.org/d.md)\n\n    [e](indented.md)\n\n" +
                "```\n[f](fenced.md)\n```\n[`g`](there.md#a)"));

    private static IEnumerable<string> FindPages(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.md"))
            yield return Path.GetRelativePath(SourceFiles.Root, file).Replace('\\', '/');
        foreach (var inner in Directory.EnumerateDirectories(folder))
        {
            if (NotOurs.Contains(Path.GetFileName(inner))) continue;
            foreach (var page in FindPages(inner)) yield return page;
        }
    }

    private static IEnumerable<string> Links(string text)
    {
        var prose = Code().Replace(text.ReplaceLineEndings("\n"), "");
        return Link().Matches(prose).Select(match => match.Groups[1].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal));
    }

    /// <summary>What is wrong with a link of a page; null if it leads somewhere.</summary>
    private static string? Problem(string page, string link)
    {
        var (path, heading) = link.Split('#') is [var before, var after] ? (before, after) : (link, null);
        var target = path.Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, path));
        if (!ExistsWithThisCase(target)) return "no such file or folder";
        return heading is null || Headings(File.ReadAllText(target)).Contains(heading) ? null : "no such heading";
    }

    // Some file systems take any case; the sites that show the pages do not.
    private static bool ExistsWithThisCase(string path)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        var parent = Path.GetDirectoryName(path);
        if (parent is null || !Directory.Exists(parent)) return parent is null;
        return Directory.EnumerateFileSystemEntries(parent).Contains(path)
            && (path == SourceFiles.Root || ExistsWithThisCase(parent));
    }

    /// <summary>The names under which GitHub lets a link point to headings.</summary>
    private static IEnumerable<string> Headings(string text) =>
        Heading().Matches(text.ReplaceLineEndings("\n")).Select(match => string.Concat(
            match.Groups[1].Value.ToLowerInvariant().Replace(' ', '-')
                .Where(character => char.IsLetterOrDigit(character) || character is '-' or '_')));

    [GeneratedRegex(@"^```.*?^```|^ {4}[^\n]*|`[^`\n]+`", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Code();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ +([^\n]+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
