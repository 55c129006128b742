using Engine.Decoding;
using Engine.Tests.Architecture;
using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>What a translation carries beside its text.</summary>
public sealed class TranslationTests
{
    private static readonly string[] Lines = ["你爱我们", "", "她有四本书"];

    public static TheoryData<string> Models => ["transformer", "bpe", "gru"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Nothing_is_computed_that_was_not_asked_for(string name)
    {
        var model = Load(name);
        foreach (var one in Translate(model, new TranslationOptions()))
        {
            Assert.Equal(one.Text, model.Target.DecodeLine([.. one.Tokens.Select(token => token.Id)]));
            Assert.Null(one.EndLogProbability);
            Assert.Null(one.Alignment);
            Assert.All(one.Tokens, token =>
                Assert.Equal((model.Target.Vocabulary.TokenOf(token.Id), null, null),
                    (token.Text, token.LogProbability, token.SourcePosition)));
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_score_of_a_greedy_translation_is_the_sum_of_its_log_probabilities(string name)
    {
        var model = Load(name);
        var plain = Translate(model, new TranslationOptions());
        var scored = Translate(model, new TranslationOptions { LogProbabilities = true });
        Assert.Equal(plain.Select(one => one.Text), scored.Select(one => one.Text));
        Assert.True(double.IsNaN(plain[0].Score));
        foreach (var one in scored)
        {
            var sum = one.Tokens.Sum(token => token.LogProbability!.Value) + (one.EndLogProbability ?? 0);
            Assert.Equal(sum, one.Score, 1e-9);
        }
        Assert.NotNull(scored[0].EndLogProbability);
        var cut = Translate(model, new TranslationOptions { LogProbabilities = true, MaximumLength = 1 })[0];
        Assert.Equal((1, null), (cut.Tokens.Count, cut.EndLogProbability)); // the translation did not end by itself
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Words_are_aligned_as_their_tokens_are(string name)
    {
        var model = Load(name);
        DecodingOptions[] decoders =
            [new GreedyOptions(), new BeamOptions { NBest = 2 }, new SamplingOptions { NBest = 2 }];
        foreach (var decoder in decoders)
        {
            foreach (var (line, found) in Lines.Zip(
                model.Translate(Lines, new TranslationOptions { Decoder = decoder, Alignment = true })))
            {
                foreach (var one in found)
                {
                    var source = new TokenWords(model.Source.Tokenizer, model.Source.Tokenizer.Tokenize(line));
                    var target = new TokenWords(model.Target.Tokenizer, [.. one.Tokens.Select(token => token.Text)]);
                    var pairs = one.Tokens.SelectMany((token, t) => target.Of(t).SelectMany(
                        j => source.Of(token.SourcePosition!.Value).Select(i => (i, j)))).Distinct();
                    Assert.Equal(pairs.Order(), one.Alignment!.Pairs.Order());
                    Assert.Equal(source.Words, one.Alignment.SourceWords);
                    Assert.Equal(target.Words, one.Alignment.TargetWords);
                    Assert.Equal(
                        string.Join(' ', one.Alignment.Pairs.Select(pair => $"{pair.Source}-{pair.Target}")),
                        one.Alignment.ToString());
                    Assert.All(one.Alignment.Pairs, pair =>
                        Assert.True(pair.Source < source.Words.Count && pair.Target < target.Words.Count));
                }
            }
        }
    }

    [Fact]
    public void A_trained_model_aligns_words_that_mean_the_same()
    {
        var one = Translate(Load("transformer"), new TranslationOptions { Alignment = true })[2];
        var pairs = one.Alignment!.Pairs
            .Select(pair => one.Alignment.SourceWords[pair.Source] + one.Alignment.TargetWords[pair.Target]);
        Assert.Contains("书books", pairs);
    }

    private static Translation[] Translate(TranslationModel model, TranslationOptions options) =>
        [.. model.Translate(Lines, options).Select(found => found[0])];

    [Fact]
    public void Prefixes_that_are_not_one_a_line_and_options_of_no_decoder_are_refused()
    {
        var model = Load("transformer");
        Assert.StartsWith(
            "the prefixes are 2 and the lines 3; give each line a prefix, or none.",
            Assert.Throws<ArgumentException>(
                () => model.Translate(Lines, new TranslationOptions { Prefixes = ["I", ""] })).Message);
        Assert.StartsWith(
            "OwnOptions is not one of the decoders' options.",
            Assert.Throws<ArgumentException>(
                () => model.Translate(Lines, new TranslationOptions { Decoder = new OwnOptions() })).Message);
    }

    private sealed record OwnOptions : DecodingOptions;

    private static TranslationModel Load(string name) =>
        TranslationModel.Load(Path.Combine(SourceFiles.Root, "Engine.Tests", "Fixtures", name));
}
