using System.Numerics;
using System.Runtime.CompilerServices;
using Engine.Kernels;

namespace Engine.Tests.Kernels;

/// <summary>
/// Every kernel on buffers that end before, or begin behind, a page without access: an access outside of a buffer ends
/// the test process.
/// </summary>
[Collection(Widths.Alone)]
public class GuardedKernelTests
{
    public static TheoryData<string, Guard> Kernels
    {
        get
        {
            var data = new TheoryData<string, Guard>();
            foreach (var kernel in KernelCases<float>.All.Keys)
            {
                data.Add(kernel, Guard.AtEnd);
                data.Add(kernel, Guard.AtStart);
            }
            return data;
        }
    }

    [LinuxTheory]
    [MemberData(nameof(Kernels))]
    public void A_kernel_touches_nothing_beside_its_buffers_at_any_length_and_width(string kernel, Guard guard)
    {
        for (var length = 1; length <= 34; length++) Run(length);
        foreach (var length in (int[])[47, 48, 49, 63, 64, 65, 70, 129]) Run(length);

        void Run(int n) => Widths.AtEach(() =>
        {
            float[] floats = [], arrays = KernelCases<float>.All[kernel](n);
            Buffers.Guarded(guard, () => floats = KernelCases<float>.All[kernel](n));
            Assert.Equal(arrays, floats);
            Buffers.Guarded(guard, () => KernelCases<double>.All[kernel](n));
            return 0;
        });
    }

    [LinuxTheory]
    [InlineData(Guard.AtEnd)]
    [InlineData(Guard.AtStart)]
    public void A_product_touches_nothing_beside_its_operands_at_any_shape_and_stride(Guard guard)
    {
        for (var seed = 0; seed < 60; seed++)
        {
            Widths.AtEach(() =>
            {
                Buffers.Guarded(guard, () => Multiply<float>(new RandomStream(seed)));
                Buffers.Guarded(guard, () => Multiply<double>(new RandomStream(seed)));
                return 0;
            });
        }
    }

    [LinuxTheory]
    [InlineData(Guard.AtEnd)]
    [InlineData(Guard.AtStart)]
    public void A_step_of_an_optimizer_touches_nothing_beside_its_numbers(Guard guard)
    {
        for (var n = 0; n <= 70; n++)
        {
            Widths.AtEach(() =>
            {
                Buffers.Guarded(guard, () => StepRule.Apply(
                    default(TwoSlots), Buffers.Of<float>(n), Buffers.Of<float>(n), Buffers.Of<float>(n),
                    Buffers.Of<float>(n), 0.5, 0.1));
                return 0;
            });
        }
    }

    [LinuxTheory]
    [InlineData(1)]
    [InlineData(70)]
    [InlineData(1024)] // a page of floats
    public void A_page_without_access_stands_before_and_behind_a_buffer(int count)
    {
        Buffers.Guarded(Guard.AtEnd, () =>
        {
            var buffer = Buffers.Of<float>(count);
            Assert.True(Buffers.CanRead(buffer, 0) && Buffers.CanRead(buffer, (4 * count) - 1));
            Assert.False(Buffers.CanRead(buffer, 4 * count));
        });
        Buffers.Guarded(Guard.AtStart, () =>
        {
            var buffer = Buffers.Of<float>(count);
            Assert.True(Buffers.CanRead(buffer, 0) && Buffers.CanRead(buffer, (4 * count) - 1));
            Assert.False(Buffers.CanRead(buffer, -1));
        });
    }

    private static void Multiply<T>(RandomStream random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (m, n, k) = (1 + random.NextInteger(30), 1 + random.NextInteger(70), random.NextInteger(40));
        if (random.NextInteger(8) == 0) k = 500 + random.NextInteger(60); // more than one block of k
        var a = View<T>(random, m, k);
        var b = View<T>(random, k, n);
        var stride = n + random.NextInteger(5);
        var c = Buffers.Of<T>(((m - 1) * stride) + n);
        var epilogue = random.NextInteger(2) == 0 ? default : new Epilogue<T>(Buffers.Of<T>(n), relu: true);
        var accumulate = random.NextInteger(2) == 0;
        MatrixProduct.Multiply(a, b, c, stride, accumulate, epilogue);
        MatrixProduct.Multiply(a, new PackedMatrix<T>(b), c, stride, accumulate, epilogue);
    }

    /// <summary>A matrix that ends with its last element, by rows or by columns, dense or with gaps.</summary>
    private static MatrixView<T> View<T>(RandomStream random, int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var isTransposed = random.NextInteger(2) == 0;
        var (longer, shorter) = isTransposed ? (columns, rows) : (rows, columns);
        var stride = shorter + random.NextInteger(4);
        var data = Buffers.Of<T>(longer == 0 || shorter == 0 ? 0 : ((longer - 1) * stride) + shorter);
        return isTransposed ? new(data, rows, columns, 1, stride) : new(data, rows, columns, stride);
    }

    private readonly struct TwoSlots : IStepRule<float>
    {
        public static int Slots => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V, L>(V theta, V g, ref V first, ref V second)
            where V : unmanaged
            where L : ILanes<float, V>
        {
            first = L.Add(first, g);
            second = L.Add(second, L.Multiply(g, g));
            return L.Subtract(theta, L.Add(first, second));
        }
    }
}
