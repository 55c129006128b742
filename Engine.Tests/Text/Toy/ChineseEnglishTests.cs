using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Engine.Text;

namespace Engine.Tests.Text.Toy;

public class ChineseEnglishTests
{
    private static readonly IToyTask Task = ToyTasks.Create("zh-en");

    private static readonly ToyCorpus Corpus = ToyCorpus.Generate(
        Task, ToyCorpus.DefaultPairs, ToyCorpus.DefaultSeed);

    private static readonly List<(string Source, string Target)> Sample =
        [.. Task.Generate(new RandomStream(4)).Take(40_000)];

    [Fact]
    public void The_committed_files_are_what_the_generator_writes()
    {
        foreach (var (name, lines) in Corpus.Files)
        {
            var committed = File.ReadAllText(Path.Combine(DataFolder(), name));
            Assert.True(committed == string.Concat(lines.Select(line => line + "\n")),
                $"data/zh-en/{name} is not what the generator writes; run the command in data/README.md");
        }
    }

    [Fact]
    public void A_verb_that_takes_an_object_has_nouns_to_take() => Assert.All(
        Lexicon.Verbs.Where(verb => verb.Objects.Length > 0),
        verb => Assert.NotEmpty(Lexicon.NounsOf(verb.Objects)));

    [Fact]
    public void I_love_you_now_is_in_the_test_set() =>
        Assert.Contains(("我现在爱你", "I love you now"), Corpus.Test);

    [Fact]
    public void Training_sees_no_sentence_of_the_validation_and_test_sets()
    {
        var sources = Corpus.Train.Select(pair => pair.Source).ToHashSet();
        var targets = Corpus.Train.Select(pair => pair.Target).ToHashSet();
        Assert.Equal((18_000, 1_000, 1_000), (Corpus.Train.Count, Corpus.Valid.Count, Corpus.Test.Count));
        Assert.DoesNotContain(Corpus.Valid.Concat(Corpus.Test),
            pair => sources.Contains(pair.Source) || targets.Contains(pair.Target));
    }

    [Fact]
    public void Training_sees_every_token_of_the_other_sets_several_times()
    {
        var (zh, en) = (new CharacterTokenizer(), new WordTokenizer());
        IEnumerable<string> Tokens((string Source, string Target) pair) =>
            zh.Tokenize(pair.Source).Concat(en.Tokenize(pair.Target));
        var counts = Corpus.Train.SelectMany(Tokens).CountBy(token => token).ToDictionary();
        Assert.All(Corpus.Valid.Concat(Corpus.Test).SelectMany(Tokens).Distinct(),
            token => Assert.True(counts.GetValueOrDefault(token) >= ToyCorpus.TimesSeen, token));
    }

    [Fact]
    public void Both_languages_have_many_words_and_short_sentences()
    {
        var english = Corpus.Train.SelectMany(pair => pair.Target.TrimEnd('?').Split(' ')).Distinct().Count();
        var chinese = Corpus.Train.SelectMany(pair => pair.Source).Distinct().Count();
        Assert.True(english >= 150 && chinese >= 150, $"{english} English words, {chinese} Chinese characters");
        Assert.True(Corpus.Train.Max(pair => pair.Source.Length) <= 14);
        Assert.True(Corpus.Train.Max(pair => pair.Target.Split(' ').Length) <= 12);
    }

    [Fact]
    public void English_has_single_spaces_and_the_right_articles()
    {
        foreach (var (source, target) in Sample.Take(10_000))
        {
            Assert.Matches("^[A-Za-z]+( [A-Za-z]+)*[?]?$", target);
            Assert.DoesNotMatch(@"\b(a [aeiou]|an [^aeiou]|can not)", target);
            Assert.DoesNotMatch(@"[a-zA-Z·\- ]", source);
            Assert.Equal(target.EndsWith('?'), source.EndsWith('？'));
        }
    }

    [Theory]
    [InlineData("^[^？]*昨天在[^？]*$", "^.* (in|on|at|by|under) .* yesterday$")]
    [InlineData("^.*把门关上了$", "closed the door")]
    [InlineData("被.*打破了$", " (was|were) broken by ")]
    [InlineData("了什么？$", "^what did [^?]*[?]$")]
    [InlineData("^你喜欢.*吗？$", "^do you like .*[?]$")]
    [InlineData("^桌子上有[^？]*$", "^there (is|are) .* on the table$")]
    [InlineData("^他没.*[^？]$", "^he (did not|has no) .*$")]
    public void Each_language_has_its_own_word_order(string chinese, string english)
    {
        var pairs = Sample.Where(pair => Regex.IsMatch(pair.Source, chinese)).Take(3).ToList();
        Assert.NotEmpty(pairs);
        Assert.All(pairs, pair => Assert.Matches(english, pair.Target));
    }

    private static string DataFolder([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "..", "..", "..", "data", "zh-en");
}
