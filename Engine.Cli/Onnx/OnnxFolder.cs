using System.Text;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The folder that <c>engine export</c> writes: graphs, vocabularies, configuration and a program.</summary>
internal static class OnnxFolder
{
    /// <summary>Writes the folder, all of its files or none of them.</summary>
    /// <param name="from">The folder of the model.</param>
    /// <param name="model">The model.</param>
    /// <param name="to">The folder to write; it is created if it is missing.</param>
    /// <param name="overwrite">Whether files with other content may be replaced.</param>
    /// <returns>The path and the length of each file.</returns>
    /// <exception cref="InputException">
    /// A graph is too large for a file, a file with other content exists, or the folder cannot be written.
    /// </exception>
    public static IReadOnlyList<(string Path, long Bytes)> Write(
        string from, TextModel model, string to, bool overwrite)
    {
        var graphs = OnnxExport.GraphsOf(model);
        foreach (var graph in graphs) OnnxFile.RequirePossible(OnnxFile.NameOf(graph), graph.WeightBytes);
        var program = model is ClassificationModel ? "classify.cs" : "translate.cs";
        (string Path, Action<Stream> Write)[] files =
        [
            .. graphs.Select(graph => (OnnxFile.NameOf(graph), (Action<Stream>)(to => OnnxFile.Write(graph, to)))),
            .. ModelFolder.TextFilesOf(model.Configuration).Prepend(ModelFolder.Configuration).Select(name =>
                (name, (Action<Stream>)(to => to.Write(File.ReadAllBytes(ModelFolder.PathOf(from, name)))))),
            .. TokenizerJson.FilesOf(model),
            (program, to => to.Write(Encoding.UTF8.GetBytes(ProgramOf(program, model.Configuration)))),
        ];
        files = Array.ConvertAll(files, file => (Path.Combine(to, file.Path), file.Write));
        if (!overwrite) RequireFree(files);
        RunFolder.Make(to);
        FileSet.Replace(files);
        return Array.ConvertAll(files, file => (file.Path, new FileInfo(file.Path).Length));
    }

    /// <summary>Refuses to replace a file that has other content than the file that would replace it.</summary>
    private static void RequireFree((string Path, Action<Stream> Write)[] files)
    {
        foreach (var (path, write) in files)
        {
            if (!Path.Exists(path)) continue;
            using var content = new MemoryStream();
            write(content);
            if (!Holds(path, content))
                throw new InputException(
                    $"{path}: exists with other content; choose another --onnx, or add --overwrite");
        }
    }

    /// <summary>Whether a file has some content; a pipe has no length, and is not waited for.</summary>
    private static bool Holds(string path, MemoryStream content)
    {
        try
        {
            return new FileInfo(path).Length == content.Length
                && File.ReadAllBytes(path).AsSpan().SequenceEqual(content.GetBuffer().AsSpan(0, (int)content.Length));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false; // a folder, or a file that nobody may read
        }
    }

    /// <summary>The text of a program: its own part, then the part about text that both programs have.</summary>
    private static string ProgramOf(string name, TrainingConfiguration configuration)
    {
        // The programs have the usings of both parts at their heads.
        var text = Resource("text.cs");
        var program = Resource(name) + "\n" + text[text.IndexOf("/// <summary>", StringComparison.Ordinal)..];
        // Unicode's forms need ICU, which a program without them does without.
        return configuration.Nfkc
            ? program.Replace("InvariantGlobalization=true", "InvariantGlobalization=false", StringComparison.Ordinal)
            : program;
    }

    private static string Resource(string name)
    {
        using var stream = typeof(OnnxFolder).Assembly.GetManifestResourceStream("onnx/" + name)!;
        return new StreamReader(stream).ReadToEnd();
    }
}
