using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Engine.Inspection;
using Engine.Lab;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The answer to <c>/model</c>: what the model is, and what a reader may do with it.</summary>
internal static class ModelDescription
{
    private const string Transformer = "transformer";

    // config.json spells choices with dashes and keys in camelCase, as this does.
    private static readonly JsonSerializerOptions Configuration = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
    };

    /// <summary>The answer for a model.</summary>
    public static string Of(ServedModel served)
    {
        var model = served.Model;
        var c = model.Configuration;
        var translator = model as TranslationModel;
        var summary = ModelSummary.Of(model);
        return JsonOutput.OneLine(new
        {
            served.Folder,
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(served.Folder))),
            c.Task,
            c.Architecture,
            Configuration = JsonSerializer.SerializeToNode(c, Configuration),
            summary.Parameters,
            Bytes = summary.Memory.Weights,
            Layers = summary.Layers.Select(layer => new { layer.Path, layer.Kind, layer.Shape, layer.Parameters }),
            model.SourceTokens,
            model.TargetTokens,
            summary.Labels,
            SourceTokenizer = model.Source.Tokenizer.Name,
            TargetTokenizer = translator?.Target.Tokenizer.Name,
            Attention = summary.Attention.Count > 0,
            EncoderLayers = c.Layers,
            DecoderLayers = translator is null ? 0 : c.Layers,
            c.Heads,
            c.DModel,
            NormFirst = c.Architecture == Transformer && c.NormFirst,
            Positions = PositionAnswers.KindOf(c),
            Switches = SwitchableParts.Of(model),
            served.Samples,
            Checkpoints = served.Updates,
            HasGradients = GradientAnswers.AreIn(served.Folder),
            Version = typeof(TextModel).Assembly.GetName().Version?.ToString(3),
            Repository = Repository(),
            Lab = LabCatalogue.All.Where(entry => entry.View is not null)
                .Select(entry => new { entry.Name, entry.View, entry.Question }),
        });
    }

    /// <summary>
    /// Where the lines of the source are: an address that a path such as <c>Engine/Layers/Linear.cs#L45</c> continues;
    /// null if the program was not built from a clone of a repository on GitHub.
    /// </summary>
    public static string? Repository()
    {
        var assembly = typeof(ModelDescription).Assembly;
        var address = assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(metadata => metadata.Key == "RepositoryUrl")?.Value;
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        return Repository(address, version);
    }

    /// <summary>The address of the source's lines.</summary>
    /// <param name="address">The remote of the clone that the program was built from: null or empty if there is none,
    /// or if the remote is a folder.</param>
    /// <param name="version">The version, which ends in the commit.</param>
    internal static string? Repository(string? address, string? version) =>
        address?.StartsWith("https://", StringComparison.Ordinal) != true || version?.Split('+') is not [_, var commit]
            ? null
            : $"{(address.EndsWith(".git", StringComparison.Ordinal) ? address[..^4] : address)}/blob/{commit}/";
}
