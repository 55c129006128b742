using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// Something with parameters: a layer, or layers put together. Parameters and parts are registered where they are
/// created, <c>weight = Add("weight", ...)</c>, and one recursion over them serves the optimizer, the model file and
/// the table of parameters. A module has no state besides its parameters; whether dropout drops is the tape's matter.
/// </summary>
public abstract class Module<T> : INamedParameters<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<(string Name, Parameter<T>? Parameter, Module<T>? Module)> parts = [];

    /// <summary>
    /// Every parameter under its path, such as <c>encoder.layers.0.norm1.weight</c>, in the order of creation. One that
    /// is used in several places appears once, under its first path.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, Parameter<T>>> NamedParameters
    {
        get
        {
            var found = new List<KeyValuePair<string, Parameter<T>>>();
            Collect("", found, []);
            return found;
        }
    }

    /// <summary>Every parameter once, in the order of <see cref="NamedParameters"/>.</summary>
    public IReadOnlyList<Parameter<T>> Parameters => [.. NamedParameters.Select(named => named.Value)];

    /// <summary>Registers a new parameter.</summary>
    protected Parameter<T> Add(string name, Tensor<T> value) => Add(name, new Parameter<T>(name, value));

    /// <summary>Registers a parameter, which may be another module's too: then both use the same numbers.</summary>
    protected Parameter<T> Add(string name, Parameter<T> parameter)
    {
        Register(name, parameter, null);
        return parameter;
    }

    /// <summary>Registers a part; with an empty name its parameters appear as this module's own.</summary>
    protected TModule Add<TModule>(string name, TModule module)
        where TModule : Module<T>
    {
        Register(name, null, module);
        return module;
    }

    private void Register(string name, Parameter<T>? parameter, Module<T>? module)
    {
        if (name.Length > 0 && parts.Exists(part => part.Name == name))
            throw new ArgumentException($"{GetType().Name}: '{name}' is registered twice; " +
                "each part needs a name of its own.");
        parts.Add((name, parameter, module));
    }

    private void Collect(string prefix, List<KeyValuePair<string, Parameter<T>>> found, HashSet<Parameter<T>> seen)
    {
        foreach (var (name, parameter, module) in parts)
        {
            if (parameter is not null && seen.Add(parameter)) found.Add(new(prefix + name, parameter));
            module?.Collect(name.Length == 0 ? prefix : prefix + name + ".", found, seen);
        }
    }
}
