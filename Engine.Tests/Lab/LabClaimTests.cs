using Engine.Lab;
using Engine.Tests.Architecture;

namespace Engine.Tests.Lab;

/// <summary>The claims that interview notes make, and the pages of the book that test them.</summary>
public class LabClaimTests
{
    private const int ClaimsToTest = 124;

    private static readonly (string Id, string Kind, string Page, string Claim)[] Claims =
    [
        .. File.ReadLines(Path.Combine(SourceFiles.Root, "Engine.Tests", "Lab", "claims.tsv"))
            .Where(line => !line.StartsWith('#'))
            .Select(line => line.Split('\t')).Select(fields => (fields[0], fields[1], fields[2], fields[3])),
    ];

    [Fact]
    public void Every_claim_to_test_has_a_page_or_a_reason_why_there_is_none()
    {
        Assert.Equal(ClaimsToTest, Claims.Count(claim => claim.Kind == "test"));
        Assert.Equal(Claims.Length, Claims.Select(claim => claim.Id).Distinct().Count());
        var pages = LabCatalogue.All.ToDictionary(entry => entry.Name);
        foreach (var (id, _, page, claim) in Claims)
        {
            if (page == "-") Assert.True(claim.Contains("; no page: ", StringComparison.Ordinal), id);
            else Assert.True(pages.TryGetValue(page, out var entry) && entry.Claims.Contains(id), $"{id}: {page}");
        }
    }

    [Fact]
    public void Every_claim_that_a_page_names_is_in_the_table()
    {
        var table = Claims.ToDictionary(claim => claim.Id, claim => claim.Page);
        Assert.All(LabCatalogue.All, entry => Assert.All(entry.Claims, id => Assert.Equal(entry.Name, table[id])));
    }
}
