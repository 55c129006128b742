
namespace Engine.Tests.Operations;

/// <summary>Normalizations as their formulas read, composed of primitive operations.</summary>
internal static class Twins
{
    public static Tensor<double> RmsNorm(Tensor<double> x, Tensor<double> gamma, double epsilon) =>
        gamma * (x / Root(Op.Mean(x * x, -1, keepDimension: true), epsilon));

    /// <summary>[rows, channels] or [batch, channels, length].</summary>
    public static Tensor<double> BatchNorm(
        Tensor<double> x, Tensor<double> gamma, Tensor<double> beta, double epsilon)
    {
        Tensor<double> Mean(Tensor<double> x)
        {
            var mean = Op.Mean(x, 0, keepDimension: true); // [1, channels, ...]
            return x.Shape.Rank == 3 ? Op.Mean(mean, 2, keepDimension: true) : mean;
        }

        var centred = x - Mean(x);
        return Affine(centred / Root(Mean(centred * centred), epsilon), gamma, beta);
    }

    public static Tensor<double> BatchNorm(
        Tensor<double> x, Tensor<double> gamma, Tensor<double> beta, Numbers mean, Numbers variance, double epsilon)
    {
        var tape = x.Tape;
        return Affine(
            (x - Along(x, mean.On(tape))) / Root(Along(x, variance.On(tape)), epsilon), gamma, beta);
    }

    /// <summary>[batch, channels, length].</summary>
    public static Tensor<double> InstanceNorm(
        Tensor<double> x, Tensor<double> gamma, Tensor<double> beta, double epsilon) =>
        GroupNorm(x, x.Shape[1], gamma, beta, epsilon);

    /// <summary>[batch, channels, length] or [batch, channels].</summary>
    public static Tensor<double> GroupNorm(
        Tensor<double> x, int groups, Tensor<double> gamma, Tensor<double> beta, double epsilon)
    {
        var grouped = Op.Reshape(x, [x.Shape[0], groups, x.Count / x.Shape[0] / groups]);
        var centred = grouped - Op.Mean(grouped, -1, keepDimension: true);
        var xHat = centred / Root(Op.Mean(centred * centred, -1, keepDimension: true), epsilon);
        return Affine(Op.Reshape(xHat, x.Shape), gamma, beta);
    }

    /// <summary>Each sequence's real rows through <paramref name="normalize"/>; rows of padding become 0.</summary>
    public static Tensor<double> OverSequences(
        Tensor<double> x, SequenceLayout layout, Func<Tensor<double>, Tensor<double>> normalize)
    {
        var parts = new List<Tensor<double>>();
        for (var s = 0; s < layout.Sequences; s++)
        {
            var (start, length, extent) = (layout.Start(s), layout.Length(s), layout.Extent(s));
            if (length > 0) parts.Add(normalize(Op.Slice(x, 0, start, length)));
            if (extent > length) parts.Add(Tensor<double>.Zeros([extent - length, x.Shape[1]]));
        }
        return Op.Concatenate([.. parts], 0);
    }

    /// <summary>Rows of one sequence, [length, channels], through a map of [batch, channels, length].</summary>
    public static Tensor<double> OfChannels(Tensor<double> rows, Func<Tensor<double>, Tensor<double>> normalize)
    {
        var (length, channels) = (rows.Shape[0], rows.Shape[1]);
        var y = normalize(Op.Reshape(Op.Transpose(rows), [1, channels, length]));
        return Op.Transpose(Op.Reshape(y, [channels, length])); // [length, channels]
    }

    /// <summary>All real rows together through <paramref name="normalize"/>; rows of padding become 0.</summary>
    public static Tensor<double> OverRealRows(
        Tensor<double> x, SequenceLayout layout, Func<Tensor<double>, Tensor<double>> normalize)
    {
        var sequences = Enumerable.Range(0, layout.Sequences).Where(s => layout.Length(s) > 0).ToArray();
        var real = sequences.Select(s => Op.Slice(x, 0, layout.Start(s), layout.Length(s))).ToArray();
        if (real.Length == 0) return Op.Scale(x, 0);
        var y = normalize(Op.Concatenate(real, 0)); // [real rows, channels]
        var next = 0;
        return OverSequences(x, layout, rows =>
        {
            var first = next;
            next += rows.Shape[0];
            return Op.Slice(y, 0, first, rows.Shape[0]);
        });
    }

    private static Tensor<double> Affine(Tensor<double> xHat, Tensor<double> gamma, Tensor<double> beta) =>
        xHat * Along(xHat, gamma) + Along(xHat, beta);

    /// <summary>A number for each channel, in a shape that broadcasts along dimension 1.</summary>
    private static Tensor<double> Along(Tensor<double> x, Tensor<double> perChannel) =>
        x.Shape.Rank == 3 ? Op.Reshape(perChannel, [perChannel.Count, 1]) : perChannel;

    private static Tensor<double> Root(Tensor<double> variance, double epsilon) =>
        Op.Sqrt(variance + Tensor<double>.From([], [epsilon]));
}
