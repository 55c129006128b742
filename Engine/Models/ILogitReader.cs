using System.Numerics;

namespace Engine.Models;

/// <summary>Reads logits one block of the vocabulary at a time, while the block is in the cache.</summary>
internal interface ILogitReader<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Reads the logits of some tokens.</summary>
    /// <param name="logits">[rows, <paramref name="count"/>]; the reader may overwrite them.</param>
    /// <param name="first">The first token of the block.</param>
    /// <param name="count">The number of tokens of the block.</param>
    void Read(Span<T> logits, int first, int count);
}
