using Engine.Lab;

namespace Engine.Cli;

/// <summary>Texts of the book as parts of a page that has both languages; the page shows one at a time.</summary>
internal static class BookText
{
    /// <summary>A text in both languages; once if it is the same in both.</summary>
    public static string Of(Bilingual text) => text.Chinese == text.English
        ? Html.Text(text.English) : Parts(Html.Text(text.Chinese), Html.Text(text.English));

    /// <summary>Parts of a page, of which one is shown.</summary>
    public static string Parts(string chinese, string english) =>
        $"<span class=\"zh\" lang=\"zh-Hans\">{chinese}</span><span class=\"en\" lang=\"en\">{english}</span>";

    /// <summary>A part of a page that each language has its own of.</summary>
    public static string Each(Func<LabLanguage, string> part) =>
        Parts(part(LabLanguage.Both[0]), part(LabLanguage.Both[1]));

    /// <summary>A verdict, told by a sign and by words.</summary>
    public static string Badge(VerdictKind kind) =>
        $"<span class=\"badge {LabJson.Verdict(kind)}\"><span aria-hidden=\"true\">{Sign(kind)}</span> "
        + $"{Each(language => Html.Text(language.Of(kind)))}</span>";

    /// <summary>The sign of a verdict.</summary>
    public static string Sign(VerdictKind kind) => kind switch
    {
        VerdictKind.Holds => "✓",
        VerdictKind.HoldsIf => "◐",
        VerdictKind.DoesNotHold => "✗",
        _ => "?",
    };
}
