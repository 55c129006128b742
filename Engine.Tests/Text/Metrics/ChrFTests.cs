using Engine.Text;

namespace Engine.Tests.Text;

public sealed class ChrFTests
{
    private static readonly string[] Words = ["a", "ab", "(hi)", "you,", "?", "...", "\"quoted\"", "日本", "😀", "Ab"];

    [Fact]
    public void Every_score_equals_that_of_sacreBLEU() => Assert.All(SacreBleuCases.All, one =>
    {
        var (hypotheses, references) =
            (SacreBleuCases.Lines(one, "hypotheses"), SacreBleuCases.Lines(one, "references"));
        BleuTests.Near((double)one["chrf"]!, ChrF.Of(hypotheses, references).Score, $"{one["name"]} chrF");
        BleuTests.Near((double)one["chrf++"]!, ChrF.Of(hypotheses, references, 2).Score, $"{one["name"]} chrF++");
    });

    [Property(MaxTest = 200)]
    public void It_equals_the_formula(Draw draw)
    {
        var (hypotheses, references) = (Sentences(draw, 4), Sentences(draw, 4));
        var wordOrder = draw.Integer(0, 3);
        var score = ChrF.Of(hypotheses, references, wordOrder).Score;
        BleuTests.Near(Naive(hypotheses, references, wordOrder), score, "naive");
        Assert.InRange(score, 0, 100 + 1e-9);
        BleuTests.Near(score, ChrF.Of([.. hypotheses.Reverse()], [.. references.Reverse()], wordOrder).Score, "order");
        if (hypotheses.Any(line => line.Length > 0))
            BleuTests.Near(100, ChrF.Of(hypotheses, hypotheses, wordOrder).Score, "itself");
    }

    [Fact]
    public void Of_several_references_the_most_similar_counts()
    {
        string[] hypothesis = ["the dog sleeps"];
        var best = ChrF.Of(hypothesis, ["the dog slept"]).Score;
        Assert.Equal(best, ChrF.Of(hypothesis, [["cats purr"], ["the dog slept"], ["a horse"]], 0).Score);
        Assert.Equal(best, ChrF.Of(hypothesis, [["the dog slept"], ["cats purr"]], 0).Score);
    }

    [Fact]
    public void A_sentence_is_scored_alone_and_not_added()
    {
        var counter = new ChrFCounter(1);
        counter.Add("a dog", ["the dog"]);
        Assert.Equal(ChrF.Of(["cats"], ["cat"]).Score, counter.SentenceScore("cats", ["cat"]));
        Assert.Equal(ChrF.Of(["a dog"], ["the dog"]), counter.Score());
    }

    [Fact]
    public void It_prints_its_score_and_signature_as_sacreBLEU_does()
    {
        var plain = ChrF.Of(["A b"], ["a b"]);
        Assert.Equal("nrefs:1|case:mixed|eff:yes|nc:6|nw:0|space:no|version:2.6.0", plain.Signature);
        Assert.Equal("chrF2 = 25.00", plain.ToString());
        var words = ChrF.Of(["A b"], [["a b"], ["c"]], 2, lowercase: true);
        Assert.Equal("nrefs:2|case:lc|eff:yes|nc:6|nw:2|space:no|version:2.6.0", words.Signature);
        Assert.Equal("chrF2++ = 100.00", words.ToString());
    }

    [Fact]
    public void A_wrong_number_of_references_is_refused()
    {
        Assert.Equal(
            "chrF2: 1 hypotheses but 2 references; give one reference for each hypothesis, in the same order",
            Assert.Throws<ArgumentException>(() => ChrF.Of(["a"], ["a", "b"])).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => ChrF.Of(["a"], ["a"], -1));
    }

    private static string[] Sentences(Draw draw, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => string.Join(' ', Enumerable.Range(0, draw.Integer(0, 7))
            .Select(_ => Words[draw.Random.NextInteger(Words.Length)])))];

    private static double Naive(string[] hypotheses, string[] references, int wordOrder)
    {
        double precision = 0, recall = 0;
        var used = 0;
        for (var n = 1; n <= 6; n++) Add(n, Characters);
        for (var n = 1; n <= wordOrder; n++) Add(n, Separated);
        return precision + recall == 0 ? 0 : 100 * 5 * precision * recall / ((4 * precision) + recall) / used;

        void Add(int n, Func<string, string[]> split)
        {
            double both = 0, found = 0, wanted = 0;
            for (var i = 0; i < hypotheses.Length; i++)
            {
                var (ours, wantedNGrams) = (NGrams(split(hypotheses[i]), n), NGrams(split(references[i]), n));
                wanted += wantedNGrams.Length;
                if (wantedNGrams.Length > 0) found += ours.Length;
                both += ours.Distinct().Sum(ngram =>
                    Math.Min(ours.Count(ngram.Equals), wantedNGrams.Count(ngram.Equals)));
            }
            if (found == 0 || wanted == 0) return;
            precision += both / found;
            recall += both / wanted;
            used++;
        }
    }

    private static string[] Characters(string line) =>
        [.. line.EnumerateRunes().Select(rune => rune.ToString()).Where(letter => letter != " ")];

    private static string[] Separated(string line) =>
        [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).SelectMany(word =>
            word.Length == 1 || word == "😀" ? [word]
            : "),?.\"".Contains(word[^1]) ? [word[..^1], word[^1..]]
            : "(\"".Contains(word[0]) ? [word[..1], word[1..]]
            : (string[])[word])];

    private static string[] NGrams(string[] units, int n) =>
        [.. Enumerable.Range(0, Math.Max(units.Length - n + 1, 0)).Select(i => string.Join(' ', units[i..(i + n)]))];
}
