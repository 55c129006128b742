using System.Numerics;

namespace Engine.Layers;

/// <summary>An observer of a tape that knows the path of the module at work, such as
/// <c>decoder.layers.0.self_attn</c>.</summary>
/// <param name="network">The module that the paths begin at.</param>
public abstract class ModuleObserver<T>(Module<T> network) : TapeObserver<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<object, string> paths = PathsOf(network);
    private readonly Stack<string> entered = new();

    /// <summary>The path of the module at work; empty for the network itself.</summary>
    public string Path => entered.TryPeek(out var path) ? path : "";

    /// <inheritdoc/>
    public override void Entered(object module) => entered.Push(paths.GetValueOrDefault(module, Path));

    /// <inheritdoc/>
    public override void Left() => entered.Pop();

    // A module that is registered twice has its first path, as its parameters have.
    private static Dictionary<object, string> PathsOf(Module<T> network)
    {
        var paths = new Dictionary<object, string>();
        foreach (var (path, module) in network.NamedModules) paths.TryAdd(module, path);
        return paths;
    }
}
