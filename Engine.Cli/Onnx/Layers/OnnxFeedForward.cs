using System.Diagnostics;
using Engine.Layers;

namespace Engine.Cli;

/// <summary>The layer FeedForward, plain or gated, with each activation.</summary>
internal static class OnnxFeedForward
{
    /// <summary>Adds the layer.</summary>
    /// <param name="n">The network.</param>
    /// <param name="path">The path of the layer around it, whose name its maps have.</param>
    /// <param name="x">[batch, length, dModel].</param>
    /// <returns>[batch, length, dModel].</returns>
    public static OnnxValue Add(OnnxNetwork n, string path, OnnxValue x) => n.Configuration.Activation switch
    {
        Activation.Glu => Gated(n, path, x, gate => gate.Then("Sigmoid")),
        Activation.Geglu => Gated(n, path, x, Gelu),
        Activation.Swiglu => Gated(n, path, x, Silu),
        Activation.Relu => Plain(n, path, x, y => y.Then("Relu")),
        Activation.Gelu => Plain(n, path, x, Gelu),
        Activation.GeluTanh => Plain(n, path, x, GeluTanh),
        Activation.Silu => Plain(n, path, x, Silu),
        Activation.LeakyRelu => Plain(n, path, x, y => y.Then("LeakyRelu", ("alpha", Op.LeakyReluSlope))),
        Activation.Elu => Plain(n, path, x, y => y.Then("Elu")),
        Activation.Softplus => Plain(n, path, x, y => y.Then("Softplus")),
        Activation.Tanh => Plain(n, path, x, y => y.Then("Tanh")),
        Activation.Sigmoid => Plain(n, path, x, y => y.Then("Sigmoid")),
        _ => throw new UnreachableException(),
    };

    private static OnnxValue Plain(OnnxNetwork n, string path, OnnxValue x, Func<OnnxValue, OnnxValue> f) =>
        OnnxLinear.Add(n, path + ".linear2", f(OnnxLinear.Add(n, path + ".linear1", x)));

    private static OnnxValue Gated(OnnxNetwork n, string path, OnnxValue x, Func<OnnxValue, OnnxValue> f) =>
        OnnxLinear.Add(n, path + ".w2", f(OnnxLinear.Add(n, path + ".w1", x)) * OnnxLinear.Add(n, path + ".w3", x));

    private static OnnxValue Silu(OnnxValue x) => x * x.Then("Sigmoid");

    private static OnnxValue Gelu(OnnxValue x) => x * ((x * Math.Sqrt(0.5)).Then("Erf") + 1) * 0.5;

    private static OnnxValue GeluTanh(OnnxValue x) =>
        x * (((x + (x * x * x * 0.044715)) * Math.Sqrt(2 / Math.PI)).Then("Tanh") + 1) * 0.5;
}
