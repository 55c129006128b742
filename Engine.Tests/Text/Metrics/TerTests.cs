using Engine.Text;

namespace Engine.Tests.Text;

public sealed class TerTests
{
    [Fact]
    public void Every_score_equals_that_of_sacreBLEU()
    {
        var scores = 0;
        foreach (var one in SacreBleuCases.Part("ter"))
        {
            var names = SacreBleuCases.Lines(one, "options");
            var options = new TerOptions
            {
                Normalized = names.Contains("normalized"), NoPunctuation = names.Contains("no_punct"),
                AsianSupport = names.Contains("asian_support"), CaseSensitive = names.Contains("case_sensitive"),
            };
            var score = Ter.Of(
                SacreBleuCases.Lines(one, "hypotheses"), SacreBleuCases.Sets(one, "references"), options);
            var which = $"{one["name"]} {string.Join(' ', names)}";
            Assert.Equal((which, (long)one["edits"]!), (which, score.Edits));
            BleuTests.Near((double)one["ref_length"]!, score.ReferenceLength, which);
            BleuTests.Near((double)one["score"]!, score.Score, which);
            Assert.Equal((string)one["signature"]!, score.Signature);
            scores++;
        }
        Assert.Equal(16, scores);
    }

    [Fact]
    public void The_tokens_equal_those_of_sacreBLEU_for_all_options()
    {
        var compared = 0;
        foreach (var one in SacreBleuCases.Part("tokens"))
        {
            foreach (var (key, tokens) in one["tokens"]!.AsObject())
            {
                var bits = int.Parse(key, System.Globalization.CultureInfo.InvariantCulture);
                var tokenizer = new TerTokenizer(new TerOptions
                {
                    Normalized = (bits & 1) != 0, NoPunctuation = (bits & 2) != 0,
                    AsianSupport = (bits & 4) != 0, CaseSensitive = (bits & 8) != 0,
                });
                var found = tokenizer.Tokenize((string)one["line"]!)
                    .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
                Assert.Equal($"{bits}: {tokens}", $"{bits}: {string.Join(' ', found)}");
                compared++;
            }
        }
        Assert.Equal(12 * 16, compared);
    }

    [Theory]
    [InlineData("a b c d", "a b c d", 0)]
    [InlineData("a c d", "a b c d", 25)]
    [InlineData("a b x c d", "a b c d", 25)]
    [InlineData("a b x d", "a b c d", 25)]
    [InlineData("d e f g h a b c", "a b c d e f g h", 12.5)] // one move
    [InlineData("A B", "a b", 0)]
    [InlineData("a b", "", 100)]
    [InlineData("", "", 0)]
    public void An_edit_inserts_removes_replaces_or_moves(string hypothesis, string reference, double expected) =>
        BleuTests.Near(expected, Ter.Of([hypothesis], [reference]).Score, hypothesis);

    [Property(MaxTest = 200)]
    public void The_edits_are_at_most_those_without_moves_and_at_least_the_difference_of_lengths(Draw draw)
    {
        var (first, second) = (Words(draw), Words(draw));
        var edits = TerEdits.Count(first, second);
        Assert.InRange(edits, Math.Abs(first.Length - second.Length), Distance(first, second));
        Assert.Equal(0, TerEdits.Count(second, second));
    }

    [Fact]
    public void It_prints_as_sacreBLEU_does() => Assert.Equal("TER = 66.67", Ter.Of(["a x y"], ["a b c"]).ToString());

    [Fact]
    public void A_wrong_number_of_references_is_refused() => Assert.StartsWith(
        "TER: 1 hypotheses but 2 references;",
        Assert.Throws<ArgumentException>(() => Ter.Of(["a"], ["a", "b"])).Message);

    private static int[] Words(Draw draw) =>
        [.. Enumerable.Range(0, draw.Integer(1, 20)).Select(_ => draw.Random.NextInteger(5))];

    /// <summary>The edit distance by its recursive definition.</summary>
    private static int Distance(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        var row = new int[second.Length + 1];
        for (var j = 0; j <= second.Length; j++) row[j] = j;
        for (var i = 1; i <= first.Length; i++)
        {
            var above = (int[])row.Clone();
            row[0] = i;
            for (var j = 1; j <= second.Length; j++)
            {
                row[j] = Math.Min(
                    above[j - 1] + (first[i - 1] == second[j - 1] ? 0 : 1), Math.Min(above[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
