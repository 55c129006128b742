using System.Globalization;
using Engine.Lab;

namespace Engine.Cli;

/// <summary>
/// A page of the book as an article of HTML: the question, the rule before the figures, the verdict after them.
/// </summary>
internal static class BookArticle
{
    /// <summary>A page that was computed.</summary>
    /// <param name="answer">What its experiment found.</param>
    /// <param name="links">Where its links lead.</param>
    /// <param name="level">The level of its heading: 1 if the page stands alone.</param>
    public static string Of(LabAnswer answer, BookLinks links, int level)
    {
        var (entry, verdict) = (answer.Entry, answer.Result.Verdict);
        var differs = !answer.Differs ? "" : $"<p class=\"note\">{BookText.Of(new Bilingual(
            $"书中记录的结论是：{LabLanguage.Both[0].Of(entry.Recorded)}",
            $"the book records another verdict: {LabLanguage.Both[1].Of(entry.Recorded)}"))}</p>\n";
        return Head(entry, level) + BookText.Badge(verdict.Kind) + "</header>\n" + Texts(entry)
            + $"<div class=\"figures\">\n{string.Concat(answer.Result.Tables.Select(Table))}"
            + $"{string.Concat(answer.Result.Pictures.Select(Picture))}</div>\n"
            + $"<p class=\"verdict\">{BookText.Badge(verdict.Kind)} {BookText.Of(verdict.Because)}</p>\n{differs}"
            + More(answer, links) + "</article>\n";
    }

    private static string Head(LabEntry entry, int level) =>
        $"<article id=\"{entry.Name}\" aria-labelledby=\"{entry.Name}-q\">\n<header>"
        + $"<p class=\"crumb\">{BookText.Each(language => language.Of(entry.Group))} · <code>{entry.Name}</code></p>\n"
        + $"<h{level} class=\"question\" id=\"{entry.Name}-q\">{BookText.Of(entry.Question)}</h{level}>\n";

    private static string Texts(LabEntry entry) =>
        "<dl class=\"texts\">\n" + Said(new("说法", "claim"), BookText.Of(entry.Claim))
        + Said(new("答", "answer"), BookText.Of(entry.Answer), "answer")
        + Said(new("判据", "rule"), BookText.Of(entry.Rule)) + "</dl>\n";

    private static string Said(Bilingual name, string text, string style = "") => text.Length == 0 ? ""
        : $"<div class=\"{style}\"><dt>{BookText.Of(name)}</dt><dd>{text}</dd></div>\n";

    private static string Table(LabTable table)
    {
        var rows = table.Rows.Select(row => (IEnumerable<string>)
            [BookText.Of(row.Name), .. row.Values.Select(value => Html.Text(LabPage.Number(value)))]);
        // A label is read aloud, whatever the language: it has both.
        return $"<figure><figcaption>{BookText.Of(table.Title)}</figcaption>\n"
            + Html.Wide(Plain(table.Title), Html.Table(table.Columns.Select(BookText.Of), rows, "numbers"))
            + "</figure>\n";
    }

    private static string Picture(LabPicture picture) =>
        $"<figure class=\"chart-figure\">{Html.Wide(
            Plain(picture.Title), BookText.Each(language => LabPictures.Svg(picture, language)))}</figure>\n";

    private static string Plain(Bilingual text) =>
        text.Chinese == text.English ? text.English : $"{text.Chinese} / {text.English}";

    private static string More(LabAnswer answer, BookLinks links)
    {
        var entry = answer.Entry;
        return "<dl class=\"more\">\n"
            + Said(new("文献", "literature"), BookText.Of(entry.Literature))
            + List(new("论文", "papers"), entry.Papers.Select(BookLinks.Paper))
            + Said(new("实验", "experiment"), BookLinks.File(BookLinks.ExperimentOf(entry)))
            + List(new("代码", "source"), entry.Sources.Select(BookLinks.File))
            + List(new("测试", "tests"), entry.Tests.Select(test =>
                Code($"dotnet test Engine.Tests --filter FullyQualifiedName~{test}")))
            + List(new("博物馆", "museum"), entry.Exhibits.Select(Html.Text))
            + List(new("看内部", "inside"), entry.View is { } view ? [Inside(view, links)] : [])
            + Said(new("重算", "repeat"), Code(answer.Command))
            + List(new("可改", "change"), entry.Parameters.Select(Parameter))
            + List(new("接着问", "next"), entry.Next.Select(next => Next(next, links)))
            + Said(new("计算", "computed"), Made(answer)) + "</dl>\n";
    }

    private static string List(Bilingual name, IEnumerable<string> items)
    {
        string[] all = [.. items];
        return Said(name, all.Length > 1
            ? $"<ul>{string.Concat(all.Select(item => $"<li>{item}</li>"))}</ul>" : string.Concat(all));
    }

    private static string Code(string text) => $"<code>{Html.Text(text)}</code>";

    private static string Parameter(LabParameter parameter) =>
        Code(FormattableString.Invariant($"--{parameter.Name} {LabPage.Default(parameter)}"))
        + $" {BookText.Of(parameter.Meaning)}";

    private static string Next(string name, BookLinks links)
    {
        var question = BookText.Of(LabCatalogue.All.Single(entry => entry.Name == name).Question);
        return links.Page(name) is { } address ? $"<a href=\"{address}\">{question}</a>"
            : $"{question} {Code($"engine lab {name}")}";
    }

    private static string Inside(string view, BookLinks links) => links.HasViews
        ? $"<a href=\"/#view={view}\">{BookText.Of(BookLinks.View(view))}</a>"
        : $"{Code("engine serve --model DIR")} → {BookText.Of(BookLinks.View(view))}";

    private static string Made(LabAnswer answer)
    {
        var when = answer.Computed.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);
        var version = Html.Text(answer.Version);
        var size = answer.Size == "full" ? new Bilingual("完整规模", "full size") : new("最小规模", "the smallest size");
        return BookText.Parts(
            FormattableString.Invariant($"种子 {answer.Seed}，{size.Chinese}，engine {version}，{when}"),
            FormattableString.Invariant($"seed {answer.Seed}, {size.English}, engine {version}, {when}"));
    }
}
