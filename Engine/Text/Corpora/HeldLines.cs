using System.Globalization;
using Engine.Storage;

namespace Engine.Text;

/// <summary>
/// The lines of one or more files in memory. A text that would take too much is refused as soon as that is sure or
/// likely, so that nobody waits for a program that the system ends.
/// </summary>
/// <param name="most">The most bytes of memory that the lines may take.</param>
/// <param name="remedy">What messages advise beside a part of the text.</param>
internal sealed class HeldLines(long most, string remedy = "")
{
    // What a string takes beside its characters, and its place in the list.
    private const int BytesOfLine = 32;

    /// <summary>
    /// An estimate from a part of a text is made once the part takes this share of the memory, and must be clear: the
    /// rest may have other lines, or may be compressed better.
    /// </summary>
    internal const int PartOfEstimate = 16;

    /// <inheritdoc cref="PartOfEstimate"/>
    internal const double Clear = 1.5;

    private readonly List<string> lines = [];
    private string path = "";
    private long bytes, before; // of all lines, and of the files before the latest

    /// <summary>
    /// The most memory for lines by default: a sixth of what the process may use. The lines of source and target then
    /// take a third, their ids may take another (<see cref="HeldPairs"/>), and a third is left for the model and its
    /// training.
    /// </summary>
    public static long Most => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 6;

    /// <summary>The lines.</summary>
    public IReadOnlyList<string> Lines => lines;

    /// <summary>Begins a file.</summary>
    /// <param name="file">Its path, for messages.</param>
    public void Begin(string file) => (path, before) = (file, bytes);

    /// <summary>Adds a line of the file.</summary>
    /// <param name="line">The line.</param>
    /// <param name="read">The share of the file that is read, up to 1; 0 if the length of the file is unknown.</param>
    /// <exception cref="InputException">The lines take too much memory, or will.</exception>
    public void Add(string line, double read)
    {
        lines.Add(line);
        bytes += ((long)line.Length * sizeof(char)) + BytesOfLine;
        if (bytes > most) Refuse("take more");
        if (!(read > 0)) return;
        var expected = before + ((bytes - before) / read);
        if (bytes - before > most / PartOfEstimate && expected > Clear * most)
            Refuse($"take about {Size(expected)} of memory, more");
    }

    private void Refuse(string takes)
    {
        var (whose, text, part) = before > 0
            ? ("its lines and the lines of the files before it", "all files together", "the text")
            : ("its lines", "a file", "the file");
        throw new InputException(
            $"{path}: {whose} {takes} than the {Size(most)} that the lines of {text} may take here; give a part of "
            + part + remedy);
    }

    /// <summary>A number of bytes in words.</summary>
    internal static string Size(double bytes) => bytes >= 1 << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (1 << 30):0.0} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(bytes / (1 << 20)):0} MiB");
}
