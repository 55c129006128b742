using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Engine.Layers;
using Engine.Models;

namespace Engine.Tests.Tensors;

/// <summary>Reads and writes a switch of the whole process, so nothing else runs beside these tests.</summary>
[CollectionDefinition(nameof(BufferTests), DisableParallelization = true)]
[Collection(nameof(BufferTests))]
public class BufferTests
{
    private static readonly TransformerConfiguration Small = new()
    {
        SourceVocabulary = 11, TargetVocabulary = 11, DModel = 8, DFf = 20, Heads = 2, EncoderLayers = 2,
        DecoderLayers = 2,
        Dropout = 0.1, Activation = Activation.Gelu,
    };

    [Fact]
    public void Buffers_begin_at_a_multiple_of_64_bytes()
    {
        for (var length = 1; length < 200; length += 7)
        {
            AssertAligned(new MemoryBlock<float>(length).Span);
            AssertAligned(new MemoryBlock<double>(length).Span);
            AssertAligned(Tensor<float>.Zeros([length]).Data);
            using var tape = new Tape<double>();
            AssertAligned(tape.Constant(Tensor<double>.Zeros([length])).Data);
        }
    }

    [Fact]
    public void Nothing_reads_memory_that_was_given_back()
    {
        var model = new Transformer<double>(Small, new RandomStream(1));
        var (loss, gradients) = Step(model);
        MemoryBlockPool<double>.PoisonReturned = true;
        try
        {
            for (var i = 0; i < 3; i++)
            {
                var again = Step(model);
                Assert.Equal(loss, again.Loss);
                Assert.Equal(gradients, again.Gradients);
            }
        }
        finally
        {
            MemoryBlockPool<double>.PoisonReturned = false;
        }
    }

    [Fact]
    public void A_repeated_step_takes_its_memory_from_the_one_before()
    {
        var model = new Transformer<float>(Small with { DModel = 64, DFf = 256 }, new RandomStream(1));
        var set = new GradientSet<float>(model.Parameters);
        for (var i = 0; i < 3; i++) Step(model, set);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Step(model, set);
        var small = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(small < 200_000, $"a step allocated {small} bytes");
    }

    [Fact]
    public void Memory_comes_back_even_of_leaves_whose_gradient_nobody_wants()
    {
        var table = new Parameter<float>("table", Tensor<float>.Zeros([1000, 100]));
        var weight = new Parameter<float>("weight", Tensor<float>.Zeros([3, 100]));
        var set = new GradientSet<float>([weight]);
        void FrozenStep()
        {
            using var tape = new Tape<float>();
            tape.Backward(Op.Sum(Op.Linear(Op.Embedding(tape.Use(table), [1, 2]), tape.Use(weight))), set);
        }

        for (var i = 0; i < 3; i++) FrozenStep();
        var before = GC.GetAllocatedBytesForCurrentThread();
        FrozenStep();
        var grown = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(grown < 50_000, $"a step allocated {grown} bytes");
    }

    [Fact]
    public void A_pool_rounds_up_by_at_most_a_quarter()
    {
        var pool = new MemoryBlockPool<float>();
        for (var count = 1; count < 5000; count++)
        {
            var length = pool.Rent(count).Length;
            Assert.True(length >= count && length <= Math.Max(64, count * 1.25), $"{count} became {length}");
        }
    }

    [Fact]
    public void A_pool_hands_a_returned_buffer_out_again_and_never_one_that_is_in_use()
    {
        var pool = new MemoryBlockPool<float>();
        var (a, b) = (pool.Rent(100), pool.Rent(100));
        Assert.NotSame(a, b);
        pool.Return(a);
        Assert.Same(a, pool.Rent(97));
        Assert.NotSame(b, pool.Rent(100));
    }

    [Fact]
    public void A_pool_holds_at_most_twice_the_memory_of_its_largest_step()
    {
        var pool = new MemoryBlockPool<float>();
        long largest = 0;
        for (var count = 1000; count < 100_000; count += count / 10) // steps of every size
        {
            foreach (var size in (int[])[count, count, count / 2]) pool.Lent.Add(pool.Rent(size));
            largest = Math.Max(largest, pool.Lent.Sum(block => (long)block.Length));
            pool.EndStep(spare: 0);
            Assert.InRange(pool.Held, 1, 2 * largest);
        }
        var last = pool.Rent(90_000);
        pool.Return(last);
        pool.Rent(1000); // another step uses other blocks
        pool.EndStep(spare: 0);
        Assert.Same(last, pool.Rent(90_000)); // what was used last stays
        var held = pool.Held;
        pool.EndStep(spare: 0); // the block did not come back, as after a failure
        Assert.Equal(held - last.Length, pool.Held);
    }

    private static (double Loss, double[] Gradients) Step(Transformer<double> model)
    {
        var set = new GradientSet<double>(model.Parameters);
        return (Step(model, set), set.All.ToArray());
    }

    private static T Step<T>(Transformer<T> model, GradientSet<T> set)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        using var tape = new Tape<T>(Mode.Training, new RandomStream(5));
        var (source, target) = (SequenceLayout.Padded(4, [4, 2]), SequenceLayout.Padded(3, [2, 3]));
        var memory = model.Encode(tape, [3, 4, 8, 5, 7, 6, 0, 0], source);
        var logits = model.Logits(model.Decode(tape, [2, 4, 0, 2, 7, 5], target, memory, source));
        var loss = Op.CrossEntropy(logits, [4, 3, 0, 7, 5, 3], 0, 0.1);
        tape.Backward(loss, set);
        return loss.Item();
    }

    private static void AssertAligned<T>(ReadOnlySpan<T> span) =>
        Assert.Equal(0, Unsafe.ByteOffset(ref Unsafe.NullRef<T>(), ref MemoryMarshal.GetReference(span)) % 64);
}
