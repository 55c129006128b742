using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// The rows of a parameter's matrix in the panels that the matrix product reads: packed when first asked for after a
/// write, then shared by every step and thread until the next write.
/// </summary>
internal sealed class PackedWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lock packing = new();
    private PackedMatrix<T>? packed;
    private volatile int packedVersion = -1;

    /// <summary>
    /// The panels of <paramref name="matrix"/>, which is the parameter's at <paramref name="version"/>.
    /// </summary>
    public PackedMatrix<T> At(int version, MatrixView<T> matrix)
    {
        if (packedVersion == version) return packed!;
        lock (packing)
        {
            if (packedVersion == version) return packed!;
            if (packed is null) packed = new PackedMatrix<T>(matrix);
            else packed.Pack(matrix);
            packedVersion = version;
            return packed;
        }
    }
}
