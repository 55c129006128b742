namespace Engine.Text;

/// <summary>
/// The random numbers of NumPy's <c>default_rng(seed)</c>, with which sacreBLEU resamples: the generator PCG64 (O'Neill
/// 2014, "PCG: a family of simple fast space-efficient statistically good algorithms", the variant XSL RR 128/64),
/// whose state NumPy's SeedSequence makes from the seed.
/// </summary>
/// <remarks>
/// The generator is there for one purpose, the same numbers as NumPy 1.17 and later. <see cref="RandomStream"/> is what
/// the rest of the engine draws from.
/// </remarks>
internal sealed class NumPyRandom
{
    private static readonly UInt128 Multiplier = new(0x2360ED051FC65DA4, 0x4385DF649FCCF645);

    private readonly UInt128 increment;
    private UInt128 state;
    private uint? highHalf; // of the last 64 bits, until it is drawn

    /// <summary>The generator of a seed.</summary>
    public NumPyRandom(uint seed)
    {
        var words = SeedSequence(seed);
        increment = (new UInt128(words[2], words[3]) << 1) | 1;
        Step();
        state += new UInt128(words[0], words[1]);
        Step();
    }

    /// <summary>Fills an array with whole numbers from 0 to <paramref name="end"/> - 1, each equally likely.</summary>
    /// <remarks>
    /// This is <c>rng.choice(end, size)</c>: the method of Lemire 2019 ("Fast random integer generation in an
    /// interval") on 32 bits. The upper half of a product of 64 bits is the number; where the lower half is in the part
    /// that would make some numbers likelier, another one is drawn. A range of one number draws nothing.
    /// </remarks>
    public void Fill(Span<int> numbers, int end)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(end);
        if (end == 1)
        {
            numbers.Clear();
            return;
        }
        var unfair = (uint)((1UL << 32) % (uint)end);
        foreach (ref var number in numbers)
        {
            ulong product;
            do product = (ulong)Next32() * (uint)end;
            while ((uint)product < unfair);
            number = (int)(product >> 32);
        }
    }

    /// <summary>The next 32 bits: the lower half of 64 bits, then the upper half.</summary>
    internal uint Next32()
    {
        if (highHalf is { } half)
        {
            highHalf = null;
            return half;
        }
        var next = Next64();
        highHalf = (uint)(next >> 32);
        return (uint)next;
    }

    /// <summary>The next 64 bits: both halves of the state, combined and rotated by its upper 6 bits.</summary>
    internal ulong Next64()
    {
        Step();
        return ulong.RotateRight((ulong)(state >> 64) ^ (ulong)state, (int)(state >> 122));
    }

    private void Step() => state = (state * Multiplier) + increment;

    /// <summary>
    /// Four words of 64 bits of <c>SeedSequence(seed)</c>: hashes spread the bits of the seed over a pool of four words
    /// of 32 bits, which further hashes expand (the design is O'Neill's <c>seed_seq_fe128</c>).
    /// </summary>
    private static ulong[] SeedSequence(uint seed)
    {
        const uint MixLeft = 0xCA01F9DD, MixRight = 0x4973F715;
        uint[] pool = [seed, 0, 0, 0];
        var (hash, multiplier) = (0x43B0D7E5u, 0x931E8875u);
        for (var i = 0; i < pool.Length; i++) pool[i] = Hash(pool[i]);
        for (var from = 0; from < pool.Length; from++)
        {
            for (var to = 0; to < pool.Length; to++)
            {
                if (from == to) continue;
                var mixed = (MixLeft * pool[to]) - (MixRight * Hash(pool[from]));
                pool[to] = mixed ^ (mixed >> 16);
            }
        }
        (hash, multiplier) = (0x8B51F9DDu, 0x58F38DEDu);
        var words = new ulong[4];
        for (var i = 0; i < 2 * words.Length; i++)
            words[i / 2] |= (ulong)Hash(pool[i % pool.Length]) << (32 * (i % 2));
        return words;

        uint Hash(uint value)
        {
            value ^= hash;
            hash *= multiplier;
            value *= hash;
            return value ^ (value >> 16);
        }
    }
}
