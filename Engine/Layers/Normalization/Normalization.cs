using System.Numerics;

namespace Engine.Layers;

/// <summary>The kind of normalization that a model applies to its rows.</summary>
public enum Normalization
{
    /// <summary>
    /// Each row over its features (<see cref="LayerNorm{T}"/>), as in Vaswani et al. 2017.
    /// </summary>
    Layer,

    /// <summary>Each row by its root mean square (<see cref="RmsNorm{T}"/>).</summary>
    Rms,

    /// <summary>
    /// Each feature over all rows of the batch (<see cref="BatchNorm{T}"/>); after training, by running statistics. In
    /// training, a row depends on all other rows through the batch's mean and variance, also on later positions of the
    /// decoder.
    /// </summary>
    Batch,

    /// <summary>
    /// Each feature over the positions of a sentence (<see cref="InstanceNorm{T}"/>). In the decoder, where a row must
    /// not depend on later rows, each row is an instance of its own, which is the same as <see cref="Layer"/>.
    /// </summary>
    Instance,

    /// <summary>
    /// Each group of features over the positions of a sentence (<see cref="GroupNorm{T}"/>); in the decoder, over each
    /// row alone.
    /// </summary>
    Group,
}

internal static class Normalizations
{
    extension(Normalization normalization)
    {
        /// <summary>Creates a layer of this kind.</summary>
        public Norm<T> Create<T>(int features, int groups)
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => normalization switch
        {
            Normalization.Layer => new LayerNorm<T>(features),
            Normalization.Rms => new RmsNorm<T>(features),
            Normalization.Batch => new BatchNorm<T>(features),
            Normalization.Instance => new InstanceNorm<T>(features),
            Normalization.Group => new GroupNorm<T>(groups, features),
            _ => throw new ArgumentOutOfRangeException(
                nameof(normalization), normalization,
                $"Normalization: the kind must be one of {string.Join(", ", Enum.GetNames<Normalization>())}."),
        };
    }
}
