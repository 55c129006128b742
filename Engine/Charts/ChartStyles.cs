namespace Engine.Charts;

/// <summary>The look of all charts, in light and dark.</summary>
public static class ChartStyles
{
    /// <summary>The rules of style that a page with charts needs once; a chart that is a file has them.</summary>
    public const string Css =
        """
        .chart{--ink:#24292f;--soft:#57606a;--grid:#d8dee4;--ground:#fff;--heat:#0550ae;--minus:#9a3c00;
        --s0:#0a5c9e;--s1:#a8480a;--s2:#12684c;--s3:#8a3a7c;--s4:#565d58;--s5:#7a5b00}
        .chart text{font:12px system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;fill:var(--soft)}
        .chart .title{font-weight:600;fill:var(--ink)}.chart .page{fill:var(--ground)}
        .chart .grid{stroke:var(--grid);stroke-width:1}.chart .axis{stroke:var(--soft);stroke-width:1;fill:none}
        .chart .line{fill:none;stroke-width:2;stroke-linejoin:round}
        .chart .train{stroke:#8c959f}.chart .valid{stroke:#0969da;stroke-dasharray:7 3}
        .chart .bleu{stroke:#1a7f37}.chart .rate{stroke:#bc4c00}
        .chart .mark{fill:none;stroke-width:2;stroke-dasharray:none}
        .chart .heat{fill:var(--heat)}.chart .minus{fill:var(--minus)}.chart .hatch{fill:none;stroke:var(--ground)}
        .chart .on{fill:var(--ground)}.chart .off{fill:var(--ink)}
        .chart .c0{--c:var(--s0)}.chart .c1{--c:var(--s1)}.chart .c2{--c:var(--s2)}.chart .c3{--c:var(--s3)}
        .chart .c4{--c:var(--s4)}.chart .c5{--c:var(--s5)}
        .chart .series{stroke:var(--c);fill:none;stroke-width:2;stroke-linejoin:round}
        .chart .d1{stroke-dasharray:7 3}.chart .d2{stroke-dasharray:2 3}.chart .d3{stroke-dasharray:9 3 2 3}
        .chart .d4{stroke-dasharray:13 4}.chart .d5{stroke-dasharray:5 2 1 2 1 2}
        .chart .band{fill:var(--c);opacity:.16}.chart .whisker{stroke:var(--c);stroke-width:1.2;fill:none}
        .chart .full{fill:var(--c);stroke:var(--c);stroke-width:1.5}
        .chart .open{fill:var(--ground);stroke:var(--c);stroke-width:1.5}
        .chart .stripe{stroke:var(--c);stroke-width:1.5;fill:none}
        @media (prefers-color-scheme:dark){.chart{--ink:#f0f6fc;--soft:#9da7b1;--grid:#2f353d;--ground:#0d1117;
        --heat:#79c0ff;--minus:#f2aa6b;
        --s0:#7cbcf4;--s1:#f2aa6b;--s2:#70cfa8;--s3:#e3a0d6;--s4:#a8b0ac;--s5:#e3cc6b}
        .chart .valid{stroke:#4493f8}.chart .bleu{stroke:#3fb950}.chart .rate{stroke:#db6d28}}
        """;
}
