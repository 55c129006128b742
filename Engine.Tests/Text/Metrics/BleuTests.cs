using System.Globalization;
using Engine.Storage;
using Engine.Text;

namespace Engine.Tests.Text;

public sealed class BleuTests
{
    private static readonly string[] Words = ["a", "b", "c", "dog", "Dog", "3.5", "x,", "(y)", "日本", "—"];

    [Fact]
    public void Every_score_equals_that_of_sacreBLEU()
    {
        var scores = 0;
        foreach (var one in SacreBleuCases.All)
        {
            var (hypotheses, references) =
                (SacreBleuCases.Lines(one, "hypotheses"), SacreBleuCases.Lines(one, "references"));
            foreach (var (key, value) in one.Where(pair => pair.Key.StartsWith("bleu.", StringComparison.Ordinal)))
            {
                var expected = value!.AsObject();
                Assert.Equal(["score", "precisions", "bp", "sys_len", "ref_len"], expected.Select(pair => pair.Key));
                var parts = key.Split('.');
                var score = Bleu.Of(hypotheses, references, parts[1], lowercase: parts.Length > 2);
                var which = $"{one["name"]} {key}";
                Near((double)expected["score"]!, score.Score, which);
                Near((double)expected["bp"]!, score.BrevityPenalty, which);
                Assert.Equal(((int)expected["sys_len"]!, (int)expected["ref_len"]!),
                    ((int)score.HypothesisLength, (int)score.ReferenceLength));
                var precisions = expected["precisions"]!.AsArray();
                Assert.Equal(precisions.Count, score.Precisions.Count);
                for (var n = 0; n < 4; n++) Near((double)precisions[n]!, score.Precisions[n], which);
                scores++;
            }
        }
        Assert.Equal(90, scores);
    }

    [Fact]
    public void The_signature_names_the_options()
    {
        Assert.Equal("sacreBLEU " + BleuOptions.Version[..BleuOptions.Version.LastIndexOf('.')], SacreBleuCases.Tool);
        Assert.Equal(
            $"nrefs:1|case:mixed|eff:no|tok:13a|smooth:exp|version:{BleuOptions.Version}",
            Bleu.Of(["a"], ["a"]).Signature);
        var options = new BleuOptions { Tokenize = "zh", Lowercase = true, EffectiveOrder = true };
        Assert.Equal(
            $"nrefs:2|case:lc|eff:yes|tok:zh|smooth:exp|version:{BleuOptions.Version}",
            Bleu.Of(["a"], [["a"], ["b"]], options).Signature);
    }

    [Fact]
    public void A_sentence_with_another_number_of_references_is_refused()
    {
        var counter = new BleuCounter(new BleuOptions(), references: 2);
        counter.Add("a", ["a", "b"]);
        Assert.Equal(
            "a sentence has 1 references instead of 2",
            Assert.Throws<ArgumentException>(() => counter.Add("a", ["a"])).Message);
    }

    [Fact]
    public void It_prints_as_sacreBLEU_does()
    {
        var one = SacreBleuCases.Named("noisy100");
        var score = Bleu.Of(SacreBleuCases.Lines(one, "hypotheses"), SacreBleuCases.Lines(one, "references"));
        Assert.Equal(
            "BLEU = 70.10 92.2/74.9/64.1/54.6 (BP = 1.000 ratio = 1.013 hyp_len = 1288 ref_len = 1271)",
            score.ToString());
        Assert.Equal(
            "BLEU = 0.00 0.0/0.0/0.0/0.0 (BP = 1.000 ratio = 0.000 hyp_len = 0 ref_len = 0)",
            Bleu.Of([], Array.Empty<string>()).ToString());
    }

    [Property(MaxTest = 200)]
    public void It_equals_the_formula(Draw draw)
    {
        var sentences = draw.Integer(1, 6);
        var sets = draw.Integer(1, 3);
        var hypotheses = Sentences(draw, sentences);
        var references = Enumerable.Range(0, sets).Select(_ => Sentences(draw, sentences)).ToArray();
        var effective = draw.Flip();
        var score = Bleu.Of(
            hypotheses, references, new BleuOptions { Tokenize = "none", EffectiveOrder = effective });
        Near(Naive(hypotheses, references, effective), score.Score, "naive");
        Assert.InRange(score.Score, 0, 100);
        Assert.InRange(score.BrevityPenalty, 0, 1);
    }

    [Property]
    public void The_order_of_sentences_does_not_matter(Draw draw)
    {
        var (hypotheses, references) = (Sentences(draw, 5), Sentences(draw, 5));
        int[] order = [0, 1, 2, 3, 4];
        draw.Random.Shuffle(order.AsSpan());
        var there = Bleu.Of(hypotheses, references, "char");
        var back = Bleu.Of([.. order.Select(i => hypotheses[i])], [.. order.Select(i => references[i])], "char");
        Assert.Equal((there.Score, there.ToString()), (back.Score, back.ToString()));
    }

    [Property]
    public void A_text_against_itself_scores_100(Draw draw)
    {
        string[] text = [.. Sentences(draw, 3), "one two three four"];
        Assert.All(BleuTokenizer.Names, name => Near(100, Bleu.Of(text, text, name).Score, name));
    }

    [Fact]
    public void The_greatest_score_is_100_although_the_exponential_of_its_logarithm_is_more()
    {
        Assert.True(Math.Exp(Math.Log(100)) > 100);
        Assert.Equal(100, Bleu.Of(["a b c d"], ["a b c d"]).Score);
    }

    [Theory]
    [InlineData("a b c d", "a b c d", 1)]
    [InlineData("a b c d e", "a b c d", 1)]
    [InlineData("a b c d", "a b c d e f g h", 0.36787944117144233)]
    [InlineData("", "a b c d", 0)]
    public void Only_short_hypotheses_are_penalized(string hypothesis, string reference, double expected) =>
        Assert.Equal(expected, Bleu.Of([hypothesis], [reference]).BrevityPenalty, 1e-15);

    [Theory]
    [InlineData("a b c d", 4)]
    [InlineData("a b c", 3)]
    [InlineData("a b c d e f g", 7)]
    [InlineData("a b c d e", 4)]
    public void Of_references_equally_near_in_length_the_shorter_counts_else_the_nearest(string hypothesis, int length)
    {
        string[][] references = [["1 2 3 4 5 6 7"], ["1 2 3 4 5 6"], ["1 2 3 4"], ["1 2 3"]];
        Assert.Equal(length, Bleu.Of([hypothesis], references, new BleuOptions()).ReferenceLength);
        Assert.Equal(length, Bleu.Of([hypothesis], [.. references.Reverse()], new BleuOptions()).ReferenceLength);
    }

    [Fact]
    public void With_effective_order_a_sentence_shorter_than_four_words_has_a_score()
    {
        var options = new BleuOptions();
        Assert.Equal(0, Bleu.Of(["a b"], [["a b"]], options).Score);
        Near(100, Bleu.Of(["a b"], [["a b"]], options with { EffectiveOrder = true }).Score, "a b");
    }

    [Fact]
    public void Case_matters_unless_lowercase_is_set()
    {
        string[] upper = ["THE DOG SEES ÄPFEL"], lower = ["the dog sees äpfel"];
        Assert.Equal(0, Bleu.Of(upper, lower).Score);
        Near(100, Bleu.Of(upper, lower, lowercase: true).Score, "lowercase");
    }

    [Fact]
    public void A_wrong_number_of_references_is_refused()
    {
        Assert.Equal(
            "BLEU: 2 hypotheses but 1 references; give one reference for each hypothesis, in the same order",
            Assert.Throws<ArgumentException>(() => Bleu.Of(["a", "b"], ["a"])).Message);
        Assert.Equal(
            "BleuCounter: there are no references; give at least one set of them",
            Assert.Throws<ArgumentException>(() => Bleu.Of(["a"], [], new BleuOptions())).Message);
        Assert.Equal(
            "unknown tokenizer '14a' for scores; choose one of 13a, none, zh, char, intl",
            Assert.Throws<InputException>(() => Bleu.Of(["a"], ["a"], "14a")).Message);
    }

    internal static void Near(double expected, double actual, string which) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-9, string.Create(
            CultureInfo.InvariantCulture, $"{which}: {actual:R} is not {expected:R}"));

    private static string[] Sentences(Draw draw, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => string.Join(' ', Enumerable.Range(0, draw.Integer(0, 9))
            .Select(_ => Words[draw.Random.NextInteger(Words.Length)])))];

    /// <summary>BLEU by the formula of Papineni et al.: n-grams are strings, and each is counted by itself.</summary>
    private static double Naive(string[] hypotheses, string[][] references, bool effectiveOrder)
    {
        double c = 0, r = 0, logs = 0, halves = 1;
        var order = 0;
        var zero = false;
        for (var i = 0; i < hypotheses.Length; i++)
        {
            var length = Split(hypotheses[i]).Length;
            c += length;
            r += Present(references, i).Select(line => Split(line).Length)
                .MinBy(other => (Math.Abs(other - length), other));
        }
        var any = false;
        for (var n = 1; n <= 4; n++)
        {
            double correct = 0, total = 0;
            for (var i = 0; i < hypotheses.Length; i++)
            {
                var ngrams = NGrams(hypotheses[i], n);
                total += ngrams.Length;
                foreach (var ngram in ngrams.Distinct())
                {
                    correct += Math.Min(
                        ngrams.Count(ngram.Equals),
                        references.Max(set => NGrams(set[i], n).Count(ngram.Equals)));
                }
            }
            any |= correct > 0;
            if (total == 0)
            {
                zero |= !effectiveOrder;
                break;
            }
            logs += Math.Log(correct > 0 ? correct / total : 1 / ((halves *= 2) * total));
            order = n;
        }
        return !any || zero ? 0 : 100 * Math.Min(1, Math.Exp(1 - (r / c))) * Math.Exp(logs / order);
    }

    // An empty line is no reference where there is another one.
    private static IEnumerable<string> Present(string[][] references, int i) =>
        references.Select(set => set[i]).Where(line => line.Length > 0).DefaultIfEmpty("");

    private static string[] Split(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string[] NGrams(string line, int n)
    {
        var words = Split(line);
        var starts = Enumerable.Range(0, Math.Max(words.Length - n + 1, 0));
        return [.. starts.Select(i => string.Join(' ', words[i..(i + n)]))];
    }
}
