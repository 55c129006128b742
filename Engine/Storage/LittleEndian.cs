namespace Engine.Storage;

/// <summary>The byte order of safetensors.</summary>
internal static class LittleEndian
{
    /// <summary>Turns elements of <paramref name="size"/> bytes from little-endian to machine order or back.</summary>
    public static void Swap(Span<byte> bytes, int size)
    {
        if (BitConverter.IsLittleEndian) return;
        for (var i = 0; i < bytes.Length; i += size) bytes.Slice(i, size).Reverse();
    }
}
