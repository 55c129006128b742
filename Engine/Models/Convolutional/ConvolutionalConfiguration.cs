namespace Engine.Models;

/// <summary>The sizes and choices that make up a <see cref="ConvolutionalTranslator{T}"/>.</summary>
public sealed record ConvolutionalConfiguration : NetworkConfiguration
{
    internal const int DefaultKernel = 3;

    /// <summary>The number of positions that a convolution reads; odd.</summary>
    public int Kernel { get; init; } = DefaultKernel;
}
