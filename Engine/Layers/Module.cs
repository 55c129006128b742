using System.Numerics;

namespace Engine.Layers;

/// <summary>
/// A layer, or a network of layers: it has parameters, buffers and submodules. Each is registered where it is created,
/// <c>weight = Add("weight", ...)</c>. One recursion over them gives the optimizer, the model file and the table of
/// parameters their names. A module has no other state; whether dropout is active is the tape's mode.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
/// using Engine.Layers;
///
/// var gate = new Gate(4, new RandomStream(1));
/// foreach (var (path, parameter) in gate.NamedParameters) Console.WriteLine($"{path} {parameter.Shape}");
/// // prints: value.weight [4, 4]
/// // prints: value.bias [4]
/// // prints: gate.weight [4, 4]
/// // prints: gate.bias [4]
///
/// // A layer of your own is a Layer (one tensor to one tensor) or a Module.
/// internal sealed class Gate : Layer<float>
/// {
///     private readonly Linear<float> value, gate;
///
///     public Gate(int features, RandomStream random)
///     {
///         value = Add("value", new Linear<float>(features, features, random));
///         gate = Add("gate", new Linear<float>(features, features, random));
///     }
///
///     public override Tensor<float> Forward(Tensor<float> x) => value.Forward(x) * Op.Sigmoid(gate.Forward(x));
/// }
/// ]]></code>
/// </example>
public abstract partial class Module<T> : INamedParameters<T>
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

    /// <summary>
    /// Every module within this one under its path, such as <c>encoder.layers.0.self_attn</c>, and this one under "". A
    /// module that is registered without a name has the path of the module around it.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, Module<T>>> NamedModules =>
        [new("", this), .. parts.Where(part => part.Part is Module<T>).SelectMany(part =>
            ((Module<T>)part.Part).NamedModules.Select(inner => new KeyValuePair<string, Module<T>>(
                (part.Name, inner.Key) switch
                {
                    ("", var path) => path,
                    (var name, "") => name,
                    var (name, path) => $"{name}.{path}",
                },
                inner.Value)))];

    /// <summary>
    /// Tells the observer of the tape, if it has one, that this module begins: <c>using var module = Enter(x)</c>.
    /// </summary>
    protected ObservedModule<T> Enter(Tensor<T> x) => x.Tape.Enter(this);

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
