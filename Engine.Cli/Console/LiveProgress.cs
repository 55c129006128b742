using Engine.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Engine.Cli;

/// <summary>A bar and a line that are redrawn in place; lines that stay are printed above them.</summary>
internal sealed class LiveProgress : TrainingDisplay
{
    private const int BarWidth = 24;
    private const int NarrowTerminal = 60;

    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(250);

    private readonly IAnsiConsole console;
    private ProgressTask? task;
    private volatile UpdateReport? latest;
    private volatile string? work;
    private int drawn;

    private LiveProgress(IAnsiConsole console, TimeProvider time)
        : base(new WorkClock(time, isTerminal: true)) => this.console = console;

    /// <summary>A display on the terminal behind standard error.</summary>
    public static LiveProgress Create(CommandStreams streams)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new ErrorTerminal(streams.Error),
            // The caller has checked that a person watches, even if a variable of the environment says "build server".
            Interactive = InteractionSupport.Yes,
        });
        return new LiveProgress(console, streams.Time);
    }

    public override TrainingOutcome While(Func<TrainingOutcome> train)
    {
        console.Pipeline.Attach(new NarrowedTerminal(() => drawn));
        var progress = console.Progress().AutoClear(true).Columns(new BarColumn(), new StatusColumn(this));
        progress.RefreshRate = Refresh;
        return progress.Start(context =>
        {
            task = context.AddTask("training", maxValue: 1);
            return train();
        });
    }

    public override void Say(string line) => console.Write(new StayingLine(Printable.Of(line)));

    public override void Updated(UpdateReport report)
    {
        (latest, work) = (report, null);
        if (task is not null) task.Value = report.Progress;
    }

    protected override void ShowWork(string line) => work = Printable.Of(line);

    /// <summary>A text that may wrap, written over the bar, which must not show beside the second line.</summary>
    private sealed class StayingLine(string line) : Renderable
    {
        private const string EraseToEndOfScreen = "\e[J";

        protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        [
            Segment.Control(EraseToEndOfScreen),
            .. ((IRenderable)new Spectre.Console.Text(line)).Render(options, maxWidth),
            Segment.LineBreak,
        ];
    }

    /// <summary>The part of the run that is done: cells that differ without colour too. A narrow terminal has no room
    /// for it.</summary>
    private sealed class BarColumn : ProgressColumn
    {
        public override int? GetColumnWidth(RenderOptions options) =>
            options.ConsoleSize.Width < NarrowTerminal ? 0 : BarWidth;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            if (options.ConsoleSize.Width < NarrowTerminal) return new Spectre.Console.Text("");
            var done = (int)(BarWidth * Math.Clamp(task.Value, 0, 1));
            var (full, empty) = options.Unicode ? ('█', '░') : ('#', '-');
            return new Spectre.Console.Text(new string(full, done) + new string(empty, BarWidth - done));
        }
    }

    /// <summary>The first parts of the line, up to the width of the terminal.</summary>
    private sealed class StatusColumn(LiveProgress display) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var bar = options.ConsoleSize.Width >= NarrowTerminal ? BarWidth + 2 : 0;
            var room = options.ConsoleSize.Width - bar - 2;
            var work = display.work;
            var line = work ?? (display.latest is null ? "starting" : "");
            foreach (var part in work is null && display.latest is { } report ? display.Parts(report) : [])
            {
                if (line.Length + 2 + part.Length > room) break;
                line += line.Length == 0 ? part : "  " + part;
            }
            display.drawn = bar + TextColumns.Of(line);
            return new Spectre.Console.Text(line) { Overflow = Overflow.Ellipsis };
        }

        protected override bool NoWrap => true;
    }
}
