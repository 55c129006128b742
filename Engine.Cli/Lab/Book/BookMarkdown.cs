using System.Globalization;
using System.Text;
using Engine.Lab;

namespace Engine.Cli;

/// <summary>
/// The book as Markdown in one language, with its pictures as SVG beside it, to paste into one's own notes.
/// </summary>
internal static class BookMarkdown
{
    /// <summary>The files: the contents, and for each page a text and its pictures.</summary>
    /// <param name="entries">The pages of the book.</param>
    /// <param name="answers">The pages that were computed.</param>
    /// <param name="language">The language, whose code is the folder's name.</param>
    public static IEnumerable<(string Path, string Text)> Of(
        IReadOnlyList<LabEntry> entries, IReadOnlyList<LabAnswer> answers, LabLanguage language)
    {
        foreach (var answer in answers)
        {
            yield return ($"{language.Code}/{answer.Entry.Name}.md", Page(answer, answers, language));
            foreach (var (i, picture) in answer.Result.Pictures.Index())
            {
                yield return (
                    $"{language.Code}/{PictureName(answer, i)}", LabPictures.Svg(picture, language, isFile: true));
            }
        }
        yield return ($"{language.Code}/README.md", Contents(entries, answers, language));
    }

    private static string Contents(
        IReadOnlyList<LabEntry> entries, IReadOnlyList<LabAnswer> answers, LabLanguage language)
    {
        var text = new StringBuilder($"# {language.Of(BookContents.Title)}\n\n");
        text.Append($"{LabSummary.Of(answers, entries.Count, language)}\n");
        foreach (var chapter in entries.GroupBy(entry => entry.Group))
        {
            text.Append($"\n## {language.Of(chapter.Key)}\n\n");
            foreach (var entry in chapter)
            {
                var question = Escape(language.Of(entry.Question));
                var answer = answers.FirstOrDefault(one => one.Entry == entry);
                text.Append(answer is null ? $"- {question} (`engine lab {entry.Name}`)"
                    : $"- [{question}]({entry.Name}.md)");
                text.Append($": {Verdict(answer?.Result.Verdict.Kind ?? entry.Recorded, language)}\n");
            }
        }
        return text.ToString();
    }

    private static string Page(LabAnswer answer, IReadOnlyList<LabAnswer> answers, LabLanguage language)
    {
        var (entry, result) = (answer.Entry, answer.Result);
        var text = new StringBuilder($"# {Escape(language.Of(entry.Question))}\n\n");
        Say(new("说法", "Claim"), Of(entry.Claim));
        Say(new("答", "Answer"), Of(entry.Answer));
        Say(new("判据", "Rule"), Of(entry.Rule));
        foreach (var table in result.Tables)
        {
            text.Append($"{Of(table.Title)}\n\n");
            Row(table.Columns.Select(Cell));
            Row(table.Columns.Select((_, i) => i == 0 ? "---" : "---:"));
            foreach (var row in table.Rows) Row(row.Values.Select(LabPage.Number).Prepend(Cell(row.Name)));
            text.Append('\n');
        }
        foreach (var (i, picture) in result.Pictures.Index())
            text.Append($"![{Of(picture.Title)}]({PictureName(answer, i)})\n\n");
        Say(new("结论", "Verdict"), $"{Verdict(result.Verdict.Kind, language)} ({Of(result.Verdict.Because)})");
        Say(new("文献", "Literature"), Of(entry.Literature));
        List(new("论文", "Papers"), entry.Papers.Select(paper => paper.ArXiv is { } number
            ? $"[{Escape(paper.Name)}](https://arxiv.org/abs/{number})" : Escape(paper.Name)));
        List(new("代码", "Source"), entry.Sources.Prepend(BookLinks.ExperimentOf(entry)).Select(File));
        List(new("测试", "Tests"), entry.Tests.Select(test => $"`{test}`"));
        List(new("博物馆", "Museum"), entry.Exhibits.Select(Escape));
        Say(new("重算", "Repeat"), $"`{answer.Command}`");
        List(new("接着问", "Next"), entry.Next.Select(next => answers.Any(other => other.Entry.Name == next)
            ? $"[{Question(next)}]({next}.md)" : $"{Question(next)} (`engine lab {next}`)"));
        var when = answer.Computed.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        text.Append(language.Of(new Bilingual(
            $"种子 {answer.Seed}，规模 {answer.Size}，engine {answer.Version}，{when}\n",
            $"Seed {answer.Seed}, size {answer.Size}, engine {answer.Version}, {when}\n")));
        return text.ToString();

        string Of(Bilingual words) => Escape(language.Of(words));

        string Question(string name) => Of(LabCatalogue.All.Single(other => other.Name == name).Question);

        string Cell(Bilingual words) => Of(words).Replace("|", "\\|", StringComparison.Ordinal);

        void Row(IEnumerable<string> cells) => text.Append($"| {string.Join(" | ", cells)} |\n");

        void Say(Bilingual name, string words) => text.Append($"**{language.Of(name)}**: {words}\n\n");

        void List(Bilingual name, IEnumerable<string> items)
        {
            string[] all = [.. items];
            if (all.Length > 0) Say(name, string.Join("; ", all));
        }
    }

    private static string PictureName(LabAnswer answer, int index) =>
        FormattableString.Invariant($"{answer.Entry.Name}-{index + 1}.svg");

    private static string Verdict(VerdictKind kind, LabLanguage language) =>
        $"{BookText.Sign(kind)} {language.Of(kind)}";

    private static string File(string path) => ModelDescription.Repository() is { } repository
        ? $"[{path}]({repository}{path})" : $"`{path}`";

    /// <summary>A text in which Markdown finds no marks of its own.</summary>
    private static string Escape(string text) => string.Concat(text.Select(letter =>
        letter is '*' or '_' or '`' or '[' or ']' or '<' or '\\' ? $"\\{letter}" : $"{letter}"));
}
