using System.Numerics;

namespace Engine;

/// <summary>
/// The shapes of normalizations over channels: [batch, channels, length] to rows of channels and back, and the checks
/// that these normalizations share.
/// </summary>
internal static class Channels
{
    /// <summary>
    /// [batch, channels, length] as [batch * length, channels]: each element of the batch is a sequence.
    /// </summary>
    public static (Tensor<T> Rows, SequenceLayout Layout) ToRows<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (batch, channels, length) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        var rows = Op.Reshape(Op.Transpose(x), [batch * length, channels]); // [batch * length, channels]
        return (rows, SequenceLayout.Full(batch, length));
    }

    /// <summary>[batch * length, channels] as <paramref name="shape"/>, [batch, channels, length].</summary>
    public static Tensor<T> FromRows<T>(Tensor<T> rows, Shape shape)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Op.Transpose(Op.Reshape(rows, [shape[0], shape[2], shape[1]])); // [batch, channels, length]

    /// <summary>Checks gamma, beta and epsilon.</summary>
    public static void Check<T>(string operation, Shape x, Tensor<T> gamma, Tensor<T> beta, double epsilon)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (x.Rank is not (2 or 3))
            throw new ShapeException($"{operation}: x {x} must be [rows, channels] or [batch, channels, length]. " +
                "Reshape it?");
        Shape channels = [x[1]];
        if (gamma.Shape != channels || beta.Shape != channels)
            throw new ShapeException($"{operation}: x {x} has {x[1]} channels; gamma {gamma.Shape} and " +
                $"beta {beta.Shape} must be {channels}.");
        if (!(epsilon >= 0))
            throw new ArgumentOutOfRangeException(
                nameof(epsilon), epsilon, $"{operation}: epsilon must be at least 0.");
    }

    /// <summary>Checks that a layout has the number of rows of x.</summary>
    public static void Check(string operation, Shape x, SequenceLayout layout)
    {
        if (x.Rank != 2 || x[0] != layout.Rows)
            throw new ShapeException($"{operation}: with a layout of {layout.Rows} rows x must be " +
                $"[{layout.Rows}, channels], not {x}.");
    }

    /// <summary>Checks that the groups divide the channels.</summary>
    public static void CheckGroups(int channels, int groups)
    {
        if (groups < 1 || channels % groups != 0)
            throw new ShapeException($"GroupNorm: {channels} channels do not fall into {groups} groups; " +
                "their number must be a divisor of the channels'.");
    }
}
