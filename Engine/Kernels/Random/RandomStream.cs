namespace Engine;

/// <summary>
/// Random numbers as a pure function of key and index: the stream is a counter and a hash. Each element can be computed
/// by itself, in any order and on any thread, and again in the backward pass, so that nothing is stored.
/// </summary>
/// <remarks>
/// The hash is the finalizer of SplitMix64 (Steele, Lea and Flood 2014) over a Weyl sequence that starts at the key.
/// It is fast and passes the usual statistical tests; it is not for cryptography.
/// </remarks>
/// <example>
/// <code><![CDATA[
/// using Engine;
///
/// var random = new RandomStream(seed: 1);
/// Console.WriteLine(random.NextNormal() == new RandomStream(seed: 1).NextNormal());     // prints: True
/// var (dropout, order) = (random.Fork(0), random.Fork(1));                              // streams of their own
/// Console.WriteLine(dropout.NextUniform() == order.NextUniform());                      // prints: False
/// ]]></code>
/// </example>
public sealed class RandomStream
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong index;

    /// <summary>The stream of a seed.</summary>
    public RandomStream(long seed) : this(Mix((ulong)seed + GoldenGamma), 0)
    {
    }

    private RandomStream(ulong key, ulong index)
    {
        Key = key;
        this.index = index;
    }

    /// <summary>The key: streams of different keys are independent.</summary>
    public ulong Key { get; }

    /// <summary>
    /// An independent stream for <paramref name="purpose"/>, such as an update's number or a sentence's number. The
    /// same purpose gives the same stream. This stream stays where it is.
    /// </summary>
    /// <remarks>
    /// Seed and purpose are exchangeable in the first fork: seed 5's fork 6 is seed 6's fork 5. Where the streams of
    /// several seeds must all differ, the first fork has a constant purpose, as in training, and the next the number.
    /// </remarks>
    public RandomStream Fork(long purpose) => new(Mix(Key ^ Mix((ulong)purpose + GoldenGamma)), 0);

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits() => Mix(Key + (GoldenGamma * ++index));

    /// <summary>The next number in [0, 1), of 53 random bits.</summary>
    public double NextUniform() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>The next number of the standard normal distribution (Box and Muller 1958).</summary>
    public double NextNormal()
    {
        var radius = Math.Sqrt(-2 * Math.Log(1 - NextUniform()));
        return radius * Math.Cos(2 * Math.PI * NextUniform());
    }

    /// <summary>The next integer in [0, <paramref name="limit"/>); the bias is below limit / 2⁶⁴.</summary>
    public int NextInteger(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return (int)Math.BigMul(NextBits(), (ulong)limit, out _);
    }

    /// <summary>Reorders <paramref name="items"/> so that every order is equally likely (Fisher and Yates).</summary>
    public void Shuffle<TItem>(Span<TItem> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInteger(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
