using System.Runtime.InteropServices;
using SharpFuzz;
using SharpFuzz.Common;

namespace Engine.Tests.Fuzz;

/// <summary>Which branches of the instrumented engine have run, and how often.</summary>
internal static class Coverage
{
    private const int Branches = 1 << 16;
    // The instrumented code holds a pointer to it, so that the array must not move.
    private static readonly byte[] Hits = GC.AllocateArray<byte>(Branches, pinned: true);
    private static readonly byte[] Seen = new byte[Branches];

    /// <summary>Instruments an assembly that is not loaded yet, unless it is instrumented already.</summary>
    public static void Instrument(string path)
    {
        try
        {
            foreach (var _ in Fuzzer.Instrument(path, ReadsInput, Options.Value))
            {
                // The enumeration instruments type by type.
            }
        }
        catch (InstrumentationException already) when (already.Message.Contains("already", StringComparison.Ordinal))
        {
            // By an earlier run; a build replaces the file.
        }
    }

    /// <summary>Kernels and operations read numbers, never input, and counting would make them slow.</summary>
    private static bool ReadsInput(string type) =>
        !type.StartsWith("Engine.Kernels.", StringComparison.Ordinal) && type != "Engine.Op";

    /// <summary>Begins to count.</summary>
    public static void Begin() => typeof(Trace).GetField(nameof(Trace.SharedMem))!
        .SetValue(null, Marshal.UnsafeAddrOfPinnedArrayElement(Hits, 0));

    /// <summary>Whether a branch ran, or ran far more often, as with no input before.</summary>
    public static bool IsNew()
    {
        var isNew = false;
        for (var branch = 0; branch < Branches; branch++)
        {
            if (Hits[branch] == 0) continue;
            var magnitude = (byte)(1 << Math.Min(7, (int)Math.Log2(Hits[branch])));
            if ((Seen[branch] & magnitude) == 0) isNew = true;
            Seen[branch] |= magnitude;
            Hits[branch] = 0;
        }
        return isNew;
    }
}
