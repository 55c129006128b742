using System.Text.RegularExpressions;

namespace Engine.Tests.Architecture;

/// <summary>
/// A text in JSON is read in one place, which turns whatever is wrong with it into file, place, rule and remedy.
/// </summary>
public partial class JsonReaderTests
{
    /// <summary>The files that parse a text themselves, each with its reason.</summary>
    private static readonly Dictionary<string, string> Allowed = new(StringComparer.Ordinal)
    {
        ["Engine/Storage/JsonText.cs"] = "is the reader",
        ["Engine/Training/Reports/LogCut.cs"] = "asks of each line of a log whether the line is a run's own JSON",
        ["Engine/Training/Reports/RunReport.cs"] = "makes nodes, which can be changed, of a text that is checked",
        ["Engine.Cli/Inspect/RecordedPage.cs"] = "reads requests and answers that the program itself has written",
        ["Engine.Cli/Onnx/Programs/text.cs"] = "is a program for others, which has no Engine beside it",
        ["Engine.Cli/Serve/ServedRequest.cs"] = "reads the body of a request, and refuses it in its own words",
        ["Engine.Cli/Serve/SavedPage.cs"] = "reads the bodies of requests, which are checked before",
    };

    [Fact]
    public void Only_the_reader_and_files_with_a_reason_parse_a_text_in_JSON()
    {
        var found = from project in (string[])["Engine", "Engine.Cli"]
                    from file in SourceFiles.Of(project)
                    where Parsing().IsMatch(SourceFiles.Code(file.Text))
                    select $"{project}/{file.Path}";
        Assert.Equal(Allowed.Keys.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("using var json = JsonDocument.Parse(File.ReadAllBytes(path));")]
    [InlineData("var saved = await JsonSerializer.DeserializeAsync<Saved>(stream);")]
    [InlineData("JsonNode.Parse(text)")]
    [InlineData("var reader = new Utf8JsonReader(bytes);")]
    [InlineData("JsonObject.Parse(text)")]
    public void What_parses_a_text_is_known(string code) => Assert.Matches(Parsing(), SourceFiles.Code(code));

    [Theory]
    [InlineData("JsonInput.Parse(text, path, null, Remedy)")]
    [InlineData("json.Element.Deserialize(Types.LoggedValidation)")]
    [InlineData("// not JsonNode.Parse(text)")]
    public void What_reads_a_text_that_is_checked_is_free(string code) =>
        Assert.DoesNotMatch(Parsing(), SourceFiles.Code(code));

    [GeneratedRegex(
        @"\bJson(Document|Node|Element|Object|Array|Value)\s*\.\s*(Try)?Parse|\bJsonSerializer\s*\.\s*Deserialize"
        + @"|\bnew\s+Utf8JsonReader\b")]
    private static partial Regex Parsing();
}
