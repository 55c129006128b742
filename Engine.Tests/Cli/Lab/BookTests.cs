using System.Text.RegularExpressions;
using System.Xml.Linq;
using Engine.Cli;
using Engine.Lab;
using Engine.Tests.Architecture;
using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>The book as documents: <c>lab ... --html</c> and <c>lab book</c>.</summary>
public sealed partial class BookTests : IDisposable
{
    private static readonly LabEntry Entry = LabCatalogue.All.Single(page => page.Name == "saddle");

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_chapter_is_one_file_with_all_that_its_pages_say_in_both_languages()
    {
        var result = CommandLine.Run("lab", "regularization", "--html", folder["page.html"], "--lang", "zh");
        Assert.Equal(0, result.Code);
        Assert.Contains("open it in a browser", result.Error);
        Assert.Contains("都与书中记录一致", Assert.Single(result.OutputLines));
        var html = File.ReadAllText(folder["page.html"]);
        Assert.StartsWith("<!DOCTYPE html>\n<html lang=\"zh-Hans\">", html);
        foreach (var entry in LabCatalogue.Find("regularization"))
        {
            Assert.Contains($"<article id=\"{entry.Name}\"", html);
            Assert.Contains($"href=\"#{entry.Name}\"", html);
            foreach (var text in (Bilingual[])[entry.Question, entry.Claim, entry.Answer, entry.Rule, entry.Literature])
                Assert.Contains(BookText.Of(text), html);
            Assert.Contains(BookText.Badge(entry.Recorded), html);
            Assert.All(entry.Sources, source => Assert.Contains(source, html));
            Assert.Contains($"engine lab {entry.Name}", html);
        }
        // Nothing is loaded: links lead away only where a reader follows them.
        Assert.All(Loaded().Matches(html), address => Assert.StartsWith("data:", address.Groups["address"].Value));
        Assert.Contains("default-src 'none'", html);
    }

    [Fact]
    public void The_whole_book_links_its_pages_and_its_Markdown_has_its_pictures_beside_it()
    {
        File.WriteAllText(
            folder["results.jsonl"],
            CommandLine.Run("lab", "rnn-near-and-far", "--json").Output
            + CommandLine.Run("lab", "softmax-1-2-10", "--largest", "3", "--json").Output);
        var result = CommandLine.Run("lab", "book", "--results", folder["results.jsonl"], "--out", folder["book"]);
        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(folder["book/index.html"], result.OutputLines[0]);
        Assert.Contains($"2 of {LabCatalogue.All.Count} pages computed", result.OutputLines[1]);
        foreach (var name in Directory.EnumerateFiles(folder["book"], "*.html", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(name);
            foreach (var address in Relative().Matches(text).Select(link => link.Groups["address"].Value))
                Assert.True(File.Exists(Path.Combine(Path.GetDirectoryName(name)!, address)), $"{name}: {address}");
        }
        var page = File.ReadAllText(folder["book/pages/softmax-1-2-10.html"]);
        Assert.Contains("engine lab softmax-1-2-10 --largest 3<", page);
        foreach (var language in (string[])["zh", "en"])
        {
            var text = File.ReadAllText(folder[$"book/{language}/rnn-near-and-far.md"]);
            var picture = Pictures().Match(text).Groups["address"].Value;
            Assert.Contains("prefers-color-scheme", XElement.Load(folder[$"book/{language}/{picture}"]).ToString());
            Assert.Contains("](rnn-near-and-far.md): ", File.ReadAllText(folder[$"book/{language}/README.md"]));
        }
        Assert.Equal(2, File.ReadAllLines(folder["book/results.jsonl"]).Length);
        var again = CommandLine.Run("lab", "book", "--results", folder["book/results.jsonl"], "--out", folder["book"]);
        Assert.Contains("the folder is not empty; choose another --out, or add --overwrite", again.Mistake());
        Assert.Equal(
            0,
            CommandLine.Run(
                "lab", "book", "--results", folder["book/results.jsonl"], "--out", folder["book"], "--overwrite").Code);
        Assert.Equal(page, File.ReadAllText(folder["book/pages/softmax-1-2-10.html"]));
    }

    [Fact]
    public void Results_are_read_as_they_were_written()
    {
        Bilingual words = new("中文", "English");
        LabRow[] rows = [new(words, 1, double.NaN), new("b", -2, 3e-300)];
        var answer = new LabAnswer
        {
            Entry = Entry, Seed = 5, Size = "quick", Values = new Dictionary<string, double> { ["noise"] = 0.5 },
            Computed = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
            Result = new LabResult
            {
                Verdict = new Verdict(VerdictKind.HoldsIf, words),
                Tables = [new LabTable(words, [words, words, words], rows)],
                Pictures =
                [
                    new LabPlot(words, new("x"), new(words, true), [new(words, [(1, 2)]) { Spread = [(0, 3)] }]),
                    new LabBars(words, new("y"), [words, words], rows),
                    new LabHeat(words, words, words, [words, words], rows),
                ],
            },
        };
        File.WriteAllText(folder["f"], LabJson.Of(answer) + "\n");
        var read = Assert.Single(LabJson.Read(folder["f"]));
        Assert.Equal(LabJson.Of(answer), LabJson.Of(read));
        Assert.Equal("engine lab saddle --noise 0.5 --seed 5 --size quick", read.Command);
        foreach (var language in LabLanguage.Both)
        {
            Assert.Equal(
                answer.Result.Pictures.Select(picture => LabPictures.Svg(picture, language)),
                read.Result.Pictures.Select(picture => LabPictures.Svg(picture, language)));
        }
    }

    [Theory]
    [InlineData("f:1: the line is not valid JSON at byte 1 ('x' is an invalid start of a value); compute", "x")]
    [InlineData("f:2: is no result of a page (no page is called 'nothing'); compute", "\n", "name", "nothing")]
    [InlineData("f:1: is no result of a page ('maybe' is no verdict)", "", "verdict", "maybe")]
    [InlineData("f: has no results; compute the results anew with engine lab all --json", "\n")]
    public void Results_that_cannot_be_used_are_refused_in_one_line(
        string message, string before, string? key = null, string value = "")
    {
        var line = CommandLine.Run("lab", "saddle", "--size", "quick", "--json").Output;
        var changed = key is null ? "" : Regex.Replace(line, $"\"{key}\":\"[^\"]*\"", $"\"{key}\":\"{value}\"");
        File.WriteAllText(folder["f"], before + changed);
        Assert.Contains(
            message, CommandLine.Run("lab", "book", "--results", folder["f"], "--out", folder["out"]).Mistake());
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public void The_file_with_the_experiment_of_each_page_exists() => Assert.All(LabCatalogue.All, entry =>
        Assert.True(File.Exists(Path.Combine(SourceFiles.Root, BookLinks.ExperimentOf(entry))), entry.Name));

    [Fact]
    public void The_summary_names_pages_whose_verdict_is_not_the_recorded_one()
    {
        LabAnswer Answer(VerdictKind kind, long seed = 1) => new()
        {
            Entry = Entry, Seed = seed, Size = "full", Result = new LabResult { Verdict = new Verdict(kind, "") },
        };
        var other = Entry.Recorded == VerdictKind.Holds ? VerdictKind.NotShown : VerdictKind.Holds;
        var english = LabLanguage.Of("en")[0];
        var line = LabSummary.Of([Answer(Entry.Recorded), Answer(other)], 2, english);
        Assert.EndsWith(
            $"otherwise than recorded: saddle ({english.Of(other)}; recorded: {english.Of(Entry.Recorded)})", line);
        Assert.EndsWith("all as recorded", LabSummary.Of([Answer(Entry.Recorded)], 1, english));
        Assert.EndsWith(
            "the book records verdicts of seed 1 at full size", LabSummary.Of([Answer(other, seed: 2)], 1, english));
        Assert.Contains("与书中记录不同：saddle（", LabSummary.Of([Answer(other)], 1, LabLanguage.Of("zh")[0]));
    }

    [LinuxFact]
    public void What_was_finished_before_Ctrl_C_is_written()
    {
        using var process = CommandLine.Start(
            folder[""], "lab", "all", "--json", "--html", "page.html", "--lang", "en");
        var first = process.StandardOutput.ReadLine()!;
        CommandLine.Signal(process, "INT");
        var result = CommandLine.Finish(process);
        Assert.Equal(130, result.Code);
        Assert.Contains("stopping; the pages that are finished stay", result.Error);
        Assert.Contains($" of {LabCatalogue.All.Count} pages computed", result.Error);
        Assert.Contains(LabCatalogue.All[0].Name, first);
        var html = File.ReadAllText(folder["page.html"]);
        Assert.Contains($"<article id=\"{LabCatalogue.All[0].Name}\"", html);
        Assert.Contains("pages are not computed here; their verdicts are the recorded ones.", html);
    }

    [GeneratedRegex("""(?:src|<link[^>]* href)="(?<address>[^"]*)"|@import (?<address>[^;]*)|url\((?<address>[^)]*)""")]
    private static partial Regex Loaded();

    [GeneratedRegex("""<a href="(?<address>[^"#:]+)["#]""")]
    private static partial Regex Relative();

    [GeneratedRegex("""!\[[^\]]*\]\((?<address>[^)]*)\)""")]
    private static partial Regex Pictures();
}
