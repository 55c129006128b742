using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Engine.Tests.Kernels;

/// <summary>Where the buffers of a guarded run end or begin.</summary>
public enum Guard
{
    /// <summary>The last number stands directly before a page without access.</summary>
    AtEnd,

    /// <summary>The first number stands directly behind a page without access.</summary>
    AtStart,
}

/// <summary>
/// The memory of kernel tests: arrays, or, while a <see cref="Guarded"/> run lasts, pages of the operating system that
/// have a page without access before and behind them. A kernel that reads or writes outside such a buffer ends the test
/// process, so it cannot pass.
/// </summary>
internal static class Buffers
{
    private const int ReadAndWrite = 3, NoAccess = 0, PrivateAnonymous = 0x22;

    [ThreadStatic]
    private static List<(nint Start, nint Length)>? mapped;

    [ThreadStatic]
    private static Guard guard;

    /// <summary>A buffer of zeros.</summary>
    public static Span<T> Of<T>(int count)
        where T : unmanaged
    {
        if (mapped is null) return new T[count];
        var page = (nint)Environment.SystemPageSize;
        var bytes = (nint)count * Unsafe.SizeOf<T>();
        var inner = Math.Max((bytes + page - 1) / page, 1) * page;
        var start = Map(0, inner + (2 * page), NoAccess, PrivateAnonymous, -1, 0);
        if (start == -1 || Protect(start + page, inner, ReadAndWrite) != 0)
            throw new InvalidOperationException($"mmap: error {Marshal.GetLastPInvokeError()}");
        mapped.Add((start, inner + (2 * page)));
        var at = guard == Guard.AtStart ? start + page : start + page + inner - bytes;
        return MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref Unsafe.NullRef<T>(), at), count);
    }

    /// <summary>A buffer with given numbers.</summary>
    public static Span<T> Of<T>(params ReadOnlySpan<T> numbers)
        where T : unmanaged
    {
        var buffer = Of<T>(numbers.Length);
        numbers.CopyTo(buffer);
        return buffer;
    }

    /// <summary>Runs an action of this thread with guarded buffers, which are unmapped afterwards.</summary>
    public static void Guarded(Guard where, Action action)
    {
        (mapped, guard) = ([], where);
        try
        {
            action();
        }
        finally
        {
            foreach (var (start, length) in mapped) _ = Unmap(start, length);
            mapped = null;
        }
    }

    /// <summary>
    /// Whether the operating system reads the byte at an offset from the first number. Unlike a kernel, it answers an
    /// access outside with an error.
    /// </summary>
    public static bool CanRead<T>(Span<T> buffer, int offset)
        where T : unmanaged
    {
        var ends = new int[2];
        if (Pipe(ends) != 0) throw new InvalidOperationException($"pipe: error {Marshal.GetLastPInvokeError()}");
        try
        {
            ref var byteAt = ref Unsafe.AddByteOffset(
                ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(buffer)), offset);
            return Write(ends[1], ref byteAt, 1) == 1;
        }
        finally
        {
            _ = Close(ends[0]);
            _ = Close(ends[1]);
        }
    }

    [DllImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static extern nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [DllImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static extern int Protect(nint address, nint length, int protection);

    [DllImport("libc", EntryPoint = "munmap")]
    private static extern int Unmap(nint address, nint length);

    [DllImport("libc", EntryPoint = "pipe", SetLastError = true)]
    private static extern int Pipe(int[] ends);

    [DllImport("libc", EntryPoint = "write")]
    private static extern nint Write(int file, ref byte bytes, nint count);

    [DllImport("libc", EntryPoint = "close")]
    private static extern int Close(int file);
}
