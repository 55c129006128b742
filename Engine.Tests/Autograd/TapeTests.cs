
namespace Engine.Tests.Autograd;

public class TapeTests
{
    private static readonly CatalogueEntry Custom = new("Custom", "for these tests", _ => []);

    [Fact]
    public void A_tensor_that_is_used_twice_gets_both_gradients()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([2], [3, 5]));
        var y = Op.Sum(x * x + x * 4);
        Assert.Equal([10, 14], tape.Backward(y)[x].ToArray());
    }

    [Fact]
    public void A_gradient_that_was_passed_on_is_not_shared_with_a_later_use()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([2], [3, 5]));
        var h = Op.Scale(x, 2);
        var view = Op.Reshape(h, [2, 1]);
        var y = Op.Sum(Op.Reshape(view, [2]) * h + h);
        Assert.Equal([2 * ((2 * 6) + 1), 2 * ((2 * 10) + 1)], tape.Backward(y)[x].ToArray());
    }

    [Fact]
    public void A_parameter_is_one_leaf_however_often_it_is_used()
    {
        var p = new Parameter<double>("p", Tensor<double>.From([1], [3]));
        using var tape = new Tape<double>();
        Assert.Same(tape.Use(p), tape.Use(p));
        Assert.Equal(1, tape.NodeCount);
        Assert.Equal([6], tape.Backward(Op.Sum(tape.Use(p) * tape.Use(p)))[p].ToArray());
    }

    [Fact]
    public void A_leaf_can_be_the_loss()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([1], [3]));
        Assert.Equal([1.0], tape.Backward(x)[x].ToArray());
    }

    [Fact]
    public void Constants_of_another_size_and_tapes_that_have_ended_are_refused()
    {
        var p = new Parameter<double>("p", Tensor<double>.From([1], [3]));
        var tape = new Tape<double>();
        Assert.Equal(
            "Constant: [2, 3] holds 6 numbers; 5 were given.",
            Assert.Throws<ShapeException>(() => tape.Constant([2, 3], new double[5])).Message);
        var loss = Op.Sum(tape.Use(p) * 2);
        tape.Dispose();
        var other = new Parameter<double>("q", Tensor<double>.From([1], [3]));
        Assert.Throws<ObjectDisposedException>(() => tape.Use(other));
        Assert.Throws<ObjectDisposedException>(() => tape.Backward(loss));
        Assert.Throws<ObjectDisposedException>(() => tape.Backward(loss, new GradientSet<double>([p])));
    }

    [Fact]
    public void An_observer_sees_leaves_without_inputs_and_operations_with_theirs()
    {
        var seen = new Recordings();
        using var tape = new Tape<double> { Observer = seen };
        var (x, z) = (tape.Variable(Tensor<double>.From([1], [3])), tape.Variable(Tensor<double>.From([1], [4])));
        var y = x * z;
        Assert.Equal([null, null, "Multiply"], seen.All.Select(node => node.Operation));
        Assert.Equal([0, 0, 2], seen.All.Select(node => node.Inputs.Length));
        Assert.Equal([x, z], seen.All[2].Inputs);
        Assert.Equal([12.0], y.ToArray());
    }

    private sealed class Recordings : TapeObserver<double>
    {
        public List<(string? Operation, Tensor<double>?[] Inputs)> All { get; } = [];

        public override void Recorded(
            int node, CatalogueEntry? entry, Tensor<double> y, ReadOnlySpan<Tensor<double>?> inputs) =>
            All.Add((entry?.Name, inputs.ToArray()));
    }

    [Fact]
    public void A_constant_gets_no_gradient()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([1], [3]));
        var c = tape.Constant(Tensor<double>.From([1], [7]));
        var gradients = tape.Backward(Op.Sum(x * c));
        Assert.Equal([7], gradients[x].ToArray());
        Assert.Throws<KeyNotFoundException>(() => gradients[c].Length);
        Assert.Equal(0, tape.Constant(Tensor<double>.From([1], [7])).Node + 1);
    }

    [Fact]
    public void A_leaf_that_the_loss_does_not_depend_on_has_gradient_zero()
    {
        using var tape = new Tape<double>();
        var (x, unused) = (tape.Variable(Tensor<double>.Zeros([2])), tape.Variable(Tensor<double>.Zeros([3])));
        var gradients = tape.Backward(Op.Sum(x));
        Assert.Equal([0, 0, 0], gradients[unused].ToArray());
        Assert.Equal([1, 1], gradients[x].ToArray());
        Assert.Equal(2, gradients.All.ToArray().Sum());
    }

    [Fact]
    public void Two_backward_passes_give_the_same_gradients()
    {
        using var tape = new Tape<double>(Mode.Training, new RandomStream(3));
        var x = tape.Variable(Samples.Normal(5, 9));
        var loss = Op.Sum(Op.Softmax(Op.Dropout(Op.Gelu(x), 0.4)) * x);
        Assert.Equal(tape.Backward(loss)[x].ToArray(), tape.Backward(loss)[x].ToArray());
    }

    [Fact]
    public void Backward_adds_to_a_given_set_so_that_microbatches_sum()
    {
        var p = new Parameter<double>("p", Tensor<double>.From([2], [3, 5]));
        var set = new GradientSet<double>([p]);
        for (var microbatch = 1; microbatch <= 3; microbatch++)
        {
            using var tape = new Tape<double>();
            tape.Backward(Op.Sum(Op.Scale(tape.Use(p), microbatch)), set);
        }
        Assert.Equal([6, 6], set[p].ToArray());
        set.Clear();
        Assert.Equal([0, 0], set[p].ToArray());
        using var last = new Tape<double>();
        last.Backward(Op.Sum(last.Use(p)), set);
        Assert.Equal([1, 1], set[p].ToArray());
    }

    [Fact]
    public void A_set_of_some_leaves_gets_the_gradients_of_these_leaves()
    {
        var (p, frozen) = (new Parameter<double>("p", Samples.Normal(4, 3)),
            new Parameter<double>("frozen", Samples.Normal(5, 4)));
        var (all, some) = (new GradientSet<double>([p, frozen]), new GradientSet<double>([p]));
        using var tape = new Tape<double>();
        var x = tape.Variable(Samples.Normal(2, 3));
        var y = Op.Linear(Op.Linear(x, tape.Use(p)), Op.Exp(tape.Use(frozen)));
        var loss = Op.Sum(y * y);
        tape.Backward(loss, all);
        tape.Backward(loss, some);
        Assert.Equal(all[p].ToArray(), some[p].ToArray());
        Assert.True(some.Contains(p) && !some.Contains(frozen));
    }

    [Fact]
    public void Tapes_on_several_threads_over_the_same_parameters_give_what_one_gives()
    {
        var weight = new Parameter<double>("weight", Samples.Normal(17, 9));
        var x = Samples.Transposed(Samples.Normal(6, 9));
        double[] Gradient()
        {
            using var tape = new Tape<double>(Mode.Training, new RandomStream(3));
            var y = Op.Dropout(Op.Linear(tape.Constant(x), tape.Use(weight), relu: true), 0.3);
            return tape.Backward(Op.Sum(Op.Softmax(y) * y))[weight].ToArray();
        }

        var alone = Gradient();
        var together = new double[64][];
        Parallel.For(0, together.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
            together[i] = Gradient());
        foreach (var gradient in together) Assert.Equal(alone, gradient);
    }

    [Fact]
    public void Inference_records_nothing_and_computes_the_same()
    {
        var p = new Parameter<double>("p", Samples.Normal(4, 3));
        var x = Samples.Normal(2, 3);
        using var inference = new Tape<double>(Mode.Inference);
        using var evaluation = new Tape<double>(Mode.Evaluation);
        var quick = Op.Sum(Op.Dropout(Op.Linear(inference.Variable(x), inference.Use(p)), 0.5));
        var slow = Op.Sum(Op.Dropout(Op.Linear(evaluation.Variable(x), evaluation.Use(p)), 0.5));
        Assert.Equal(slow.Item(), quick.Item());
        Assert.Equal((0, 4), (inference.NodeCount, evaluation.NodeCount));
    }

    [Fact]
    public void What_depends_on_constants_alone_is_not_recorded()
    {
        using var tape = new Tape<double>();
        Op.Relu(Op.Exp(tape.Constant(Tensor<double>.Zeros([3]))));
        Assert.Equal(0, tape.NodeCount);
    }

    [Fact]
    public void A_graph_of_a_hundred_thousand_nodes_does_not_overflow_the_stack()
    {
        const int depth = 100_000;
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([], [1]));
        var y = x;
        for (var i = 0; i < depth; i++) y = Op.Reshape(y, i % 2 == 0 ? [1] : []);
        Assert.Equal([1], tape.Backward(y)[x].ToArray());
        Assert.Equal(depth + 1, tape.NodeCount);
    }

    [Fact]
    public void A_missing_backward_throws_and_does_not_cut_the_graph()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([1], [3]));
        var y = tape.Record(Custom, tape.Constant(x), [x], null);
        var error = Assert.Throws<InvalidOperationException>(() => tape.Backward(Op.Sum(y) + Op.Sum(x)));
        Assert.Equal("Backward: Custom has no backward; detach its input, or write one.", error.Message);
    }

    [Fact]
    public void A_missing_backward_on_another_branch_does_no_harm()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([1], [3]));
        tape.Record(Custom, tape.Constant(x), [x], null);
        Assert.Equal([1], tape.Backward(Op.Sum(x))[x].ToArray());
    }

    [Fact]
    public void A_variable_of_a_transposed_view_has_its_gradient_in_order_of_its_shape()
    {
        var x = Samples.Transposed(Tensor<double>.From([2, 3], [1, 2, 3, 4, 5, 6]));
        using var tape = new Tape<double>();
        var variable = tape.Variable(x);
        Assert.False(variable.IsContiguous);
        var weights = tape.Constant(Tensor<double>.From([2, 3], [1, 2, 3, 4, 5, 6]));
        Assert.Equal([1, 2, 3, 4, 5, 6], tape.Backward(Op.Sum(variable * weights))[variable].ToArray());
    }

    [Fact]
    public void A_variable_is_a_copy()
    {
        var x = Tensor<double>.From([1], [3]);
        using var tape = new Tape<double>();
        var (variable, constant) = (tape.Variable(x), tape.Constant(x));
        x.Span[0] = 9;
        Assert.Equal((3, 3), (variable.Item(), constant.Item()));
    }

    [Fact]
    public void Each_stream_of_a_tape_is_its_own_and_the_same_again_for_the_same_seed()
    {
        using var tape = new Tape<double>(Mode.Training, new RandomStream(4));
        using var again = new Tape<double>(Mode.Training, new RandomStream(4));
        var (first, second) = (tape.NextStream().Key, tape.NextStream().Key);
        Assert.NotEqual(first, second);
        Assert.Equal((first, second), (again.NextStream().Key, again.NextStream().Key));
    }

    [Fact]
    public void Leaves_of_a_set_begin_at_cache_lines_and_the_gaps_are_zero()
    {
        var (p, q) = (new Parameter<float>("p", Tensor<float>.Zeros([3])),
            new Parameter<float>("q", Tensor<float>.Zeros([17])));
        var set = new GradientSet<float>([p, q, p]);
        set[p].Fill(1);
        set[q].Fill(1);
        Assert.Equal(16 + 32, set.All.Length);
        Assert.Equal(20, set.All.ToArray().Sum());
        Assert.Equal(0, set.All.Length * sizeof(float) % 64);
    }
}
