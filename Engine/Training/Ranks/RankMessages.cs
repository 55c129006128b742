using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Engine.Layers;
using Engine.Storage;

namespace Engine.Training;

/// <summary>What ranks tell each other beside gradients. One process alone has no group, and tells nothing.</summary>
internal static class RankMessages
{
    /// <summary>Whether this process writes files: rank 0, or the only process.</summary>
    public static bool IsWriter(this IRankGroup? ranks) => ranks is null or { Rank: 0 };

    /// <summary>What rank 0 has decided; clocks and signals differ from rank to rank.</summary>
    public static bool Decide(this IRankGroup? ranks, bool decision)
    {
        if (ranks is null) return decision;
        Span<byte> message = [decision ? (byte)1 : (byte)0];
        ranks.Broadcast(message);
        return message[0] != 0;
    }

    /// <summary>
    /// Gives every rank the losses of all microbatches. An anomaly that a rank has found ends the step on all ranks.
    /// </summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="losses">The losses of this rank's microbatches, in their places.</param>
    /// <param name="ownerOf">The rank that has computed a microbatch.</param>
    /// <param name="anomaly">What this rank has found; null if all numbers are finite.</param>
    /// <exception cref="AnomalyException">A rank has found an anomaly; of several, the lowest rank's is reported.
    /// </exception>
    public static void ShareLosses(this IRankGroup ranks, double[] losses, Func<int, int> ownerOf, string? anomaly)
    {
        var text = Encoding.UTF8.GetBytes(anomaly ?? "");
        var own = new double[losses.Length + 1];
        losses.CopyTo(own, 1);
        own[0] = text.Length;
        var all = new double[ranks.Count * own.Length];
        ranks.Gather(MemoryMarshal.AsBytes<double>(own), MemoryMarshal.AsBytes(all.AsSpan()));
        var lengths = Enumerable.Range(0, ranks.Count).Select(rank => (int)all[rank * own.Length]).ToArray();
        if (lengths.Max() is var longest && longest > 0)
        {
            var texts = new byte[ranks.Count * longest];
            Array.Resize(ref text, longest);
            ranks.Gather(text, texts);
            var first = Array.FindIndex(lengths, length => length > 0);
            throw new AnomalyException(Encoding.UTF8.GetString(texts, first * longest, lengths[first]));
        }
        for (var i = 0; i < losses.Length; i++) losses[i] = all[(ownerOf(i) * own.Length) + 1 + i];
    }

    /// <summary>
    /// Refuses ranks that would not compute the same bits. Ranks with other weights, say, would go on without a sign,
    /// since only gradients travel.
    /// </summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="parts">What must be the same, with a hash of it.</param>
    /// <exception cref="InputException">A rank differs from rank 0.</exception>
    public static void RequireSame(this IRankGroup ranks, params IReadOnlyList<(string What, byte[] Hash)> parts)
    {
        byte[] own = [.. parts.SelectMany(part => part.Hash)];
        var all = new byte[ranks.Count * own.Length];
        ranks.Gather(own, all);
        for (var rank = 1; rank < ranks.Count; rank++)
        {
            foreach (var (i, (what, _)) in parts.Index())
            {
                var place = i * SHA256.HashSizeInBytes;
                if (all.AsSpan(place, SHA256.HashSizeInBytes)
                    .SequenceEqual(all.AsSpan((rank * own.Length) + place, SHA256.HashSizeInBytes))) continue;
                throw new InputException(
                    $"rank {rank} has another {what} than rank 0; give every machine the same program, text and "
                    + "folder, and processors that all have, or all lack, fused multiply-add");
            }
        }
    }

    /// <summary>The hash of some weights.</summary>
    public static byte[] HashOf(Module<float> network)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var parameter in network.Parameters) hash.AppendData(MemoryMarshal.AsBytes(parameter.Value.Span));
        return hash.GetHashAndReset();
    }

    /// <summary>The hash of a text.</summary>
    public static byte[] HashOf(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
