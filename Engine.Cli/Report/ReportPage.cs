using Engine.Charts;
using Engine.Storage;
using Engine.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// <c>report.html</c>, which <c>train</c> leaves in the run's folder: one file without scripts that a browser opens
/// from disk. It tells of the whole run, also of the parts before the run was interrupted, as far as the folder's files
/// know of them.
/// </summary>
internal static class ReportPage
{
    /// <summary>Writes the page. A page that cannot be written costs a warning, never the run.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="model">The model that the run kept.</param>
    /// <param name="valid">The validation text.</param>
    /// <param name="tested">What came of the test split; null where there is none.</param>
    /// <param name="warn">Shows a warning.</param>
    /// <returns>The page's path; null if it could not be written.</returns>
    public static string? Write(
        string folder, TextModel model, ParallelCorpus valid, string? tested, Action<string> warn) =>
        Write(folder, () => Of(folder, model, model, valid, tested, warn), warn);

    /// <summary>Writes the page of a run that did not come to its end: the reason, and how far the run came.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <param name="model">The run's model, whose weights need not be numbers.</param>
    /// <param name="valid">The validation text.</param>
    /// <param name="warn">Shows a warning.</param>
    /// <returns>The page's path; null if it could not be written.</returns>
    public static string? WriteUnfinished(
        string folder, TextModel model, ParallelCorpus valid, Action<string> warn) =>
        Write(
            folder,
            () =>
            {
                var isKept = File.Exists(ModelFolder.PathOf(folder, ModelFolder.Weights));
                return Of(folder, model, isKept ? ModelFolder.Load(folder) : null, valid, null, warn);
            },
            warn);

    private static string? Write(string folder, Func<string> page, Action<string> warn)
    {
        var path = Path.Combine(folder, ModelFolder.Page);
        try
        {
            AtomicFile.WriteText(path, page());
            return path;
        }
        catch (Exception failure) // whatever it is: the training behind the page took longer than the page
        {
            warn($"warning: {ModelFolder.Page} is not written: {Printable.Message(failure.Message)}");
            return null;
        }
    }

    /// <summary>The page; a section whose log is damaged is left out.</summary>
    private static string Of(
        string folder, TextModel model, TextModel? kept, ParallelCorpus valid, string? tested, Action<string> warn)
    {
        var name = Html.Text(Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));
        var made = new ReportOrigin(folder);
        string[] sections =
        [
            Html.Section("Results", made.Reason() + made.Results(model, tested)),
            Html.Section("Curves", ReportCurves.Losses(LearningCurve.Read(folder))),
            OfLog("Samples as they changed", () => ReportSamples.Of(SampleLog.Read(folder))),
            Html.Section(
                "Attention of the model that was kept",
                kept is null ? "<p>The run has not saved a model.</p>\n" : ReportAttention.Of(kept, valid)),
            OfLog("Gradient norms", () => ReportCurves.Gradients(GradientLogFile.Read(folder))),
            Html.Section("Configuration", ReportOrigin.Configuration(model.Configuration)),
            Html.Section("How the run was made", made.Account()),
        ];
        return $"""
            <!DOCTYPE html>
            <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta name="color-scheme" content="light dark"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <title>{name}: report of a run</title>
            <style>
            {Styles}
            {ChartStyles.Css}
            </style>
            </head>
            <body>
            <main>
            <h1>{name}</h1>
            {string.Concat(sections)}</main>
            </body>
            </html>

            """;

        string OfLog(string title, Func<string> content)
        {
            try
            {
                return Html.Section(title, content());
            }
            catch (InputException reason)
            {
                warn($"warning: {ModelFolder.Page} is without '{title}': {Printable.Message(reason.Message)}");
                return "";
            }
        }
    }

    private const string Styles =
        """
        :root{--text:#1f2328;--soft:#57606a;--line:#d0d7de;--back:#fff;--box:#f6f8fa;--good:#116329;
        --bad:#cf222e}
        @media (prefers-color-scheme:dark){:root{--text:#e6edf3;--soft:#9198a1;--line:#3d444d;--back:#0d1117;
        --box:#151b23;--good:#56d364;--bad:#f85149}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--back);color:var(--text);font:16px/1.5 system-ui,"Noto Sans CJK SC",sans-serif}
        main{max-width:1000px;margin:0 auto;padding:16px;overflow-wrap:anywhere}
        h1{font-size:1.6em;margin:.4em 0}h2{font-size:1.25em;margin:1.6em 0 .5em;padding-bottom:.2em;
        border-bottom:1px solid var(--line)}h3{font-size:1em;margin:1.4em 0 .3em}p{margin:.5em 0}
        .reason{border-left:4px solid var(--bad);padding-left:12px}
        p.note,figcaption,.empty{color:var(--soft);font-size:.9em}
        .figures{display:flex;flex-wrap:wrap;gap:8px;margin:0}
        .figures div{background:var(--box);border:1px solid var(--line);border-radius:6px;padding:6px 12px}
        .figures dt{color:var(--soft);font-size:.85em}.figures dd{margin:0;font-size:1.2em}
        .charts{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}figure{margin:0 0 8px;max-width:100%}
        .charts>svg{max-width:100%;height:auto}.wide{overflow-x:auto;max-width:100%}.wide>svg{display:block}
        table{border-collapse:collapse;font-size:.92em;width:100%}
        th,td{text-align:left;vertical-align:top;padding:3px 10px 3px 0;border-bottom:1px solid var(--line)}
        th[scope=row]{font-weight:400}.facts th[scope=row]{width:15em}
        .answers th,.answers td+td{white-space:nowrap}.answers td:nth-child(2){width:90%}
        thead th{color:var(--soft);font-weight:600}
        pre{background:var(--box);border:1px solid var(--line);border-radius:6px;padding:8px;white-space:pre-wrap;
        overflow-wrap:anywhere;margin:.5em 0;font-size:.88em}
        details{margin:.6em 0}summary{cursor:pointer}.same{color:var(--good);font-weight:600;white-space:nowrap}
        :focus-visible{outline:2px solid #0969da;outline-offset:2px}
        """;
}
