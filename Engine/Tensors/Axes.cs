using System.Runtime.CompilerServices;

namespace Engine;

/// <summary>
/// One number for each dimension that a tensor can have, stored inline: shapes and strides need no allocation.
/// </summary>
[InlineArray(Shape.MaximumRank)]
internal struct Axes
{
    private int first;
}
