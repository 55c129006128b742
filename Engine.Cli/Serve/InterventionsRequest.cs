using System.Text.Json;
using Engine.Inspection;
using Engine.Layers;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>The parts that a request switches off.</summary>
internal static class InterventionsRequest
{
    /// <summary>The key of the parts in a request.</summary>
    public const string Key = "interventions";

    private const int MostPadding = 64;

    /// <summary>What is switched off; nothing, if the request does not say.</summary>
    /// <param name="request">The request.</param>
    /// <param name="model">The model, which must have the parts.</param>
    /// <exception cref="InputException">A part is of the wrong kind, or the model does not have it.</exception>
    public static Interventions Of(RequestBody request, TextModel model)
    {
        if (request.Value(Key) is not { } given) return new Interventions();
        var body = new RequestBody(
            Key, given, "heads", "residuals", "causal_mask", "padding_mask", "padding", "scaling", "positions");
        return new Interventions
        {
            Heads = [.. body.Items("heads").Select(head => HeadOf(head, model))],
            Residuals = [.. (body.Texts("residuals") ?? []).Select(path => Residual(path, model))],
            CausalMask = body.Flag("causal_mask"),
            PaddingMask = body.Flag("padding_mask"),
            Padding = (int)(body.Whole("padding", 0, MostPadding) ?? new Interventions().Padding),
            Scaling = body.Flag("scaling"),
            Positions = body.Flag("positions"),
        };
    }

    private static AttentionHead HeadOf(JsonElement given, TextModel model)
    {
        var body = new RequestBody("a head", given, "kind", "layer", "head");
        var kind = body.Text("kind") switch
        {
            "encoder" => AttentionKind.Encoder,
            "decoder" => AttentionKind.Decoder,
            "cross" => AttentionKind.Cross,
            _ => throw body.Wrong("kind", "must be encoder, decoder or cross"),
        };
        var (layers, heads) = (model.Configuration.Layers, model.Configuration.Heads);
        return new AttentionHead(kind, Number("layer", layers), Number("head", heads));

        int Number(string key, int count) => (int)(body.Whole(key, 0, count - 1)
            ?? throw new InputException($"a head: '{key}' is missing; add it to the JSON object."));
    }

    // As Interventions reads them: a path names its module and all modules within.
    private static string Residual(string path, TextModel model) =>
        model.Network.NamedModules.Any(named =>
            named.Key == path || named.Key.StartsWith(path + ".", StringComparison.Ordinal))
            ? path
            : throw new InputException(
                $"{Key}: the model has no module of the path '{path}'; /model lists the paths, such as "
                + "decoder.layers.0.norm1.");
}
