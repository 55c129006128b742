using Engine.Lab;

namespace Engine.Cli;

/// <summary>The words of the book's pages in one language.</summary>
internal sealed class LabLanguage
{
    private static readonly LabLanguage Chinese = new(true), English = new(false);

    private LabLanguage(bool isChinese) => IsChinese = isChinese;

    /// <summary>Both languages.</summary>
    public static IReadOnlyList<LabLanguage> Both { get; } = [Chinese, English];

    /// <summary>Whether it is Chinese, rather than English.</summary>
    public bool IsChinese { get; }

    /// <summary>The code of the language: <c>zh</c> or <c>en</c>.</summary>
    public string Code => IsChinese ? "zh" : "en";

    /// <summary>The languages that an option asks for; without it, the terminal's.</summary>
    /// <param name="option"><c>zh</c>, <c>en</c>, <c>both</c>, or null.</param>
    public static IReadOnlyList<LabLanguage> Of(string? option) => option switch
    {
        "both" => Both,
        "zh" => [Chinese],
        "en" => [English],
        _ => [OfTerminal() ? Chinese : English],
    };

    /// <summary>The heads of the table of contents.</summary>
    public string[] Contents => IsChinese
        ? ["章", "页", "问题", ">秒", "结论"] : ["chapter", "page", "question", ">s", "verdict"];

    /// <summary>A word of the pages, in this language.</summary>
    public string Of(Bilingual text) => IsChinese ? text.Chinese : text.English;

    /// <summary>A verdict in words.</summary>
    public string Of(VerdictKind verdict) => Of(verdict switch
    {
        VerdictKind.Holds => new Bilingual("成立", "holds"),
        VerdictKind.HoldsIf => new Bilingual("有条件地成立", "holds if"),
        VerdictKind.DoesNotHold => new Bilingual("不成立", "does not hold"),
        _ => new Bilingual("这个规模看不出来", "not shown at this size"),
    });

    /// <summary>A chapter's name.</summary>
    public string Of(LabGroup group) => Of(group switch
    {
        LabGroup.Attention => new Bilingual("注意力", "attention"),
        LabGroup.Complexity => new Bilingual("复杂度", "complexity"),
        LabGroup.Positions => new Bilingual("位置编码", "positions"),
        LabGroup.Normalization => new Bilingual("归一化", "normalization"),
        LabGroup.Activations => new Bilingual("激活函数", "activations"),
        LabGroup.Depth => new Bilingual("深度", "depth"),
        LabGroup.Optimizers => new Bilingual("优化器", "optimizers"),
        LabGroup.Regularization => new Bilingual("正则化", "regularization"),
        LabGroup.Decoding => new Bilingual("解码", "decoding"),
        _ => new Bilingual("推荐", "recommendation"),
    });

    private static bool OfTerminal() => ((string[])["LC_ALL", "LC_MESSAGES", "LANG"])
        .Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => value is { Length: > 0 })
        ?.StartsWith("zh", StringComparison.OrdinalIgnoreCase) == true;
}
