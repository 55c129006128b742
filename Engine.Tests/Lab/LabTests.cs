using System.Reflection;
using Engine.Cli;
using Engine.Lab;
using Engine.Tests.Architecture;
using Engine.Tests.Museum;

namespace Engine.Tests.Lab;

/// <summary>The book's pages: what they name exists, and the verdicts that they record are the experiments'.</summary>
public class LabTests
{
    public static TheoryData<string> Pages => [.. LabCatalogue.All.Select(entry => entry.Name)];

    public static TheoryData<string> CertainPages =>
        [.. LabCatalogue.All.Where(entry => entry.IsCertain).Select(entry => entry.Name)];

    public static TheoryData<string> LearnedPages =>
        [.. LabCatalogue.All.Where(entry => !entry.IsCertain).Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(CertainPages))]
    public void The_recorded_verdict_is_what_the_experiment_finds(string name)
    {
        var entry = Of(name);
        var result = entry.Run(new LabRun(entry));
        Assert.Equal(entry.Recorded, result.Verdict.Kind);
        RequireWhole(result);
    }

    [Theory]
    [MemberData(nameof(CertainPages))]
    public void The_same_seed_gives_the_same_bits_and_the_smallest_size_runs(string name)
    {
        var entry = Of(name);
        double[] Figures() => FiguresOf(entry.Run(new LabRun(entry, seed: 3, isFull: false)));
        Assert.Equal(Figures(), Figures());
    }

    [Theory]
    [MemberData(nameof(LearnedPages))]
    public void Training_at_the_smallest_size_gives_finite_figures_with_the_same_bits_for_any_threads(string name)
    {
        var entry = Of(name);
        LabResult Result(int threads) => entry.Run(new LabRun(entry, seed: 3, isFull: false) { Threads = threads });
        var result = Result(threads: 1);
        RequireWhole(result);
        var figures = FiguresOf(result);
        Assert.All(figures, figure => Assert.True(double.IsFinite(figure)));
        Assert.Equal(figures, FiguresOf(Result(threads: 1)));
        Assert.Equal(figures, FiguresOf(Result(threads: 2)));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Files_tests_exhibits_and_pages_that_a_page_names_exist(string name)
    {
        var entry = Of(name);
        Assert.All(entry.Sources, source => Assert.True(File.Exists(Path.Combine(SourceFiles.Root, source)), source));
        Assert.All(entry.Next, next => Assert.Single(LabCatalogue.All, page => page.Name == next));
        var exhibits = MuseumTests.All.Select(exhibit => exhibit.Name).ToHashSet();
        Assert.All(entry.Exhibits, exhibit => Assert.Contains(exhibit, exhibits));
        if (entry.View is { } view)
        {
            var id = $"export const id = \"{view}\"";
            Assert.Contains(PageFiles.Modules, module => PageFiles.Text(module).Contains(id));
        }
        var tests = typeof(LabTests).Assembly.GetTypes().Where(type => type.IsClass)
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
                .Select(method => $"{type.Name}.{method.Name}")).ToHashSet();
        Assert.All(entry.Tests, test => Assert.Contains(test, tests));
        Assert.All(entry.Papers.Where(paper => paper.ArXiv is not null), paper =>
            Assert.Matches(@"^\d{4}\.\d{4,5}$", paper.ArXiv));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_text_is_in_both_languages(string name)
    {
        var entry = Of(name);
        foreach (var text in (Bilingual[])[entry.Question, entry.Claim, entry.Answer, entry.Rule, entry.Literature])
        {
            Assert.Matches(@"\p{IsCJKUnifiedIdeographs}", text.Chinese);
            Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs}", text.English);
            Assert.DoesNotMatch(@"\p{IsCJKUnifiedIdeographs} *[,;:?]", text.Chinese); // Chinese text has Chinese marks
        }
        Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", entry.Name);
        Assert.NotEmpty(entry.Claims);
    }

    [Fact]
    public void Names_are_unique_and_pages_stand_chapter_by_chapter()
    {
        Assert.Equal(LabCatalogue.All.Count, LabCatalogue.All.Select(entry => entry.Name).Distinct().Count());
        Assert.Equal(
            LabCatalogue.All.Select(entry => entry.Group).Order(), LabCatalogue.All.Select(entry => entry.Group));
        var claims = LabCatalogue.All.SelectMany(entry => entry.Claims).ToArray();
        Assert.All(claims, claim => Assert.Matches("^[A-IR][0-9]{1,2}$", claim));
        Assert.Equal(claims.Length, claims.Distinct().Count());
    }

    [Fact]
    public void A_figure_on_the_edge_shows_nothing()
    {
        Assert.Equal(VerdictKind.Holds, Verdict.ContraryOf(VerdictKind.DoesNotHold));
        Assert.Equal(VerdictKind.DoesNotHold, Verdict.ContraryOf(VerdictKind.Holds));
        Assert.Equal(VerdictKind.NotShown, Verdict.ContraryOf(VerdictKind.NotShown));
        Assert.Equal(VerdictKind.Holds, Verdict.Above(3, 1, 0.5, "").Kind);
        Assert.Equal(VerdictKind.DoesNotHold, Verdict.Above(0, 1, 0.5, "").Kind);
        Assert.Equal(VerdictKind.NotShown, Verdict.Above(1.4, 1, 0.5, "").Kind);
        Assert.Equal(VerdictKind.NotShown, Verdict.Above(0.6, 1, 0.5, "").Kind);
    }

    [Fact]
    public void A_conjunction_holds_if_all_parts_do_and_shows_nothing_if_a_part_shows_nothing()
    {
        VerdictKind holds = VerdictKind.Holds, not = VerdictKind.DoesNotHold, unknown = VerdictKind.NotShown;
        Assert.Equal(holds, Verdict.All("", holds, holds).Kind);
        Assert.Equal(unknown, Verdict.All("", holds, unknown).Kind);
        Assert.Equal(not, Verdict.All("", unknown, not, holds).Kind);
    }

    private static void RequireWhole(LabResult result)
    {
        Assert.NotEmpty(result.Tables);
        foreach (var table in result.Tables)
            Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count - 1, row.Values.Count));
        foreach (var heat in result.Pictures.OfType<LabHeat>())
            Assert.All(heat.Rows, row => Assert.Equal(heat.Columns.Count, row.Values.Count));
        foreach (var bars in result.Pictures.OfType<LabBars>())
            Assert.All(bars.Groups, group => Assert.Equal(bars.Series.Count, group.Values.Count));
        foreach (var line in result.Pictures.OfType<LabPlot>().SelectMany(plot => plot.Lines))
        {
            Assert.All(line.Points, point => Assert.True(double.IsFinite(point.X) && double.IsFinite(point.Y)));
            Assert.Equal(line.Points.Count, line.Spread?.Count ?? line.Points.Count);
        }
    }

    /// <summary>The figures of tables and pictures.</summary>
    private static double[] FiguresOf(LabResult result) =>
    [
        .. result.Tables.SelectMany(table => table.Rows)
            .Concat(result.Pictures.OfType<LabHeat>().SelectMany(heat => heat.Rows))
            .Concat(result.Pictures.OfType<LabBars>().SelectMany(bars => bars.Groups))
            .SelectMany(row => row.Values),
        .. result.Pictures.OfType<LabPlot>().SelectMany(plot => plot.Lines).SelectMany(line => line.Points)
            .Select(point => point.Y),
    ];

    private static LabEntry Of(string name) => LabCatalogue.All.Single(entry => entry.Name == name);
}
