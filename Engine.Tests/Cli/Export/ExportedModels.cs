using Engine.Tests.Architecture;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>The models of the folder Fixtures, exported.</summary>
public sealed class ExportedModels : IDisposable
{
    private readonly TemporaryFolder folder = new();

    /// <summary>The folder that <c>engine export</c> wrote of a model.</summary>
    internal string Of(string name)
    {
        if (!Directory.Exists(folder[name]))
            Assert.Equal(0, CommandLine.Run("export", "--model", Source(name), "--onnx", folder[name]).Code);
        return folder[name];
    }

    internal TextModel Model(string name) => ModelFolder.Load(Source(name));

    /// <summary>The folder of a model.</summary>
    internal static string Source(string name) => Path.Combine(SourceFiles.Root, "Engine.Tests", "Fixtures", name);

    public void Dispose() => folder.Dispose();
}
