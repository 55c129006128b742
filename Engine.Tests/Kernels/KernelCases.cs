using System.Numerics;
using Engine.Kernels;
using Engine.Optimizers;

namespace Engine.Tests.Kernels;

/// <summary>
/// Every kernel with arguments made from a row's length: what it writes, all its results one behind the other.
/// </summary>
internal static class KernelCases<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = 3;

    public static readonly IReadOnlyDictionary<string, Func<int, T[]>> All = new Dictionary<string, Func<int, T[]>>
    {
        ["Elementwise"] = n =>
        {
            var y = Normal(n, 1);
            Elementwise.Map(default(Gelu<T>), Normal(n, 2), y, accumulate: true);
            Elementwise.Map(default(Multiply<T>), Normal(n, 3), Normal(n, 4), y, accumulate: true);
            Elementwise.Map(
                default(GateGradient<T, SigmoidGradientOfInput<T>>), Normal(n, 5), Normal(n, 6), Normal(n, 7), y,
                accumulate: true);
            return y.ToArray();
        },
        ["Reductions"] = n =>
        {
            var x = Normal(n, 1);
            var z = Normal(n, 2);
            return [Reductions.Sum<T>(x), Reductions.Dot<T>(x, z), Reductions.SumOfMagnitudes<T>(x)];
        },
        ["RowMaximum"] = n =>
        {
            var maxima = Zeros(Rows);
            RowMaximum.OfEach<T>(Normal(Rows * n, 1), n, maxima);
            return maxima.ToArray();
        },
        ["ColumnSums"] = n =>
        {
            var sums = Normal(n, 1);
            ColumnSums.Add<T>(Normal(Rows * n, 2), sums);
            return sums.ToArray();
        },
        ["ColumnNormKernel"] = n =>
        {
            var x = Normal(Rows * n, 1);
            var z = Normal(Rows * n, 2);
            var mean = Normal(n, 3);
            var sums = Normal(n, 4);
            ColumnNormKernel.AddProducts<T>(x, mean, z, sums);
            var y = Normal(Rows * n, 5);
            ColumnNormKernel.Map<T>(x, mean, sums, Normal(n, 6), z, Normal(n, 7), y, accumulate: true);
            return [.. sums, .. y];
        },
        ["SoftmaxKernel"] = n =>
        {
            var y = Zeros(Rows * n);
            var dX = Normal(Rows * n, 1);
            SoftmaxKernel.Forward<T>(Normal(Rows * n, 2), y, n);
            SoftmaxKernel.Backward<T>(y, Normal(Rows * n, 3), dX, n, accumulate: true);
            return [.. y, .. dX];
        },
        ["AttentionKernel"] = n =>
        {
            var stride = AttentionKernel<T>.Stride(n);
            var weights = Normal(Rows * stride, 1);
            var gradients = Normal(Rows * stride, 2);
            var kernel = new AttentionKernel<T>(T.CreateChecked(0.3), causal: true, Rows, n);
            kernel.ToWeights(weights);
            kernel.ToScoreGradients(weights, gradients);
            return [.. weights, .. gradients];
        },
        ["StepAttentionKernel"] = n =>
        {
            const int Heads = 2, Count = 5;
            var dModel = Heads * n;
            var y = Zeros(Heads * n);
            var kept = Zeros(Heads * Count);
            StepAttentionKernel.Run<T>(
                Normal(dModel, 1), dModel, Normal(Count * 2 * dModel, 2), Heads, Buffers.Of<int>([0, 3, 1, 4, 2]),
                Buffers.Of<int>([0]), Buffers.Of<int>([Count]),
                Zeros(StepAttentionKernel.ScratchSize(Heads, Count)), y, kept);
            return [.. y, .. kept];
        },
        ["OnlineSoftmax"] = n =>
        {
            var state = Zeros(Rows * OnlineSoftmax<T>.NumbersPerRow);
            var first = Normal(Rows * n, 1);
            var second = Normal(Rows * n, 2);
            var softmax = new OnlineSoftmax<T>(state);
            softmax.Begin();
            softmax.Exponentials(first);
            softmax.Exponentials(second);
            return [.. state, .. first, .. second];
        },
        ["LogitKernel"] = n =>
        {
            var logits = Normal(Rows * n, 1);
            var maxima = Zeros(Rows);
            var max = Zeros(Rows);
            var sum = Buffers.Of<double>(Rows);
            max.Fill(T.NegativeInfinity);
            RowMaximum.OfEach<T>(logits, n, maxima);
            LogitKernel.AddToSums<T>(logits, maxima, max, sum);
            return [.. max, .. sum.ToArray().Select(T.CreateChecked)];
        },
        ["CrossEntropyKernel"] = n =>
        {
            var derivative = Zeros(Rows * n);
            var targets = Buffers.Of<int>([0, n - 1, -1]);
            var loss = CrossEntropyKernel.Forward<T>(Normal(Rows * n, 1), targets, -1, 0.1, derivative, 0.5);
            return [T.CreateChecked(loss), .. derivative];
        },
        ["RDropKernel"] = n =>
        {
            var first = Normal(Rows * n, 1);
            var second = Normal(Rows * n, 2);
            var targets = Buffers.Of<int>([0, n - 1, n / 2]);
            var loss = RDropKernel.Replace<T>(first, second, Zeros(n), targets, 0.1, 0.7, 0.5);
            return [T.CreateChecked(loss), .. first, .. second];
        },
        ["LayerNormKernel"] = n =>
        {
            var x = Normal(Rows * n, 1);
            var gamma = Normal(n, 2);
            var dY = Normal(Rows * n, 3);
            var y = Zeros(Rows * n);
            var mean = Zeros(Rows);
            var rstd = Zeros(Rows);
            LayerNormKernel.Forward<T>(x, gamma, Normal(n, 4), T.CreateChecked(1e-5), y, mean, rstd);
            var dX = Normal(Rows * n, 5);
            var dGamma = Normal(n, 6);
            var dBeta = Normal(n, 7);
            LayerNormKernel.Backward<T>(x, gamma, mean, rstd, dY, dX, accumulate: true, dGamma, dBeta);
            return [.. y, .. mean, .. rstd, .. dX, .. dGamma, .. dBeta];
        },
        ["RmsNormKernel"] = n =>
        {
            var x = Normal(Rows * n, 1);
            var gamma = Normal(n, 2);
            var dY = Normal(Rows * n, 3);
            var y = Zeros(Rows * n);
            var rstd = Zeros(Rows);
            RmsNormKernel.Forward<T>(x, gamma, T.CreateChecked(1e-5), y, rstd);
            var dX = Normal(Rows * n, 4);
            var dGamma = Normal(n, 5);
            RmsNormKernel.Backward<T>(x, gamma, rstd, dY, Zeros(n), dX, accumulate: true, dGamma);
            return [.. y, .. rstd, .. dX, .. dGamma];
        },
        ["DropoutKernel"] = n =>
        {
            var dropout = new DropoutKernel<T>(0.3, new RandomStream(7));
            var y = Normal(n, 1);
            dropout.Apply(Normal(n, 2), y, accumulate: true, index: 16);
            return y.ToArray();
        },
        ["RelativeDistances"] = n =>
        {
            var distances = new RelativeDistances(2);
            var byKey = Normal(n, 1);
            var byDistance = Normal(distances.Count, 2);
            distances.Spread<T>(byDistance, n / 2, byKey);
            distances.Sum<T>(byKey, n / 2, byDistance);
            return [.. byKey, .. byDistance];
        },
        ["StepRule"] = n =>
        [
            .. Updated(n, p => new Adam<T>(p, weightDecay: 0.1)), .. Updated(n, p => new AdamW<T>(p)),
            .. Updated(n, p => new NAdam<T>(p)), .. Updated(n, p => new Sgd<T>(p, 0.1, momentum: 0.9)),
            .. Updated(n, p => new RmsProp<T>(p)), .. Updated(n, p => new Adagrad<T>(p)),
            .. Updated(n, p => new Adadelta<T>(p)), .. Updated(n, p => new Lion<T>(p)),
        ],
        ["RecurrentCell"] = n => [.. Cell<RnnCell<T>>(n), .. Cell<GruCell<T>>(n), .. Cell<LstmCell<T>>(n)],
        ["MatrixProduct"] = n => Product(n, (a, b, c, bias) =>
            MatrixProduct.Multiply(a, b, c, n, accumulate: true, epilogue: new(bias, relu: true))),
        ["PackedMatrix"] = n => Product(n, (a, b, c, bias) =>
            MatrixProduct.Multiply(a, new PackedMatrix<T>(b), c, n, accumulate: true, epilogue: new(bias, relu: true))),
    };

    private delegate void Multiply(MatrixView<T> a, MatrixView<T> b, Span<T> c, Span<T> bias);

    private static T[] Product(int n, Multiply multiply)
    {
        const int M = 14, K = 21;
        var c = Normal(M * n, 1);
        multiply(new(Normal(M * K, 2), M, K), new(Normal(K * n, 3), K, n), c, Normal(n, 4));
        return c.ToArray();
    }

    private static T[] Cell<TCell>(int n)
        where TCell : IRecurrentCell<T>
    {
        var projected = Normal(Rows * TCell.Gates * n, 1);
        var hidden = Normal(Rows * TCell.Gates * n, 2);
        var before = Normal(Rows * TCell.States * n, 3);
        var after = Zeros(Rows * TCell.States * n);
        var saved = Zeros(Rows * TCell.Saved * n);
        RecurrentCell<T, TCell>.Forward(Buffers.Of<int>([2, 0, 1]), projected, hidden, before, saved, after, n);
        var dStates = Normal(after.Length, 4);
        RecurrentCell<T, TCell>.Backward(Rows, saved, before, after, dStates, projected, hidden, n);
        return [.. after, .. saved, .. dStates, .. projected, .. hidden];
    }

    private static T[] Updated(int n, Func<Parameter<T>[], Optimizer<T>> create)
    {
        var parameter = new Parameter<T>("x", Tensor<T>.From([n], Normal(n, 1).ToArray()));
        var (optimizer, gradients) = (create([parameter]), new GradientSet<T>([parameter]));
        for (var step = 0; step < 3; step++)
        {
            Normal(n, 2 + step).CopyTo(gradients[parameter]);
            optimizer.Step(gradients, scale: 0.7);
        }
        return parameter.Value.ToArray();
    }

    private static Span<T> Zeros(int count) => Buffers.Of<T>(count);

    private static Span<T> Normal(int count, long seed)
    {
        var random = new RandomStream(seed);
        var numbers = Zeros(count);
        for (var i = 0; i < count; i++) numbers[i] = T.CreateChecked(random.NextNormal());
        return numbers;
    }
}
