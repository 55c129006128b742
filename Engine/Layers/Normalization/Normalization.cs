using System.Numerics;

namespace Engine.Layers;

/// <summary>How a model normalizes its rows.</summary>
public enum Normalization
{
    /// <summary>Each row over its features (<see cref="LayerNorm{T}"/>), the paper's.</summary>
    Layer,

    /// <summary>Each row by its root mean square (<see cref="RmsNorm{T}"/>).</summary>
    Rms,

    /// <summary>
    /// Each feature over all rows of the batch (<see cref="BatchNorm{T}"/>), or by running statistics in use. In
    /// training a row sees all others, the decoder's future among them, through the batch's statistics.
    /// </summary>
    Batch,

    /// <summary>
    /// Each feature over the positions of a sentence (<see cref="InstanceNorm{T}"/>). A decoder's row must not see its
    /// future; there each row is an instance by itself, which is <see cref="Layer"/>.
    /// </summary>
    Instance,

    /// <summary>
    /// Groups of features over the positions of a sentence (<see cref="GroupNorm{T}"/>); in the decoder, over each row
    /// by itself.
    /// </summary>
    Group,
}

internal static class Normalizations
{
    extension(Normalization normalization)
    {
        /// <summary>A new layer of that kind.</summary>
        public Norm<T> Create<T>(int features, int groups)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => normalization switch
        {
            Normalization.Layer => new LayerNorm<T>(features),
            Normalization.Rms => new RmsNorm<T>(features),
            Normalization.Batch => new BatchNorm<T>(features),
            Normalization.Instance => new InstanceNorm<T>(features),
            Normalization.Group => new GroupNorm<T>(groups, features),
            _ => throw new ArgumentOutOfRangeException(
                nameof(normalization), normalization, "Normalization: there is no such kind."),
        };
    }
}
