using System.Numerics;
using Engine.Kernels;

namespace Engine.Tests.Kernels;

public class InPlaceTests
{
    // Around one chunk of 16,384 numbers and two.
    public static TheoryData<int> Lengths => [0, 1, 7, 16, 70, 16383, 16384, 16385, 32768, 40001];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Each_number_is_changed_once_by_one_rounded_operation(int length)
    {
        Check<float>(length);
        Check<double>(length);
    }

    private static void Check<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (x, c) = (Normal(1), T.CreateChecked(0.3));
        Changed((a, b) => a + b, y => InPlace.Add<T>(y, x));
        Changed((a, _) => a + c, y => InPlace.Add(y, c));
        Changed((a, b) => a + (b * c), y => InPlace.AddScaled<T>(y, x, c));
        Changed((a, _) => a * c, y => InPlace.Multiply(y, c));

        void Changed(Func<T, T, T> expected, Action<Span<T>> change)
        {
            var y = Normal(2);
            var padded = new T[length + 1];
            y.CopyTo(padded, 0);
            change(padded.AsSpan(0, length));
            Assert.Equal(y.Zip(x, expected), padded[..length]);
            Assert.Equal(T.Zero, padded[length]);
        }

        T[] Normal(long seed)
        {
            var random = new RandomStream(seed);
            return [.. Enumerable.Range(0, length).Select(_ => T.CreateChecked(random.NextNormal()))];
        }
    }

    [Fact]
    public void Spans_of_different_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => InPlace.Add<float>(new float[4], new float[5]));
        Assert.Throws<ArgumentException>(() => InPlace.AddScaled<float>(new float[4], new float[3], 1));
    }
}
