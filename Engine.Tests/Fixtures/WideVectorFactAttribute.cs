using Engine.Kernels;

namespace Engine.Tests;

/// <summary>A test that needs vectors of 512 bits.</summary>
/// <remarks>Elsewhere the test is skipped; the other tests of widths compare the widths that there are.</remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class WideVectorFactAttribute : FactAttribute
{
    public WideVectorFactAttribute() => Skip = KernelWidth.Widest == VectorWidth.Bits512
        ? null! : $"needs AVX-512; the kernels are tested up to {(int)KernelWidth.Widest} bits here";
}
