using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry LinearEntry = new(
        "Linear",
        "y = x W^T + b, then max(0, y) if asked for;  dX = dY W, dW = dY^T x, db = sum of dY over the rows " +
        "(dY = 0 where ReLU gave 0)",
        random => LinearCases(random));

    /// <summary>
    /// An affine map of rows, y = x Wᵀ + b, then ReLU if <paramref name="relu"/> says so, in one pass over the result.
    /// It equals <c>Relu(MatMul(x, Transpose(weight)) + bias)</c>. Its twin is <see cref="LinearTwin"/>.
    /// </summary>
    /// <param name="x">[..., inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs], or null for none.</param>
    /// <param name="relu">Whether negative results become 0.</param>
    /// <param name="outputs">Use only these rows of weight and bias, as for one of several stacked projections.</param>
    /// <returns>[..., outputs]. Saves x and, with ReLU, y.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Linear<T>(
        Tensor<T> x, Tensor<T> weight, Tensor<T>? bias = null, bool relu = false, Range? outputs = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var inputs = x.Shape[x.Shape.Dimension("Linear", -1)];
        if (weight.Shape.Rank != 2 || weight.Shape[1] != inputs
            || (bias is not null && bias.Shape != [weight.Shape[0]]))
            throw new ShapeException($"Linear: x {x.Shape} needs a weight of [outputs, {inputs}] and a bias of " +
                $"[outputs], not {weight.Shape} and {bias?.Shape.ToString() ?? "none"}. Transpose the weight?");
        var tape = Tape<T>.Of(LinearEntry, x, weight, bias);
        var (first, columns) = RowsOf(weight.Shape, outputs ?? Range.All);
        var rows = x.Count / inputs;
        var y = tape.Allocate(x.Shape.With(^1, columns)); // [..., outputs]
        var offsets = bias is null ? default : bias.Ordered(tape).Slice(first, columns);
        var used = new WeightRows<T>(weight, first, columns);
        used.Apply(tape, new MatrixView<T>(x.Ordered(tape), rows, inputs), y.Span, new Epilogue<T>(offsets, relu));

        return tape.Record(LinearEntry, y, [x, weight, bias], adjoints =>
        {
            var scratch = relu ? adjoints.Borrow(y.Count) : null;
            var dY = adjoints.Of(y);
            if (scratch is not null)
            {
                Elementwise.Map(default(ReluGradient<T>), dY, y.Data, scratch.Span[..y.Count]);
                dY = scratch.Span[..y.Count];
            }
            var dRows = new MatrixView<T>(dY, rows, columns);
            if (adjoints.Wants(x)) used.ApplyBackward(tape, dRows, adjoints.Into(x));
            if (adjoints.Wants(weight))
                used.AddGradient(dRows, new MatrixView<T>(x.Ordered(tape), rows, inputs), adjoints.Into(weight));
            if (adjoints.Wants(bias)) ColumnSums.Add(dY, adjoints.Into(bias!).Zeroed().Slice(first, columns));
            if (scratch is not null) adjoints.Release(scratch);
        });
    }

    private static (int First, int Count) RowsOf(Shape weight, Range outputs)
    {
        var (start, end) = (outputs.Start.GetOffset(weight[0]), outputs.End.GetOffset(weight[0]));
        return start >= 0 && start < end && end <= weight[0]
            ? (start, end - start)
            : throw new ShapeException(
                $"Linear: outputs {outputs} are not rows of the weight {weight}; use 0..{weight[0]}.");
    }

    private static IEnumerable<GradientCase> LinearCases(RandomStream random)
    {
        foreach (var (rows, inputs, outputs, relu) in ((int, int, int, bool)[])
            [(2, 3, 4, false), (3, 8, 9, false), (1, 17, 7, true), (5, 4, 16, true), (9, 5, 3, true)])
        {
            yield return GradientCase.Of(
                Samples.Normal(random, [rows, inputs]), Samples.Normal(random, [outputs, inputs]),
                Samples.Normal(random, [outputs]), (x, weight, bias) => Linear(x, weight, bias, relu));
        }
        yield return GradientCase.Of(
            Samples.Normal(random, [2, 2, 3]), Samples.Normal(random, [5, 3]), (x, weight) => Linear(x, weight));
        yield return GradientCase.Of(
            Samples.Normal(random, [3, 4]), Samples.Normal(random, [6, 4]), Samples.Normal(random, [6]),
            (x, weight, bias) => Linear(x, weight, bias, outputs: 1..3) + Linear(x, weight, bias, outputs: 4..6))
            with { Description = "two slices of the rows of one weight" };
    }
}
