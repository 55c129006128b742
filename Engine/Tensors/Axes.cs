using System.Runtime.CompilerServices;

namespace Engine;

/// <summary>
/// One number for each dimension a tensor can have, kept inline: a shape or its strides cost no allocation.
/// </summary>
[InlineArray(Shape.MaximumRank)]
internal struct Axes
{
    private int first;
}
