using System.Diagnostics.CodeAnalysis;

namespace Engine.Storage;

/// <summary>The type of a tensor's stored elements, by its name in the safetensors header.</summary>
[SuppressMessage("Naming", "CA1707", Justification = "One name in the code, in the file and in messages.")]
public enum SafeTensorsType
{
    /// <summary>One byte, 0 or 1.</summary>
    BOOL,

    /// <summary>Floating point of 4 bits, 2 of them exponent (OCP Microscaling Formats 1.0); two fill a byte.</summary>
    F4,

    /// <summary>Floating point of 6 bits, 2 of them exponent (OCP Microscaling); four fill three bytes.</summary>
    F6_E2M3,

    /// <summary>Floating point of 6 bits, 3 of them exponent (OCP Microscaling); four fill three bytes.</summary>
    F6_E3M2,

    /// <summary>Unsigned, 8 bits.</summary>
    U8,

    /// <summary>Signed, 8 bits.</summary>
    I8,

    /// <summary>Floating point of 8 bits, 5 of them exponent (Micikevicius et al. 2022).</summary>
    F8_E5M2,

    /// <summary>Floating point of 8 bits, 4 of them exponent (Micikevicius et al. 2022).</summary>
    F8_E4M3,

    /// <summary>A power of two in 8 bits: the scale of a block of numbers with fewer bits (OCP Microscaling).</summary>
    F8_E8M0,

    /// <summary>As F8_E4M3, with one NaN in place of negative zero (Noune et al. 2022).</summary>
    F8_E4M3FNUZ,

    /// <summary>As F8_E5M2, with one NaN in place of negative zero and no infinities (Noune et al. 2022).</summary>
    F8_E5M2FNUZ,

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

    /// <summary>Complex: two IEEE 754 singles, the real part first.</summary>
    C64,

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

    /// <summary>All names, for a message.</summary>
    public static string Names { get; } = string.Join(", ", Enum.GetNames<SafeTensorsType>());

    /// <summary>
    /// The type that the header calls <paramref name="name"/>; <c>Enum.TryParse</c> would also take "3".
    /// </summary>
    public static bool TryParse(string name, out SafeTensorsType type) => ByName.TryGetValue(name, out type);

    /// <summary>The type that stores values of <typeparamref name="T"/> exactly.</summary>
    /// <exception cref="NotSupportedException">The values are neither float nor double nor long.</exception>
    public static SafeTensorsType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? SafeTensorsType.F32
        : typeof(T) == typeof(double) ? SafeTensorsType.F64
        : typeof(T) == typeof(long) ? SafeTensorsType.I64
        : throw new NotSupportedException(
            $"A tensor of {typeof(T).Name} cannot be written; use float, double or long.");

    extension(SafeTensorsType type)
    {
        /// <summary>The bits of an element; the elements of a tensor together fill whole bytes.</summary>
        public int Bits => type switch
        {
            SafeTensorsType.F4 => 4,
            SafeTensorsType.F6_E2M3 or SafeTensorsType.F6_E3M2 => 6,
            SafeTensorsType.I16 or SafeTensorsType.U16 or SafeTensorsType.F16 or SafeTensorsType.BF16 => 16,
            SafeTensorsType.I32 or SafeTensorsType.U32 or SafeTensorsType.F32 => 32,
            SafeTensorsType.C64 or SafeTensorsType.F64 or SafeTensorsType.I64 or SafeTensorsType.U64 => 64,
            _ => 8,
        };

        /// <summary>Whether elements are converted to and from float and double.</summary>
        public bool IsNumber =>
            type is SafeTensorsType.F64 or SafeTensorsType.F32 or SafeTensorsType.F16 or SafeTensorsType.BF16;

        /// <summary>Whether elements are read as long; booleans are read as 0 and 1.</summary>
        public bool IsInteger =>
            type is SafeTensorsType.BOOL or SafeTensorsType.U8 or SafeTensorsType.I8 or SafeTensorsType.I16
                or SafeTensorsType.U16 or SafeTensorsType.I32 or SafeTensorsType.U32 or SafeTensorsType.I64
                or SafeTensorsType.U64;
    }
}
