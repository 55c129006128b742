using System.Runtime.Intrinsics.X86;
using Engine.Kernels;

namespace Engine.Tests;

/// <summary>A test that needs fused multiply-add, whose sums have other last bits.</summary>
/// <remarks>Elsewhere the test is skipped, and the list of skipped tests says why.</remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class FusedFactAttribute : FactAttribute
{
    /// <summary>A test that is skipped where a processor has no fused multiply-add.</summary>
    /// <param name="takesItAway">Whether the test also takes the instructions from a process that it starts.</param>
    public FusedFactAttribute(bool takesItAway = false)
    {
        if (!KernelWidth.IsFused) Skip = "needs a processor with fused multiply-add";
        else if (takesItAway && !X86Base.IsSupported)
            Skip = "needs an x86 processor: .NET takes fused multiply-add away from a process there alone";
    }
}
