using System.Text.RegularExpressions;
using Engine.Tests.Architecture;

namespace Engine.Tests;

/// <summary>The recipes of Engine/ADDING.md say what the sources do.</summary>
public partial class AddingTests
{
    private static string Page { get; } = Path.Combine(SourceFiles.Root, "Engine", "ADDING.md");

    [Theory]
    [InlineData(@"\bSoftplus(Entry|Gradient)?\b", "An operation", "An activation")]
    [InlineData(@"\bCosineAttention\b|\bCosine\(", "A layer")]
    [InlineData(@"\bRmsNorm(Entry|Kernel|Twin)?\b", "A normalization")]
    [InlineData(@"\bLion<|\bRule Lion\b|""lion""", "An optimizer")]
    [InlineData(@"\bCosineSchedule\b", "A schedule")]
    [InlineData(@"\bCharacterTokenizer\b", "A tokenizer")]
    [InlineData(@"\bClipValue\b", "An option of training")]
    [InlineData(@"\bCorpus(Verb|Options)\b", "A verb")]
    public void A_recipe_names_the_files_that_name_its_example(string example, params string[] recipes)
    {
        string[] projects = ["Engine", "Engine.Cli"];
        var mention = from project in projects
                      from file in SourceFiles.Of(project)
                      where Regex.IsMatch(file.Text, example)
                      where !file.Path.StartsWith("Lab/", StringComparison.Ordinal) // experiments use what is there
                      select $"{project}/{file.Path}";
        var named = recipes.SelectMany(FilesOf).Where(file => projects.Contains(file[..file.IndexOf('/')]));
        Assert.Equal(mention.Order(StringComparer.Ordinal), named.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("An operation", "softplus")]
    [InlineData("An activation", "softplus")]
    [InlineData("A layer", "CosineAttention")]
    [InlineData("A normalization", "Rms")]
    [InlineData("An optimizer", "Lion")]
    [InlineData("A schedule", "cosine")]
    [InlineData("A tokenizer", "CharacterTokenizer")]
    [InlineData("An option of training", "ClipValue|clip-value")]
    [InlineData("An option of the model", "NormGroups")]
    [InlineData("A verb", "corpus")]
    public void Every_file_of_a_recipe_names_its_example(string recipe, string example)
    {
        foreach (var file in FilesOf(recipe).Where(file => !file.EndsWith(".md", StringComparison.Ordinal)))
            Assert.Matches($"(?i){example}", File.ReadAllText(Path.Combine(SourceFiles.Root, file)));
    }

    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        var tests = SourceFiles.Of("Engine.Tests").ToList();
        foreach (Match match in TestName().Matches(File.ReadAllText(Page)))
        {
            var (type, method) = (match.Groups["type"].Value, match.Groups["method"].Value);
            Assert.Contains(tests, file =>
                (type.Length == 0 || Path.GetFileNameWithoutExtension(file.Path) == type)
                && (method.Length == 0 || file.Text.Contains($" {method}(", StringComparison.Ordinal)));
        }
    }

    /// <summary>The files that the numbered rows of a recipe link to, as paths from the root.</summary>
    private static IEnumerable<string> FilesOf(string recipe)
    {
        var text = File.ReadAllText(Page).ReplaceLineEndings("\n");
        var start = text.IndexOf($"\n## {recipe}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"the page has no recipe '{recipe}'");
        var end = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        var files = Row().Matches(text[start..(end < 0 ? text.Length : end)]).Select(match =>
            Path.GetRelativePath(
                SourceFiles.Root, Path.GetFullPath(Path.Combine(SourceFiles.Root, "Engine", match.Groups[1].Value)))
            .Replace('\\', '/')).ToList();
        Assert.NotEmpty(files);
        return files;
    }

    [GeneratedRegex(@"^\| \d+ \| \[[^\]]+\]\(([^)]+)\)", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<type>[A-Z]\w*Tests)(\.(?<method>\w+))?`|`(?<method>[A-Z][a-z]*_\w+)`")]
    private static partial Regex TestName();
}
