using System.Numerics;
using Engine.Layers;

namespace Engine.Models;

/// <summary>What a tape's observer sees of networks beside their attention, and which parts it may leave out.</summary>
public static class ObservedNetwork
{
    /// <summary>Embedded tokens, times √dModel, [rows, dModel].</summary>
    public const string Embedded = "embedded";

    /// <summary>Positions that are added to embedded tokens, [rows, dModel]; as a part: their sum.</summary>
    public const string Positions = "positions";

    /// <summary>
    /// Of a residual sum, [rows, dModel]: what enters it, what the sublayer makes of its input, and what leaves it.
    /// With post-norm the sublayer reads what enters, and the norm reads the sum; with pre-norm the norm comes first.
    /// Convolutional networks have no norms: each sum is scaled to the variance of one row.
    /// </summary>
    public const string ResidualInput = "input", SublayerOutput = "sublayer", ResidualOutput = "output";

    /// <summary>What a norm reads and what it writes, [rows, dModel].</summary>
    public const string NormInput = "norm input", NormOutput = "norm output";

    /// <summary>What an encoder or a decoder leaves, [rows, dModel].</summary>
    public const string Result = "result";

    /// <summary>A part: the input that a residual sum adds. Without it, a sublayer's output is alone.</summary>
    public const string Residual = "residual";

    /// <summary>
    /// Adds a vector of its position to each embedded token, unless an observer leaves positions out.
    /// </summary>
    /// <returns>[rows, dModel].</returns>
    internal static Tensor<T> AddPositions<T>(
        Tape<T> tape, Tensor<T> x, IPositions<T> positions, SequenceLayout layout, int first = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rows = positions.Forward(tape, layout, first); // [rows, dModel]
        if (tape.Observer is { } observer)
        {
            observer.Saw(Positions, rows.Shape, rows.ToArray());
            if (observer.Omits(Positions)) return x;
        }
        return Op.Add(x, rows);
    }
}
