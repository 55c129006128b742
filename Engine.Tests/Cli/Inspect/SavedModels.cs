using Engine.Inspection;
using Engine.Tests.Inspection;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>The <see cref="SmallModels"/> as folders.</summary>
public sealed class SavedModels : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, TextModel> models = [];

    /// <summary>The folder of a model.</summary>
    internal string Of(string name)
    {
        var path = folder[name.Replace(' ', '-')];
        if (models.TryAdd(name, SmallModels.Create(name))) models[name].Save(path);
        return path;
    }

    /// <summary>The model of a folder.</summary>
    internal TextModel Model(string name)
    {
        _ = Of(name);
        return models[name];
    }

    internal PassRecord Pass(string name, string source, string? target = null) => Model(name) is TranslationModel model
        ? PassRecorder.Record(model, source, target)
        : PassRecorder.Record((ClassificationModel)Model(name), source, target);

    public void Dispose() => folder.Dispose();
}
