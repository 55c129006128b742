using Engine.Lab;

namespace Engine.Cli;

/// <summary>The last line after several pages: the verdicts, and which are other than the book records.</summary>
internal static class LabSummary
{
    /// <summary>The line.</summary>
    /// <param name="answers">The pages that were computed.</param>
    /// <param name="wanted">How many were to be computed.</param>
    /// <param name="language">The language.</param>
    public static string Of(IReadOnlyList<LabAnswer> answers, int wanted, LabLanguage language)
    {
        var counts = string.Join(language.IsChinese ? "，" : ", ", Enum.GetValues<VerdictKind>()
            .Select(kind => (Kind: kind, Count: answers.Count(answer => answer.Result.Verdict.Kind == kind)))
            .Where(pair => pair.Count > 0).Select(pair => $"{language.Of(pair.Kind)} {pair.Count}"));
        var pages = answers.Count == wanted ? new Bilingual($"{wanted} 页", $"{wanted} pages") : new Bilingual(
            $"{wanted} 页里算了 {answers.Count} 页", $"{answers.Count} of {wanted} pages computed");
        return language.Of(new Bilingual(
            $"{language.Of(pages)}：{counts}；{language.Of(Record(answers))}",
            $"{language.Of(pages)}: {counts}; {language.Of(Record(answers))}")).Replace(": ;", ";").Replace("：；", "；");
    }

    private static Bilingual Record(IReadOnlyList<LabAnswer> answers)
    {
        var differing = answers.Where(answer => answer.Differs).ToArray();
        if (differing.Length > 0)
        {
            string Names(int language) => string.Join(language == 0 ? "、" : ", ", differing.Select(answer =>
            {
                var of = LabLanguage.Both[language];
                var (now, then) = (of.Of(answer.Result.Verdict.Kind), of.Of(answer.Entry.Recorded));
                return of.Of(new Bilingual(
                    $"{answer.Entry.Name}（{now}，记录的是{then}）", $"{answer.Entry.Name} ({now}; recorded: {then})"));
            }));
            return new($"与书中记录不同：{Names(0)}", $"otherwise than recorded: {Names(1)}");
        }
        return answers.All(answer => answer.IsUsual)
            ? new("都与书中记录一致", "all as recorded")
            : new("书中记录的是种子 1、完整规模的结论", "the book records verdicts of seed 1 at full size");
    }
}
