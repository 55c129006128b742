using Engine.Inspection;
using Engine.Layers;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>The attention heads that <c>engine inspect</c> shows.</summary>
/// <param name="Kind">What attends to what.</param>
/// <param name="Layer">The layer, from 0; null for all.</param>
/// <param name="Head">The head, from 0; null for all.</param>
internal sealed record AttentionChoice(AttentionKind Kind, int? Layer, int? Head)
{
    /// <summary>The heads that options choose: of cross-attention, where a model has it, unless they say otherwise.
    /// </summary>
    /// <param name="model">A model with attention.</param>
    /// <param name="options">The options.</param>
    /// <exception cref="InputException">The model has no such attention; the message says what it has.</exception>
    public static AttentionChoice Of(ModelSummary model, InspectOptions options)
    {
        var kinds = model.Attention.Select(attention => attention.Kind).Distinct().ToArray();
        var names = Enum.GetNames<AttentionKind>().Select(name => name.ToLowerInvariant()).ToArray();
        if (options.Kind is { } name && !names.Contains(name))
            throw new InputException($"--kind is {name}; it must be {string.Join(", ", names[..^1])} or {names[^1]}.");
        var kind = options.Kind is { } asked ? Enum.Parse<AttentionKind>(asked, ignoreCase: true)
            : kinds.Contains(AttentionKind.Cross) ? AttentionKind.Cross : kinds[0];
        if (!kinds.Contains(kind))
            throw new InputException($"--kind is {Name(kind)}; this model ({model.Architecture}, {model.Task}) has "
                + $"{string.Join(" and ", kinds.Select(Name))} attention only.");
        var layers = model.Attention.Where(attention => attention.Kind == kind).ToArray();
        Require("layer", options.Layer, layers.Length, $"the model's {Name(kind)} attention");
        Require("head", options.Head, layers[0].Heads, "each attention layer");
        return new AttentionChoice(kind, options.Layer, options.Head);

        static void Require(string option, int? given, int count, string whole)
        {
            if (given is null || (given >= 0 && given < count)) return;
            var range = count == 1 ? $"one {option}, 0" : FormattableString.Invariant($"{option}s 0 to {count - 1}");
            throw new InputException(FormattableString.Invariant($"--{option} is {given}; {whole} has {range}."));
        }
    }

    /// <summary>The chosen heads of a pass.</summary>
    public IEnumerable<HeadWeights> In(PassRecord pass) =>
        from layer in pass.Attention
        where layer.Kind == Kind && (Layer ?? layer.Layer) == layer.Layer
        from head in Enumerable.Range(0, layer.Heads)
        where (Head ?? head) == head
        select new HeadWeights(layer.Path, layer.Kind, layer.Layer, head, Rows(layer, head));

    /// <summary>The choice as the memory of the page's view of attention.</summary>
    public object OnPage =>
        new { Kind = Name(Kind), Layer, Head, Side = Kind == AttentionKind.Encoder ? "source" : "target" };

    /// <summary>The name of a kind, as options and JSON have it.</summary>
    public static string Name(AttentionKind kind) => kind.ToString().ToLowerInvariant();

    private static float[][] Rows(AttentionWeights<float> layer, int head) =>
    [
        .. Enumerable.Range(0, layer.Queries).Select(query => (float[])
            [.. Enumerable.Range(0, layer.Keys).Select(key => layer[head, query, key])]),
    ];
}

/// <summary>The attention weights of a head.</summary>
/// <param name="Path">The path of the attention layer.</param>
/// <param name="Kind">What attends to what.</param>
/// <param name="Layer">The layer, from 0.</param>
/// <param name="Head">The head, from 0.</param>
/// <param name="Weights">The weights: a row for each query, a number for each key.</param>
internal sealed record HeadWeights(
    string Path, AttentionKind Kind, int Layer, int Head, IReadOnlyList<IReadOnlyList<float>> Weights);
