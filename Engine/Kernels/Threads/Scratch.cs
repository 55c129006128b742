namespace Engine.Kernels;

/// <summary>Each thread's own memory for packed panels; it grows to the largest need and is then reused.</summary>
internal static unsafe class Scratch<T>
    where T : unmanaged
{
    [ThreadStatic]
    private static PinnedMemory<T> buffer;

    /// <summary>Room for <paramref name="length"/> numbers, until this thread asks again.</summary>
    public static T* Rent(long length)
    {
        if (buffer.Length < length)
            buffer = new PinnedMemory<T>(length + (length / 4));
        return buffer.Start;
    }
}
