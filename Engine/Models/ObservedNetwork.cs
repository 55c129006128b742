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
    /// </summary>
    public const string ResidualInput = "input", SublayerOutput = "sublayer", ResidualOutput = "output";

    /// <summary>What a norm reads and what it writes, [rows, dModel].</summary>
    public const string NormInput = "norm input", NormOutput = "norm output";

    /// <summary>What an encoder or a decoder leaves, [rows, dModel].</summary>
    public const string Result = "result";

    /// <summary>A part: the input that a residual sum adds. Without it, a sublayer's output is alone.</summary>
    public const string Residual = "residual";
}
