using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace Engine.Tests.Tensors;

public class TensorSpanTests
{
    [Property]
    public void A_span_has_the_shape_and_the_numbers_of_the_tensor_at_any_strides(Draw draw)
    {
        using var tape = new Tape<double>();
        var expected = draw.Normal(draw.Shape(lowestRank: 1));
        var x = expected.On(tape, draw.Integer(0, 2));
        var span = x.AsReadOnlyTensorSpan();
        Assert.Equal(x.Shape.AsSpan().ToArray().Select(size => (nint)size), span.Lengths.ToArray());
        var flat = new double[x.Count];
        span.FlattenTo(flat);
        Assert.Equal(expected.Values, flat);
    }

    [Fact]
    public void A_span_of_a_view_lies_in_the_memory_of_the_tensor()
    {
        using var tape = new Tape<float>();
        var x = tape.Constant([2, 3], [1, 2, 3, 4, 5, 6]);
        var transposed = Op.Transpose(x).AsReadOnlyTensorSpan();
        var sliced = Op.Slice(x, dimension: 1, start: 1, length: 2).AsReadOnlyTensorSpan();
        Assert.Equal([1, 3], transposed.Strides.ToArray());
        Assert.Equal([3, 1], sliced.Strides.ToArray());
        Assert.Equal(6, transposed[2, 1]);
        Assert.Equal(5, sliced[1, 0]);
        Assert.True(Unsafe.AreSame(in x.Data[0], in transposed[0, 0]));
        Assert.True(Unsafe.AreSame(in x.Data[1], in sliced[0, 0]));
        Assert.True(Unsafe.AreSame(in x.Data[0], in x.AsReadOnlyTensorSpan()[0, 0]));
    }

    [Fact]
    public void A_single_number_is_a_span_of_one()
    {
        var x = Tensor<float>.From([], [3]);
        Assert.Equal([1], x.AsReadOnlyTensorSpan().Lengths.ToArray());
        Assert.Equal(3, x.AsReadOnlyTensorSpan()[0]);
        float[] target = [0];
        x.CopyTo(new TensorSpan<float>(target));
        Assert.Equal([3], target);
    }

    [Fact]
    public void The_operations_of_System_Numerics_Tensors_take_a_tensor()
    {
        var x = Tensor<float>.From([2, 2], [1, 2, 3, 4]);
        float[] sums = new float[4];
        Tensor.Add<float>(x.AsReadOnlyTensorSpan(), x.AsReadOnlyTensorSpan(), new TensorSpan<float>(sums, [2, 2]));
        Assert.Equal([2, 4, 6, 8], sums);
        Assert.Equal(10, Tensor.Sum(x.AsReadOnlyTensorSpan()));
    }

    [Fact]
    public void A_span_of_a_tensor_whose_tape_has_ended_is_refused_as_Data_is()
    {
        var tape = new Tape<float>();
        var x = tape.Constant([2, 2], [1, 2, 3, 4]);
        tape.Dispose();
        var error = Assert.Throws<ObjectDisposedException>(() => _ = x.AsReadOnlyTensorSpan().Rank);
        Assert.Equal(Assert.Throws<ObjectDisposedException>(() => _ = x.Data.Length).Message, error.Message);
        Assert.Throws<ObjectDisposedException>(() => x.CopyTo(new TensorSpan<float>(new float[4], [2, 2])));
    }

    [Fact]
    public void A_parameter_and_a_buffer_are_written_through_a_span_in_their_shape()
    {
        var weight = new Parameter<float>("weight", Tensor<float>.From([2, 2], [1, 2, 3, 4]));
        Tensor.Multiply<float>(weight.Value.AsReadOnlyTensorSpan(), 2, weight.UpdateAsTensorSpan());
        Assert.Equal([2, 4, 6, 8], weight.Value.ToArray());
        Assert.Equal(1, weight.Version);

        var mean = new Buffer<float>("running_mean", Tensor<float>.Zeros([2, 3]));
        mean.UpdateAsTensorSpan()[1, 2] = 7;
        Assert.Equal([0, 0, 0, 0, 0, 7], mean.Value.ToArray());
    }

    [Fact]
    public void A_tensor_of_its_own_takes_the_numbers_of_a_span_at_any_strides()
    {
        float[] numbers = [1, 2, 3, 4, 5, 6];
        var x = Tensor<float>.From(new ReadOnlyTensorSpan<float>(numbers, [3, 2], [1, 3])); // [2, 3] transposed
        numbers[0] = 0;
        Assert.Equal([3, 2], x.Shape);
        Assert.Equal([1, 4, 2, 5, 3, 6], x.ToArray());
    }

    [Fact]
    public void A_tensor_is_copied_into_a_span_at_any_strides()
    {
        var numbers = new float[6];
        var x = Tensor<float>.From([2, 3], [1, 2, 3, 4, 5, 6]);
        x.CopyTo(new TensorSpan<float>(numbers, [2, 3], [1, 2]));
        Assert.Equal([1, 4, 2, 5, 3, 6], numbers);
        var error = Assert.Throws<ShapeException>(() => x.CopyTo(new TensorSpan<float>(new float[6], [3, 2])));
        Assert.Equal("Tensor.CopyTo: the tensor is [2, 3] and the span [3, 2]; they must be equal.", error.Message);
    }

    [Fact]
    public void A_tensor_over_a_span_reads_the_memory_of_its_owner_at_any_strides()
    {
        double[] numbers = [1, 2, 3, 4, 5, 6];
        var transposed = Tensor<double>.Over(new ReadOnlyTensorSpan<double>(numbers, [3, 2], [1, 3]), x =>
        {
            Assert.False(x.IsContiguous);
            numbers[0] = 10;
            return x.ToArray();
        });
        Assert.Equal([10, 4, 2, 5, 3, 6], transposed);

        var product = Tensor<double>.Over(new ReadOnlyTensorSpan<double>(numbers.AsSpan(1), [2, 2], [3, 1]), x =>
        {
            using var tape = new Tape<double>();
            return Op.MatMul(x, tape.Constant([2, 2], [1, 0, 1, 1])).ToArray();
        });
        Assert.Equal([5, 3, 11, 6], product); // [[2, 3], [5, 6]] times [[1, 0], [1, 1]]

        var repeated = Tensor<double>.Over(new ReadOnlyTensorSpan<double>(numbers, [2, 3], [0, 1]), x => x.ToArray());
        Assert.Equal([10, 2, 3, 10, 2, 3], repeated);
    }

    [Fact]
    public void A_tensor_over_a_span_ends_with_the_call()
    {
        float[] numbers = [1, 2];
        using var tape = new Tape<float>();
        var constant = Tensor<float>.Over(new ReadOnlyTensorSpan<float>(numbers), tape.Constant);
        var weight = tape.Variable(Tensor<float>.From([2], [3, 4]));
        var (x, y) = Tensor<float>.Over(new ReadOnlyTensorSpan<float>(numbers), x => (x, x * weight));
        Assert.Equal([1, 2], constant.ToArray());
        Assert.Equal([3, 8], y.ToArray());
        foreach (var late in (Action[])
            [() => x.ToArray(), () => _ = x.Data.Length, () => Op.Add(weight, x), () => tape.Backward(Op.Sum(y))])
        {
            Assert.StartsWith("Tensor.Over: the tensor is used after the call in which it existed",
                Assert.Throws<ObjectDisposedException>(late).Message, StringComparison.Ordinal);
        }
        Assert.Throws<InvalidOperationException>(() => Tensor<float>.Over(
            new ReadOnlyTensorSpan<float>(numbers), int (tensor) =>
            {
                x = tensor;
                throw new InvalidOperationException();
            }));
        Assert.Throws<ObjectDisposedException>(() => x.ToArray());
    }

    [Fact]
    public void A_tensor_over_a_span_cannot_become_a_parameter_or_a_buffer() =>
        Tensor<float>.Over(new ReadOnlyTensorSpan<float>([1f, 2]), x =>
        {
            Assert.Throws<ArgumentException>(() => new Parameter<float>("bias", x));
            Assert.Throws<ArgumentException>(() => new Buffer<float>("running_mean", x));
            return 0;
        });

    [Fact]
    public void Spans_that_no_tensor_can_have_are_refused()
    {
        Assert.Equal("Tensor.From: the span is empty; a tensor holds at least one number.",
            Assert.Throws<ShapeException>(() => Tensor<float>.From(default)).Message);
        Assert.Equal("Tensor.Over: the span is empty; a tensor holds at least one number.",
            Assert.Throws<ShapeException>(() => Tensor<float>.Over(new ReadOnlyTensorSpan<float>([]), x => 0)).Message);
        Assert.StartsWith("Shape: [1, 1, 1, 1, 1, 1, 1] has 7 dimensions",
            Assert.Throws<ShapeException>(() => Tensor<float>.From(
                new ReadOnlyTensorSpan<float>([1f], [1, 1, 1, 1, 1, 1, 1]))).Message, StringComparison.Ordinal);
    }
}
