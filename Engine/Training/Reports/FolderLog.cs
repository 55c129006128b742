using System.Text.Json;
using Engine.Storage;

namespace Engine.Training;

/// <summary>
/// The file of a log within the run's folder, to which the log appends. The file is open only while it is written: the
/// folder that has the file may be renamed.
/// </summary>
/// <param name="folder">The run's folder, which is created when the log begins.</param>
internal sealed class FolderLog(string folder) : IDisposable
{
    private const int BufferBytes = 1 << 12;

    private readonly MemoryStream buffer = new();
    private string? name;
    private bool isBesideAnother;

    /// <summary>Takes what is to be appended.</summary>
    public Stream Buffer => buffer;

    /// <summary>Whether the log has begun.</summary>
    public bool HasBegun => name is not null;

    /// <summary>Where the files of the run are written.</summary>
    private string Place => FolderChange.PlaceToWrite(folder);

    /// <summary>Names the file. It belongs to this run, which may have an earlier run beside it in the folder.
    /// </summary>
    public void Begin(string name) => (this.name, isBesideAnother) = (name, FolderChange.IsOpen(folder));

    /// <summary>
    /// Names a file with one JSON object a line, each with its update. A run that goes on first drops the updates that
    /// it makes again, whether it writes new ones or not.
    /// </summary>
    /// <exception cref="InputException">The earlier lines cannot be read or written.</exception>
    public void BeginLines(string name, TrainingPlan plan)
    {
        Begin(name);
        var path = Path.Combine(folder, name);
        if (plan.ResumedAt is { } update && File.Exists(path)) LogCut.After(update, path, run: null);
    }

    /// <summary>Adds a line to the buffer.</summary>
    public void AddLine<TEntry>(TEntry entry)
    {
        JsonSerializer.Serialize(buffer, entry, typeof(TEntry), TrainingTypes.Lines);
        buffer.WriteByte((byte)'\n');
    }

    /// <summary>From now on the folder has this run alone.</summary>
    public void Taken() => isBesideAnother = false;

    /// <summary>Appends the buffer if it has some kilobytes.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void AppendIfLarge()
    {
        if (buffer.Length >= BufferBytes) Append();
    }

    /// <summary>Appends the buffer to the file.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Append()
    {
        if (name is null || buffer.Length == 0) return;
        if (isBesideAnother && !FolderChange.IsOpen(folder)) return; // the earlier run stays
        var path = Path.Combine(Place, name);
        try
        {
            RunFolder.Make(Place);
            using var file = Disk.Open(path, FileMode.Append);
            file.Write(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        }
        catch (Exception failure) when (FileProblem.IsOne(failure))
        {
            throw FileProblem.Of(path, "written", failure);
        }
        finally
        {
            buffer.SetLength(0);
        }
    }

    /// <summary>Appends what is buffered.</summary>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Dispose()
    {
        Append();
        buffer.Dispose();
    }
}
