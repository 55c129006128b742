namespace Engine.Cli;

/// <summary>The look of the book's documents, and the little that a script does in them.</summary>
internal static class BookStyles
{
    /// <summary>
    /// The styles. The switch of languages needs no script: what is in the other language is hidden by the choice.
    /// </summary>
    public const string Css =
        """
        :root{--text:#1f2328;--soft:#57606a;--line:#d0d7de;--back:#fff;--box:#f6f8fa;--link:#0550ae;
        --good:#116329;--half:#7d4e00;--bad:#a40e26;--none:#57606a}
        @media (prefers-color-scheme:dark){:root{--text:#e6edf3;--soft:#9da7b1;--line:#3d444d;--back:#0d1117;
        --box:#151b23;--link:#79c0ff;--good:#56d364;--half:#e3b341;--bad:#ff9492;--none:#9da7b1}}
        body:has(#to-zh:checked) .en,body:has(#to-en:checked) .zh{display:none}
        *{box-sizing:border-box}html{-webkit-text-size-adjust:100%}
        body{margin:0;background:var(--back);color:var(--text);
        font:16px/1.65 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif}
        main,.bar{max-width:860px;margin:0 auto;padding:0 16px}main{padding-bottom:48px;overflow-wrap:anywhere}
        .bar{display:flex;flex-wrap:wrap;gap:6px 20px;align-items:center;padding-top:14px}
        .bar .languages{margin-left:auto}a{color:var(--link)}code{font-family:ui-monospace,Menlo,Consolas,monospace;
        font-size:.88em;background:var(--box);border-radius:4px;padding:.1em .3em}
        h1{font-size:1.6em;line-height:1.35;margin:.7em 0 .4em}h2{font-size:1.3em;line-height:1.4;margin:0 0 .4em}
        h2.chapter{margin:1.8em 0 .5em;font-size:1.2em}p{margin:.5em 0}
        .crumb{color:var(--soft);font-size:.88em;margin:0}
        article{padding:26px 0;border-bottom:1px solid var(--line)}article:last-of-type{border-bottom:0}
        .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .languages{border:0;margin:0;padding:0;display:flex}.languages input{position:absolute;opacity:0}
        .languages label{border:1px solid var(--soft);padding:2px 12px;cursor:pointer;font-size:.9em}
        .languages label:first-of-type{border-radius:6px 0 0 6px}
        .languages label:last-of-type{border-radius:0 6px 6px 0;border-left:0}
        .languages input:checked+label{background:var(--link);border-color:var(--link);color:var(--back);
        font-weight:600}
        .languages input:focus-visible+label{outline:2px solid var(--link);outline-offset:2px}
        .badge{display:inline-block;border:1.5px solid currentColor;border-radius:1em;padding:0 .7em;font-size:.88em;
        font-weight:600;white-space:nowrap;color:var(--none)}.badge.holds{color:var(--good)}
        .badge.holds_if{color:var(--half)}.badge.does_not_hold{color:var(--bad)}
        dl{margin:.8em 0}dl div{display:grid;grid-template-columns:5.5em minmax(0,1fr);gap:0 10px;margin:.35em 0}
        dt{color:var(--soft);font-size:.92em}dd{margin:0}dl.more{font-size:.93em;margin-top:1.2em}
        dl.texts .answer dd{font-weight:550}dl ul{margin:0;padding-left:1.1em}
        .figures{display:flex;flex-wrap:wrap;align-items:flex-start;gap:18px 40px;margin:1.2em 0}
        figure{margin:0;max-width:100%}
        figcaption{font-weight:600;font-size:.92em;margin-bottom:4px}.wide{overflow-x:auto;max-width:100%}
        .wide svg{display:block;max-width:100%;height:auto}
        table{border-collapse:collapse;font-size:.92em;overflow-wrap:normal}
        th,td{padding:4px 12px 4px 0;text-align:left;vertical-align:top;border-bottom:1px solid var(--line)}
        thead th{color:var(--soft);font-weight:600}
        th[scope=row]{font-weight:400;min-width:7em}.numbers td,.numbers thead th+th{text-align:right;
        font-variant-numeric:tabular-nums}
        .numbers td{white-space:nowrap}.numbers th+th{min-width:4em}
        .verdict{border-left:4px solid var(--line);padding:.3em 0 .3em 12px}
        .note{background:var(--box);border-left:3px solid var(--soft);padding:6px 12px}
        .contents{list-style:none;padding:0;margin:0}.contents li{display:grid;gap:2px 12px;padding:7px 0;
        grid-template-columns:minmax(0,1fr) auto;border-bottom:1px solid var(--line)}.contents .of{color:var(--soft);
        font-size:.88em;grid-column:1}.contents .badge{grid-row:1;grid-column:2;align-self:start}
        .turn{display:flex;flex-wrap:wrap;justify-content:space-between;gap:8px 24px;padding:18px 0}
        .run{display:inline-block;border:1px solid var(--soft);border-radius:6px;padding:4px 14px;
        margin:.6em .6em .6em 0;text-decoration:none;background:var(--box)}
        :target{scroll-margin-top:8px}:focus-visible{outline:2px solid var(--link);outline-offset:2px}
        @media (max-width:520px){dl div{grid-template-columns:minmax(0,1fr)}.contents li{
        grid-template-columns:minmax(0,1fr)}.contents .badge{grid-column:1;grid-row:auto;justify-self:start}}
        @media print{.bar{display:none}article{break-inside:avoid-page}}
        """;

    /// <summary>Remembers the language that the reader chose, and says which it is.</summary>
    public const string Script =
        """
        const key = "engine-lab-language", codes = { zh: "zh-Hans", en: "en" };
        const of = code => document.getElementById("to-" + code);
        const show = code => { document.documentElement.lang = codes[code]; };
        const keep = code => {
          try { localStorage.setItem(key, code); } catch { /* the choice holds for this page */ }
        };
        let chosen = new URLSearchParams(location.search).get("lang");
        if (codes[chosen]) keep(chosen);
        else try { chosen = localStorage.getItem(key); } catch { /* a browser may keep nothing */ }
        if (codes[chosen]) { of(chosen).checked = true; show(chosen); }
        for (const code of Object.keys(codes)) {
          of(code).addEventListener("change", () => { show(code); keep(code); });
        }
        """;
}
