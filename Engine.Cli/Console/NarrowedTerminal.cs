using Spectre.Console;
using Spectre.Console.Rendering;

namespace Engine.Cli;

/// <summary>
/// Keeps what is above the progress line when the terminal becomes narrower. Spectre.Console then clears the screen and
/// all that was printed before, or leaves parts of the line. Here the rows of the line are found again: the terminal
/// has broken each of these into several, and the cursor stands in the last.
/// </summary>
/// <param name="next">The columns of the line that is drawn next.</param>
internal sealed class NarrowedTerminal(Func<int> next) : IRenderHook
{
    // The progress line has an empty row above and below.
    private const int Rows = 3;

    private int drawn, drawnBefore, widthBefore;

    /// <inheritdoc/>
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables)
    {
        // A line may be measured for the new width before this method meets that width.
        var (columns, width) = (Math.Max(drawn, drawnBefore), Math.Max(options.ConsoleSize.Width, 1));
        var isNarrower = width < widthBefore && columns > width;
        (drawnBefore, drawn, widthBefore) = (drawn, next(), width);
        if (!isNarrower) return renderables;

        // The first control code moves the cursor to where the rows begin.
        var rows = Rows * ((columns + width - 1) / width);
        var all = renderables.ToArray();
        var first = Array.FindIndex(all, renderable => renderable is ControlCode);
        if (first >= 0) all[first] = new ControlCode($"\e[{rows - 1}A\r\e[J");
        return all;
    }
}
