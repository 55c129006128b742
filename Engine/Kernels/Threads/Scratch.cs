namespace Engine.Kernels;

/// <summary>Memory of each thread for packed panels. It grows to the largest request and is reused.</summary>
internal static unsafe class Scratch<T>
    where T : unmanaged
{
    [ThreadStatic]
    private static PinnedMemory<T> buffer;

    /// <summary>Memory for <paramref name="length"/> numbers, valid until this thread calls again.</summary>
    public static T* Rent(long length)
    {
        if (buffer.Length < length)
            buffer = new PinnedMemory<T>(length + (length / 4));
        return buffer.Start;
    }
}
