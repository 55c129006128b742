using System.Runtime.InteropServices;
using System.Text;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>
/// The ranks of <c>mpirun</c>, by Open MPI's library. The library is loaded when <see cref="Join(int)"/> is called, and
/// its functions have their names from the MPI standard (MPI 3.1, https://www.mpi-forum.org/docs). MPI's handles
/// are addresses of variables of the library: <c>ompi_mpi_comm_world</c> is the group of all ranks.
/// </summary>
internal sealed class OpenMpi : IRankGroup
{
    private const string Library = "engine-mpi"; // a name for the resolver; no file has it
    private const int Serialized = 2; // MPI_THREAD_SERIALIZED: one thread at a time calls MPI
    private const int LongestMessage = 256; // MPI_MAX_ERROR_STRING
    private const nint InPlace = 1; // MPI_IN_PLACE: the data that a rank sends is where it receives

    // Open MPI 3, 4 and 5 on Linux, and on macOS.
    private static readonly string[] Names = ["libmpi.so.40", "libmpi.so", "libmpi.40.dylib", "libmpi.dylib"];

    private readonly nint world, bytes, floats;

    private OpenMpi(nint library)
    {
        world = NativeLibrary.GetExport(library, "ompi_mpi_comm_world");
        bytes = NativeLibrary.GetExport(library, "ompi_mpi_byte");
        floats = NativeLibrary.GetExport(library, "ompi_mpi_float");
        Check(Comm_set_errhandler(world, NativeLibrary.GetExport(library, "ompi_mpi_errors_return")));
        Check(Comm_rank(world, out var rank));
        Check(Comm_size(world, out var count));
        (Rank, Count) = (rank, count);
    }

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Loads the library and joins the ranks that <c>mpirun</c> has started.</summary>
    /// <param name="size">The number of ranks that <c>mpirun</c> has announced.</param>
    /// <exception cref="InputException">There is no library, or it is not that of <c>mpirun</c>.</exception>
    public static OpenMpi Join(int size)
    {
        var library = Load(Names);
        NativeLibrary.SetDllImportResolver(
            typeof(OpenMpi).Assembly, (name, _, _) => name == Library ? library : nint.Zero);
        Check(Init_thread(nint.Zero, nint.Zero, Serialized, out _));
        var group = new OpenMpi(library);
        if (group.Count != size)
        {
            throw new InputException(
                $"mpirun has started {size} ranks, but Open MPI's library finds {group.Count}; start 'engine train' by "
                + "the mpirun that belongs to the library");
        }
        return group;
    }

    /// <summary>Finds the library.</summary>
    /// <param name="names">Its names, of which the first that exists is taken.</param>
    /// <exception cref="InputException">No file has such a name, or it is another MPI's.</exception>
    internal static nint Load(IReadOnlyList<string> names)
    {
        foreach (var name in names)
        {
            if (!NativeLibrary.TryLoad(name, out var library)) continue;
            if (NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _)) return library;
            throw new InputException(
                $"{name} is not Open MPI's library, and 'engine train' works with Open MPI alone; install it (Debian: "
                + "apt-get install openmpi-bin libopenmpi-dev), and name its folder first in LD_LIBRARY_PATH");
        }
        throw new InputException(
            $"mpirun has started this process, but Open MPI's library ({names[0]}) is not found; install it (Debian: "
            + "apt-get install openmpi-bin libopenmpi-dev), or name its folder in LD_LIBRARY_PATH");
    }

    /// <inheritdoc/>
    public void Broadcast(Span<byte> message) =>
        Check(Bcast(ref MemoryMarshal.GetReference(message), message.Length, bytes, 0, world));

    /// <inheritdoc/>
    public void Gather(ReadOnlySpan<byte> own, Span<byte> all) => Check(Allgather(
        ref MemoryMarshal.GetReference(own), own.Length, bytes, ref MemoryMarshal.GetReference(all), own.Length, bytes,
        world));

    /// <inheritdoc/>
    public void Exchange(ReadOnlySpan<float> sent, int[] sentCounts, Span<float> received, int[] receivedCounts) =>
        Check(Alltoallv(
            ref MemoryMarshal.GetReference(sent), sentCounts, Places(sentCounts), floats,
            ref MemoryMarshal.GetReference(received), receivedCounts, Places(receivedCounts), floats, world));

    /// <inheritdoc/>
    public void Join(Span<float> numbers, int[] counts) => Check(Allgatherv(
        InPlace, 0, floats, ref MemoryMarshal.GetReference(numbers), counts, Places(counts), floats, world));

    /// <summary>Leaves the ranks once all have come to their end.</summary>
    public void Leave() => Check(FinalizeAll());

    /// <summary>Ends the processes of all ranks at once.</summary>
    /// <param name="exitCode">What <c>mpirun</c> returns.</param>
    public void EndAll(int exitCode) => _ = Abort(world, exitCode);

    private static int[] Places(int[] counts)
    {
        var places = new int[counts.Length];
        for (var i = 1; i < counts.Length; i++) places[i] = places[i - 1] + counts[i - 1];
        return places;
    }

    private static void Check(int code)
    {
        if (code == 0) return;
        var text = new byte[LongestMessage];
        _ = Error_string(code, text, out var length);
        throw new InputException(
            $"Open MPI: {Encoding.UTF8.GetString(text, 0, length)}; the rank that has ended first says why");
    }

    [DllImport(Library, EntryPoint = "MPI_Init_thread")]
    private static extern int Init_thread(nint arguments, nint values, int required, out int provided);

    [DllImport(Library, EntryPoint = "MPI_Finalize")]
    private static extern int FinalizeAll();

    [DllImport(Library, EntryPoint = "MPI_Abort")]
    private static extern int Abort(nint group, int exitCode);

    [DllImport(Library, EntryPoint = "MPI_Error_string")]
    private static extern int Error_string(int code, byte[] text, out int length);

    [DllImport(Library, EntryPoint = "MPI_Comm_set_errhandler")]
    private static extern int Comm_set_errhandler(nint group, nint handler);

    [DllImport(Library, EntryPoint = "MPI_Comm_rank")]
    private static extern int Comm_rank(nint group, out int rank);

    [DllImport(Library, EntryPoint = "MPI_Comm_size")]
    private static extern int Comm_size(nint group, out int count);

    [DllImport(Library, EntryPoint = "MPI_Bcast")]
    private static extern int Bcast(ref byte message, int count, nint type, int root, nint group);

    [DllImport(Library, EntryPoint = "MPI_Allgather")]
    private static extern int Allgather(
        ref byte own, int ownCount, nint ownType, ref byte all, int count, nint type, nint group);

    [DllImport(Library, EntryPoint = "MPI_Alltoallv")]
    private static extern int Alltoallv(
        ref float sent, int[] sentCounts, int[] sentPlaces, nint sentType,
        ref float received, int[] receivedCounts, int[] receivedPlaces, nint receivedType, nint group);

    [DllImport(Library, EntryPoint = "MPI_Allgatherv")]
    private static extern int Allgatherv(
        nint own, int ownCount, nint ownType, ref float all, int[] counts, int[] places, nint type, nint group);
}
