
namespace Engine.Tests.Tensors;

public class LifetimeTests
{
    [Fact]
    public void Every_use_of_a_tensor_whose_tape_has_ended_throws()
    {
        var parameter = new Parameter<float>("weight", Tensor<float>.From([2, 2], [1, 2, 3, 4]));
        var tape = new Tape<float>();
        var constant = tape.Constant(Tensor<float>.From([2, 2], [1, 2, 3, 4]));
        var variable = tape.Variable(Tensor<float>.From([2, 2], [1, 2, 3, 4]));
        var used = tape.Use(parameter);
        var y = Op.MatMul(variable, used);
        var loss = Op.Sum(y);
        Tensor<float>[] all = [constant, variable, used, y, Op.Transpose(y), Op.Slice(y, 0, 1, 1), Op.Reshape(y, [4]),
            loss];
        tape.Dispose();

        Assert.True(tape.HasEnded);
        using var next = new Tape<float>();
        var fresh = next.Constant(Tensor<float>.From([1], [1]));
        foreach (var x in all)
        {
            Throws(() => x.ToArray());
            Throws(() => x.CopyTo(new float[4]));
            Throws(() => _ = x.Memory.Length);
            if (x.IsContiguous) Throws(() => _ = x.Data.Length);
            Throws(() => _ = x[new int[x.Shape.Rank]]);
            Throws(() => Op.Relu(x));
            Throws(() => Op.Add(x, x));
            Throws(() => Op.Add(fresh, x));
            Throws(() => Op.Reshape(x, [x.Count]));
            Throws(() => next.Constant(x));
            Throws(() => next.Variable(x));
        }
        Throws(() => loss.Item());
        Throws(() => Op.Transpose(y));
        Throws(() => Op.Slice(y, 0, 0, 1));
        Throws(() => tape.Backward(loss));
        Throws(() => tape.Backward(loss, new GradientSet<float>([parameter])));
        Throws(() => tape.Use(new Parameter<float>("other", Tensor<float>.Zeros([2]))));
        Throws(() => Op.Relu(tape.Use(parameter)));
        Throws(() => tape.Constant(Tensor<float>.Zeros([2])));
        Throws(() => tape.Constant([1], [1f]));
        Throws(() => tape.Variable(Tensor<float>.Zeros([2])));
        Assert.Equal([1, 2, 3, 4], parameter.Value.ToArray());
    }

    [Fact]
    public void The_message_of_a_late_use_names_the_shape_and_the_remedy()
    {
        var tape = new Tape<float>();
        var x = tape.Constant(Tensor<float>.Zeros([2, 3]));
        tape.Dispose();
        Assert.Equal(
            "Tensor [2, 3]: its tape has ended, and its memory serves other steps now. " +
            "Read it, or copy it with ToArray, before the tape is disposed.",
            Assert.Throws<ObjectDisposedException>(() => x.ToArray()).Message);
        Assert.Equal(
            "Tape: it has ended; a step needs a tape of its own (using var tape = new Tape<T>(...)).",
            Assert.Throws<ObjectDisposedException>(() => tape.Constant(Tensor<float>.Zeros([1]))).Message);
    }

    [Fact]
    public void A_gradient_set_outlives_its_tape()
    {
        GradientSet<double> gradients;
        Tensor<double> x;
        using (var tape = new Tape<double>())
        {
            x = tape.Variable(Tensor<double>.From([2], [1, 2]));
            gradients = tape.Backward(Op.Sum(Op.Multiply(x, x)));
        }
        Assert.Equal([2, 4], gradients[x].ToArray());
    }

    [Fact]
    public void Ending_a_tape_twice_returns_its_memory_once()
    {
        var tape = new Tape<float>();
        tape.Constant(Tensor<float>.Zeros([5]));
        tape.Dispose();
        tape.Dispose();
        using var a = new Tape<float>();
        var (x, y) = (a.Constant(Tensor<float>.From([1], [1])), a.Constant(Tensor<float>.From([1], [2])));
        Assert.Equal((1, 2), (x.Item(), y.Item()));
    }

    [Fact]
    public void Only_float_and_double_are_numbers_of_a_tensor()
    {
        var error = Assert.Throws<NotSupportedException>(() => Tensor<Half>.Zeros([2]));
        Assert.Equal("Tensor<Half>: only float and double have kernels.", error.Message);
        Assert.Throws<NotSupportedException>(() => new Tape<Half>().Constant([1], [Half.One]));
    }

    private static void Throws(Action use) => Assert.Throws<ObjectDisposedException>(use);
}
