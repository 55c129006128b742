using CommandLine;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The options of <c>engine lab</c> that every page has.</summary>
internal sealed class LabOptions
{
    [Option("lang", MetaValue = "zh|en|both")]
    [OneOf("zh", "en", "both")]
    public string? Language { get; set; }

    [Option("seed", MetaValue = "N")]
    public long Seed { get; set; } = 1;

    [Option("size", MetaValue = "quick|full")]
    [OneOf("quick", "full")]
    public string Size { get; set; } = "full";

    [Option("threads", MetaValue = "N")]
    public int? Threads { get; set; }

    [Option("json")]
    public bool Json { get; set; }

    [Option("html", MetaValue = "F")]
    public string? Html { get; set; }
}
