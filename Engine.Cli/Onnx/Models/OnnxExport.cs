using Engine.Models;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The graphs of a model.</summary>
internal static class OnnxExport
{
    private static readonly string[] Architectures = ["transformer", "rnn", "gru", "lstm"];

    /// <summary>Refuses a model whose network has no graph.</summary>
    /// <param name="folder">The model's folder, for the message.</param>
    /// <param name="configuration">The model's configuration.</param>
    /// <exception cref="InputException">It has none.</exception>
    public static void RequireKnown(string folder, TrainingConfiguration configuration)
    {
        if (Architectures.Contains(configuration.Architecture)) return;
        throw new InputException(
            $"{Path.Combine(folder, ModelFolder.Configuration)}: \"architecture\" is {configuration.Architecture}, of "
            + $"which there is no ONNX export; {string.Join(", ", Architectures[..^1])} and {Architectures[^1]} can be "
            + "exported");
    }

    /// <summary>The graphs of a model: encoder and decoder, or classifier.</summary>
    public static IReadOnlyList<OnnxGraph> GraphsOf(TextModel model)
    {
        var weights = new NamedWeights(model.Network);
        IReadOnlyList<OnnxGraph> graphs = model is ClassificationModel
            ? [Graph("classifier", OnnxClassifier.Add)]
            : model.Configuration.Architecture == "transformer"
                ? [Graph("encoder", OnnxTransformer.AddEncoder), Graph("decoder", Decoder(OnnxTransformer.AddDecoder))]
                : [
                    Graph("encoder", OnnxRecurrentTranslator.AddEncoder),
                    Graph("decoder", Decoder(OnnxRecurrentTranslator.AddDecoder)),
                ];
        weights.RequireAllRead();
        return graphs;

        OnnxGraph Graph(string name, Action<OnnxNetwork> add)
        {
            var graph = new OnnxGraph(name);
            add(new OnnxNetwork(graph, weights, model.Configuration));
            return graph;
        }

        // Which tables are one parameter: that parameter has the name of its first owner.
        Action<OnnxNetwork> Decoder(Action<OnnxNetwork, string, string> add)
        {
            var sharing = model.Configuration.Sharing;
            var table = sharing == EmbeddingSharing.All ? "source_embedding" : "target_embedding";
            return n => add(n, table, sharing == EmbeddingSharing.None ? "output.weight" : table + ".weight");
        }
    }
}
