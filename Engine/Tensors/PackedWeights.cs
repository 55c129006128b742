using System.Numerics;
using Engine.Kernels;

namespace Engine;

/// <summary>
/// Rows of a parameter's matrix in the panels that the matrix product reads. The first request after a write packs
/// them; all steps and threads share the panels until the next write.
/// </summary>
internal sealed class PackedWeights<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Lock packing = new();
    private PackedMatrix<T>? packed;
    private volatile int packedVersion = -1;

    /// <summary>
    /// The panels of <paramref name="matrix"/>, the parameter's matrix at <paramref name="version"/>.
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
