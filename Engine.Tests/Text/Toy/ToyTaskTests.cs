using Engine.Storage;
using Engine.Text;

namespace Engine.Tests.Text.Toy;

public class ToyTaskTests
{
    public static TheoryData<string> Names => [.. ToyTasks.All.Select(task => task.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_source_has_one_target(string name)
    {
        var targets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (source, target) in ToyTasks.Create(name).Generate(new RandomStream(3)).Take(5_000))
            Assert.Equal(targets.TryAdd(source, target) ? target : targets[source], target);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_seed_decides_the_corpus(string name)
    {
        var task = ToyTasks.Create(name);
        Assert.Equal(ToyCorpus.Generate(task, 600, 1).Train, ToyCorpus.Generate(task, 600, 1).Train);
        Assert.NotEqual(ToyCorpus.Generate(task, 600, 1).Train, ToyCorpus.Generate(task, 600, 2).Train);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Training_sees_no_pair_of_the_other_sets(string name)
    {
        var corpus = ToyCorpus.Generate(ToyTasks.Create(name), 1000, 1);
        Assert.Equal((900, 50, 50), (corpus.Train.Count, corpus.Valid.Count, corpus.Test.Count));
        var all = corpus.Train.Concat(corpus.Valid).Concat(corpus.Test).ToList();
        Assert.Equal(all.Count, all.Select(pair => pair.Source).Distinct().Count());
        Assert.Equal(
            ToyTasks.Create(name).HasLabels ? 2 : all.Count, all.Select(pair => pair.Target).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_task_has_the_default_number_of_pairs(string name) =>
        Assert.Equal(
            ToyCorpus.DefaultPairs / 20,
            ToyCorpus.Generate(ToyTasks.Create(name), ToyCorpus.DefaultPairs, ToyCorpus.DefaultSeed).Test.Count);

    [Theory]
    [InlineData("reverse", "abca", "acba")]
    [InlineData("copy", "abca", "abca")]
    [InlineData("sort", "dacb", "abcd")]
    public void Letters_follow_the_rule(string name, string letters, string expected)
    {
        var task = ToyTasks.Create(name);
        var pairs = task.Generate(new RandomStream(1)).Take(200).Append((letters, expected));
        Assert.All(pairs, pair => Assert.Equal(pair.Item2, name switch
        {
            "reverse" => string.Concat(Enumerable.Reverse(pair.Item1)),
            "sort" => string.Concat(pair.Item1.Order()),
            _ => pair.Item1,
        }));
    }

    [Fact]
    public void Opinions_are_balanced_and_inverted_by_negations()
    {
        var drawn = ToyTasks.Create("sentiment").Generate(new RandomStream(1)).Take(20_000);
        var opinions = drawn.Distinct().ToDictionary();
        Assert.Equal(0.5, opinions.Values.Average(label => label == "positive" ? 1 : 0), 0.03);
        var (inverted, decided) = (0, 0);
        foreach (var (text, label) in opinions)
        {
            var parts = text.Split(" but ");
            if (parts.Length == 2 && opinions.TryGetValue(parts[1], out var last))
            {
                Assert.Equal(last, label);
                decided++;
            }
            if (parts.Length > 1 || text.Contains("although", StringComparison.Ordinal)) continue;
            foreach (var negation in (string[])[" not ", " hardly ", " never "])
            {
                var affirmed = text.Replace(negation, " ");
                if (text == affirmed || !opinions.TryGetValue(affirmed, out var straight)) continue;
                Assert.NotEqual(straight, label);
                inverted++;
            }
        }
        Assert.True(inverted > 100 && decided > 100, $"{inverted} are inverted, {decided} decided");
    }

    [Fact]
    public void Numbers_become_words_and_dates_become_ISO_dates()
    {
        var numbers = ToyTasks.Create("numbers").Generate(new RandomStream(1)).Take(20_000).Distinct().ToDictionary();
        Assert.Equal("seventeen", numbers["17"]);
        Assert.Equal("nine hundred ninety", numbers["990"]);
        Assert.Matches("^[a-z]+( [a-z]+)*$", string.Join(' ', numbers.Values));
        var dates = ToyTasks.Create("dates").Generate(new RandomStream(1)).Take(500);
        Assert.All(dates, date => Assert.Matches("^(19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]$", date.Target));
    }

    [Fact]
    public void An_unknown_task_is_answered_with_the_list_of_tasks() => Assert.Equal(
        "unknown task 'sums'; choose one of zh-en, dates, numbers, reverse, copy, sort, sentiment",
        Assert.Throws<InputException>(() => ToyTasks.Create("sums")).Message);

    [Fact]
    public void Too_few_and_too_many_pairs_are_refused()
    {
        var dates = ToyTasks.Create("dates");
        Assert.Equal(
            "ToyCorpus.Generate(count) 10000001 is more than a toy task is for; ask for 10000000 at most",
            Assert.Throws<InputException>(() => ToyCorpus.Generate(ToyTasks.Create("reverse"), 10_000_001, 1)).Message);
        Assert.StartsWith("ToyCorpus.Generate(count) 3 is too few",
            Assert.Throws<InputException>(() => ToyCorpus.Generate(dates, 3, 1)).Message, StringComparison.Ordinal);
        Assert.StartsWith("ToyCorpus.Generate(count) 1000000 is more than task dates has",
            Assert.Throws<InputException>(() => ToyCorpus.Generate(dates, 1_000_000, 1)).Message,
            StringComparison.Ordinal);
        Assert.Equal(
            "ToyCorpus.Generate(count) 200 is too few for task zh-en: training would not see each word; ask for more",
            Assert.Throws<InputException>(() => ToyCorpus.Generate(ToyTasks.Create("zh-en"), 200, 1)).Message);
    }

    [Theory]
    [InlineData("zh-en", "train.zh", "train.en")]
    [InlineData("dates", "train.text", "train.iso")]
    [InlineData("numbers", "train.digits", "train.en")]
    [InlineData("reverse", "train.in", "train.out")]
    [InlineData("sentiment", "train.text", "train.label")]
    public void A_corpus_has_files_named_after_the_languages_of_its_task(string task, string source, string target)
    {
        var files = ToyCorpus.Generate(ToyTasks.Create(task), 2_000, 1).Files.ToDictionary();
        Assert.Equal(6, files.Count);
        Assert.Equal(1_800, files[source].Count());
        Assert.Equal(1_800, files[target].Count());
    }
}
