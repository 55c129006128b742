using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    /// <summary>y = f(gate) · value, element by element, given f and its gradient from its input.</summary>
    private static Tensor<T> Gate<T, TFunction, TGradient>(
        CatalogueEntry entry, Tensor<T> gate, Tensor<T> value, TFunction f, TGradient gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TFunction : struct, IUnaryFunction<T>
        where TGradient : struct, IBinaryFunction<T>
    {
        if (gate.Shape != value.Shape)
            throw new ShapeException($"{entry}: gate {gate.Shape} and value {value.Shape} must have one shape. " +
                "Reshape one?");
        var tape = Tape<T>.Of(entry, gate, value);
        var y = tape.Allocate(value.Shape);
        var gated = new Gated<T, TFunction>(f);
        Elementwise.Map(gated, gate.Ordered(tape), value.Ordered(tape), y.Span);
        return tape.Record(entry, y, [gate, value], adjoints =>
        {
            var dY = adjoints.Of(y);
            if (adjoints.Wants(gate))
            {
                var dGate = adjoints.Into(gate);
                Elementwise.Map(
                    new GateGradient<T, TGradient>(gradient), dY, gate.Ordered(tape), value.Ordered(tape), dGate.Span,
                    dGate.Accumulate);
            }
            if (!adjoints.Wants(value)) return;
            var dValue = adjoints.Into(value);
            Elementwise.Map(gated, gate.Ordered(tape), dY, dValue.Span, dValue.Accumulate);
        });
    }

    private static IEnumerable<GradientCase> GateCases(
        RandomStream random, Func<Tensor<double>, Tensor<double>, Tensor<double>> f)
    {
        foreach (var shape in (Shape[])[[], [7], [8], [9], [3, 17], [2, 3, 5]])
            yield return GradientCase.Of(Samples.Normal(random, shape), Samples.Normal(random, shape), f);
        yield return GradientCase.Of(Samples.Normal(random, [2, 5]), x => f(x, x)) with
            { Description = "[2, 5] with itself" };
    }
}
