namespace Engine.Layers;

// What a module tells of itself.
public abstract partial class Module<T>
{
    private const int MostShown = 6;

    /// <summary>The layers of this module with their paths, their parameters' shapes and counts, and the sum.</summary>
    /// <example>
    /// <code><![CDATA[
    /// using Engine;
    /// using Engine.Layers;
    ///
    /// var random = new RandomStream(1);
    /// var model = new Sequential<float>(
    ///     new Linear<float>(2, 16, random), new Tanh<float>(), new Linear<float>(16, 1, random));
    /// Console.WriteLine(model.Summary());
    /// // Sequential
    /// //   0  Linear             48  weight [16, 2], bias [16]
    /// //   2  Linear             17  weight [1, 16], bias [1]
    /// // 65 parameters
    /// ]]></code>
    /// </example>
    public ModuleSummary Summary()
    {
        var kinds = new Dictionary<string, string>();
        foreach (var (path, module) in NamedModules) kinds.TryAdd(path, module.Kind);
        var tensors = NamedParameters.Select(named => (Path: named.Key, named.Value.Shape, IsBuffer: false))
            .Concat(NamedBuffers.Select(named => (Path: named.Key, named.Value.Shape, IsBuffer: true)))
            .ToLookup(tensor => Split(tensor.Path).Layer);
        return new ModuleSummary(
            Kind,
            [
                .. tensors.Select(own => new SummaryLayer(
                    own.Key, kinds.GetValueOrDefault(own.Key, KindOf(typeof(Linear<T>))),
                    [
                        .. own.Select(tensor => new SummaryTensor(
                            Split(tensor.Path).Name, [.. tensor.Shape.AsSpan()], tensor.IsBuffer)),
                    ])),
            ]);
    }

    /// <summary>
    /// The kind of the module and its parameters with paths and shapes, on one line:
    /// <c>Linear: 20 parameters in weight [4, 4], bias [4]</c>. Of a large module, the first parameters.
    /// </summary>
    public override string ToString()
    {
        var named = NamedParameters;
        if (named.Count == 0) return $"{Kind}: no parameters";
        var count = named.Sum(parameter => (long)parameter.Value.Count);
        var shown = named.Take(MostShown).Select(parameter => $"{parameter.Key} {parameter.Value.Shape}");
        var more = named.Count > MostShown ? $" and {named.Count - MostShown} more" : "";
        return FormattableString.Invariant($"{Kind}: {count:N0} parameters in {string.Join(", ", shown)}{more}");
    }

    private string Kind => KindOf(GetType());

    private static string KindOf(Type type) => type.Name.Split('`')[0];

    // A network may have a tensor of its own: the projection onto the vocabulary, which maps as linear layers do.
    private static (string Layer, string Name) Split(string path)
    {
        var dot = path.LastIndexOf('.');
        return (path[..Math.Max(dot, 0)], path[(dot + 1)..]);
    }
}
