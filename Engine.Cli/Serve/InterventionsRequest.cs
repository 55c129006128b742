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
        var parts = SwitchableParts.Of(model);
        return new Interventions
        {
            Heads = [.. body.Items("heads").Select(head => HeadOf(head, ModelSummary.Of(model)))],
            Residuals = [.. (body.Texts("residuals") ?? []).Select(path => Residual(path, parts))],
            CausalMask = Flag("causal_mask", parts.CausalMask, "a causal mask"),
            PaddingMask = body.Flag("padding_mask"),
            Padding = (int)(body.Whole("padding", 0, MostPadding) ?? new Interventions().Padding),
            Scaling = Flag("scaling", parts.Scaling, "scaled scores"),
            Positions = Flag("positions", parts.Positions, "positions"),
        };

        bool Flag(string key, bool isThere, string name) => body.Flag(key)
            && (isThere ? true : throw new InputException(
                $"{Key}: this model ({model.Configuration.Architecture}) does not have {name} to switch off; "
                + $"leave '{key}' out."));
    }

    private static AttentionHead HeadOf(JsonElement given, ModelSummary model)
    {
        var body = new RequestBody("a head", given, "kind", "layer", "head");
        var kind = body.Text("kind") switch
        {
            "encoder" => AttentionKind.Encoder,
            "decoder" => AttentionKind.Decoder,
            "cross" => AttentionKind.Cross,
            _ => throw body.Wrong("kind", "must be encoder, decoder or cross"),
        };
        var layers = model.Attention.Where(layer => layer.Kind == kind).ToArray();
        if (layers.Length == 0)
            throw new InputException($"a head: this model ({model.Architecture}, {model.Task}) has no "
                + $"{AttentionChoice.Name(kind)} attention; /model lists its layers.");
        return new AttentionHead(kind, Number("layer", layers.Length), Number("head", layers[0].Heads));

        int Number(string key, int count) => (int)(body.Whole(key, 0, count - 1)
            ?? throw new InputException($"a head: '{key}' is missing; add it to the JSON object."));
    }

    // As Interventions reads them: a path names its module and all modules within.
    private static string Residual(string path, SwitchableParts parts) =>
        parts.Residuals.Any(own => own == path || own.StartsWith(path + ".", StringComparison.Ordinal))
            ? path
            : throw new InputException(
                $"{Key}: the model has no residual sum of the path '{RequestBody.Cut(path)}'; "
                + (parts.Residuals.Count == 0 ? "it has none. Leave 'residuals' out."
                    : $"/model lists the paths under 'switches', such as {parts.Residuals[^1]}."));
}
