using System.Runtime.InteropServices;
using System.Text;
using Engine.Training;

namespace Engine.Cli;

/// <summary>What rank 0 tells the other ranks before training.</summary>
internal static class FirstRank
{
    /// <summary>The text that rank 0 has; the other ranks give null.</summary>
    public static string Tell(IRankGroup? ranks, string? text)
    {
        if (ranks is null) return text!;
        var bytes = Encoding.UTF8.GetBytes(text ?? "");
        Span<int> length = [bytes.Length];
        ranks.Broadcast(MemoryMarshal.AsBytes(length));
        Array.Resize(ref bytes, length[0]);
        ranks.Broadcast(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Waits until rank 0 has come here.</summary>
    public static void Await(IRankGroup? ranks) => ranks?.Broadcast(stackalloc byte[1]);
}
