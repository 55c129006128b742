using System.Diagnostics.CodeAnalysis;

namespace Engine.Storage;

/// <summary>How a tensor's elements are stored; the names are those of the safetensors header.</summary>
[SuppressMessage("Naming", "CA1707", Justification = "One name in the code, in the file and in messages.")]
public enum SafeTensorsType
{
    /// <summary>One byte, 0 or 1.</summary>
    BOOL,

    /// <summary>Unsigned, 8 bits.</summary>
    U8,

    /// <summary>Signed, 8 bits.</summary>
    I8,

    /// <summary>Floating point of 8 bits, 5 of them exponent (Micikevicius et al. 2022).</summary>
    F8_E5M2,

    /// <summary>Floating point of 8 bits, 4 of them exponent (Micikevicius et al. 2022).</summary>
    F8_E4M3,

    /// <summary>Signed, 16 bits.</summary>
    I16,

    /// <summary>Unsigned, 16 bits.</summary>
    U16,

    /// <summary>IEEE 754 half precision.</summary>
    F16,

    /// <summary>The upper half of an IEEE 754 single.</summary>
    BF16,

    /// <summary>Signed, 32 bits.</summary>
    I32,

    /// <summary>Unsigned, 32 bits.</summary>
    U32,

    /// <summary>IEEE 754 single precision.</summary>
    F32,

    /// <summary>IEEE 754 double precision.</summary>
    F64,

    /// <summary>Signed, 64 bits.</summary>
    I64,

    /// <summary>Unsigned, 64 bits.</summary>
    U64,
}

internal static class SafeTensorsTypes
{
    private static readonly Dictionary<string, SafeTensorsType> ByName =
        Enum.GetValues<SafeTensorsType>().ToDictionary(type => type.ToString(), StringComparer.Ordinal);

    /// <summary>All names, as a message lists them.</summary>
    public static string Names { get; } = string.Join(", ", Enum.GetNames<SafeTensorsType>());

    /// <summary>
    /// The type that the header calls <paramref name="name"/>; <c>Enum.TryParse</c> would also take "3".
    /// </summary>
    public static bool TryParse(string name, out SafeTensorsType type) => ByName.TryGetValue(name, out type);

    /// <summary>The type as which values of <typeparamref name="T"/> are written.</summary>
    /// <exception cref="NotSupportedException">It is neither float nor double nor long.</exception>
    public static SafeTensorsType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? SafeTensorsType.F32
        : typeof(T) == typeof(double) ? SafeTensorsType.F64
        : typeof(T) == typeof(long) ? SafeTensorsType.I64
        : throw new NotSupportedException(
            $"A tensor of {typeof(T).Name} cannot be written; use float, double or long.");

    extension(SafeTensorsType type)
    {
        /// <summary>Bytes an element.</summary>
        public int Size => type switch
        {
            SafeTensorsType.BOOL or SafeTensorsType.U8 or SafeTensorsType.I8
                or SafeTensorsType.F8_E5M2 or SafeTensorsType.F8_E4M3 => 1,
            SafeTensorsType.I16 or SafeTensorsType.U16 or SafeTensorsType.F16 or SafeTensorsType.BF16 => 2,
            SafeTensorsType.I32 or SafeTensorsType.U32 or SafeTensorsType.F32 => 4,
            _ => 8,
        };
    }
}
