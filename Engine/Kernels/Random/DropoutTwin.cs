namespace Engine.Kernels;

/// <summary>
/// Inverted dropout (Srivastava et al. 2014) one element after the other: the reference implementation of
/// <see cref="DropoutKernel{T}"/> and of <see cref="CounterHash"/>.
/// </summary>
internal static class DropoutTwin
{
    //   y_i = x_i k_i,  k_i = 0 with probability p, else 1 / (1 - p):  E[y_i] = x_i
    //   dX_i = dY_i k_i, with the same k_i: it follows from the stream's key and from i, and is computed again
    //
    // A hash of 32 bits decides about two elements, 16 bits each. Elements come in groups of 32: the hash of counter c
    // decides about elements c mod 16 (lower bits) and 16 + c mod 16 (upper bits) of group c / 16.

    /// <summary>k of elements <paramref name="first"/>, first + 1, ...</summary>
    /// <param name="key">The stream's key.</param>
    /// <param name="probability">p, to the nearest 1 / 65,536.</param>
    /// <param name="count">How many elements there are.</param>
    /// <param name="first">The first element's index in the stream.</param>
    public static double[] Factors(ulong key, double probability, int count, int first = 0)
    {
        var threshold = (uint)Math.Round(probability * 65536);
        var factors = new double[count];
        for (var i = 0; i < count; i++)
        {
            var (group, place) = ((uint)(first + i) / 32, (uint)(first + i) % 32);
            var hash = Hash((group * 16) + (place % 16), (uint)key, (uint)(key >> 32));
            var bits = place < 16 ? hash & 0xFFFF : hash >> 16;
            factors[i] = bits < threshold ? 0 : 1 / (1 - probability);
        }
        return factors;
    }

    /// <summary>Thirty-two random bits for a counter.</summary>
    public static uint Hash(uint counter, uint keyLow, uint keyHigh)
    {
        var x = counter + keyLow;
        x = (x ^ (x >> 16)) * 0x7FEB352D;
        x = (x ^ (x >> 15) ^ keyHigh) * 0x846CA68B;
        return x ^ (x >> 16);
    }
}
