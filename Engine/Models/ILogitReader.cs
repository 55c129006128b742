using System.Numerics;

namespace Engine.Models;

/// <summary>Reads logits a block of the vocabulary at a time, while the block is in the cache.</summary>
internal interface ILogitReader<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Reads the logits of some tokens.</summary>
    /// <param name="logits">[rows, <paramref name="count"/>], which may be overwritten.</param>
    /// <param name="first">The first token of the block.</param>
    /// <param name="count">How many tokens the block has.</param>
    void Read(Span<T> logits, int first, int count);
}
