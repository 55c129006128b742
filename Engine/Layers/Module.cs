using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// A layer, or a network of layers: it has parameters, buffers and submodules. Each is registered where it is created,
/// <c>weight = Add("weight", ...)</c>. One recursion over them gives the optimizer, the model file and the table of
/// parameters their names. A module has no other state; whether dropout is active is the tape's mode.
/// </summary>
public abstract class Module<T> : INamedParameters<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<(string Name, object Part)> parts = [];

    /// <summary>
    /// Every parameter under its path, such as <c>encoder.layers.0.norm1.weight</c>, in the order of registration. A
    /// parameter that several modules share appears once, under its first path.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, Parameter<T>>> NamedParameters => Collect<Parameter<T>>("", [], []);

    /// <summary>
    /// Every buffer under its path, such as <c>encoder.norm.running_mean</c>, in the order of registration.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, Buffer<T>>> NamedBuffers => Collect<Buffer<T>>("", [], []);

    /// <summary>Every parameter once, in the order of <see cref="NamedParameters"/>.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => [.. NamedParameters.Select(named => named.Value)];

    /// <summary>Registers a new parameter.</summary>
    protected Parameter<T> Add(string name, Tensor<T> value) => Add(name, new Parameter<T>(name, value));

    /// <summary>Registers a parameter. Two modules that register the same parameter share it.</summary>
    protected Parameter<T> Add(string name, Parameter<T> parameter)
    {
        Register(name, parameter);
        return parameter;
    }

    /// <summary>Registers a buffer.</summary>
    protected Buffer<T> Add(Buffer<T> buffer)
    {
        Register(buffer.Name, buffer);
        return buffer;
    }

    /// <summary>Registers a submodule. With an empty name its parameters have no prefix of their own.</summary>
    protected TModule Add<TModule>(string name, TModule module)
        where TModule : Module<T>
    {
        Register(name, module);
        return module;
    }

    private void Register(string name, object part)
    {
        if (name.Length > 0 && parts.Exists(known => known.Name == name))
            throw new ArgumentException($"{GetType().Name}: '{name}' is registered twice; " +
                "each part needs a name of its own.");
        parts.Add((name, part));
    }

    private List<KeyValuePair<string, TPart>> Collect<TPart>(
        string prefix, List<KeyValuePair<string, TPart>> found, HashSet<TPart> seen)
    {
        foreach (var (name, part) in parts)
        {
            if (part is TPart wanted && seen.Add(wanted)) found.Add(new(prefix + name, wanted));
            (part as Module<T>)?.Collect(name.Length == 0 ? prefix : prefix + name + ".", found, seen);
        }
        return found;
    }
}
