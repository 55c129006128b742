using Engine.Layers;
using Engine.Optimizers;

namespace Engine.Tests.Layers;

/// <summary>How and when training changes the running statistics of BatchNorm.</summary>
public class BatchNormTests
{
    [Fact]
    public void Parameters_and_buffers_have_PyTorchs_names_and_initial_values()
    {
        var norm = new BatchNorm<double>(2);
        Assert.Equal(["weight [2]", "bias [2]"], LayerTests.Names(norm));
        Assert.Equal(
            ["running_mean [2]", "running_var [2]", "num_batches_tracked []"],
            norm.NamedBuffers.Select(named => $"{named.Key} {named.Value.Shape}"));
        Assert.Equal([0, 0], Running(norm, "mean"));
        Assert.Equal([1, 1], Running(norm, "var"));
        Assert.Equal(["1.running_mean", "1.running_var", "1.num_batches_tracked"],
            new Sequential<double>(new Engine.Layers.Tanh<double>(), norm).NamedBuffers.Select(named => named.Key));
    }

    [Fact]
    public void Running_statistics_move_by_the_momentum_towards_the_batchs_mean_and_unbiased_variance()
    {
        var norm = new BatchNorm<double>(1, momentum: 0.25);
        Train(norm, [1, 2, 6]); // mean 3; the unbiased variance, which divides by m - 1, is 7
        Close.To([0.25 * 3], Running(norm, "mean"), 1e-15);
        Close.To([0.75 + (0.25 * 7)], Running(norm, "var"), 1e-15);
        Train(norm, [1, 1]);
        Close.To([(0.75 * 0.75) + 0.25], Running(norm, "mean"), 1e-15);
        Close.To([0.75 * 2.5], Running(norm, "var"), 1e-15);
        Assert.Equal(2, Tracked(norm));
    }

    [Fact]
    public void Without_a_momentum_the_running_statistics_are_plain_means_over_all_batches()
    {
        var norm = new BatchNorm<double>(1, momentum: null);
        foreach (var batch in (double[][])[[1, 3], [4, 4], [0, 8]]) Train(norm, batch);
        Close.To([(2 + 4 + 4) / 3.0], Running(norm, "mean"), 1e-15);
        Close.To([(2 + 0 + 32) / 3.0], Running(norm, "var"), 1e-15);
    }

    [Fact]
    public void The_running_variance_is_unbiased_in_expectation()
    {
        var norm = new BatchNorm<double>(1, momentum: null);
        var random = new RandomStream(1);
        for (var i = 0; i < 4000; i++) Train(norm, [3 * random.NextNormal(), 3 * random.NextNormal()]);
        // Divided by m, it would be 4.5. The variance of one batch deviates by 9 √2, the mean of all batches by 0.2.
        Assert.Equal(9, Running(norm, "var")[0], 0.6);
        Assert.Equal(0, Running(norm, "mean")[0], 0.1);
    }

    [Fact]
    public void A_batch_of_one_number_leaves_the_running_variance()
    {
        var norm = new BatchNorm<double>(1);
        Train(norm, [5]);
        Close.To([0.5], Running(norm, "mean"), 1e-15);
        Assert.Equal([1], Running(norm, "var"));
    }

    [Fact]
    public void After_training_it_normalizes_by_the_running_statistics_and_does_not_change_them()
    {
        var norm = new BatchNorm<double>(1, epsilon: 0.5);
        Train(norm, [1, 2, 6]);
        var (mean, variance) = (Running(norm, "mean")[0], Running(norm, "var")[0]);
        foreach (var mode in (Mode[])[Mode.Evaluation, Mode.Inference])
        {
            using var tape = new Tape<double>(mode);
            var y = norm.Forward(tape.Variable(Tensor<double>.From([2, 1], [4, -1])));
            Close.To(
                [(4 - mean) / Math.Sqrt(variance + 0.5), (-1 - mean) / Math.Sqrt(variance + 0.5)], y.ToArray(), 1e-14);
            if (mode == Mode.Evaluation) tape.Backward(Op.Sum(y)).Commit();
        }
        Assert.Equal((mean, variance, 1.0), (Running(norm, "mean")[0], Running(norm, "var")[0], Tracked(norm)));
    }

    [Fact]
    public void The_running_statistics_change_once_when_the_optimizer_steps()
    {
        var norm = new BatchNorm<double>(1);
        var adam = new Adam<double>(norm.Parameters);
        GradientSet<double> gradients;
        using (var tape = new Tape<double>())
        {
            var loss = Op.Sum(norm.Forward(tape.Constant([3, 1], [1, 2, 6])));
            Assert.Equal([0], Running(norm, "mean"));
            gradients = tape.Backward(loss);
            Assert.Equal(0, Tracked(norm));
        }
        adam.Step(gradients);
        Assert.Equal(1, Tracked(norm));
        Close.To([0.3], Running(norm, "mean"), 1e-15);
        adam.Step(gradients);
        Assert.Equal(1, Tracked(norm));
    }

    [Fact]
    public void A_step_whose_gradients_are_cleared_changes_no_running_statistic()
    {
        var norm = new BatchNorm<double>(1);
        var gradients = new GradientSet<double>(norm.Parameters);
        using (var tape = new Tape<double>())
            tape.Backward(Op.Sum(norm.Forward(tape.Constant([2, 1], [1, 2]))), gradients);
        gradients.Clear();
        gradients.Commit();
        Assert.Equal((0.0, 0.0), (Tracked(norm), Running(norm, "mean")[0]));
    }

    [Fact]
    public void Two_tapes_with_one_gradient_set_count_as_two_batches_in_the_order_of_their_backward_passes()
    {
        var norm = new BatchNorm<double>(1, momentum: 0.5);
        var gradients = new GradientSet<double>(norm.Parameters);
        using (var first = new Tape<double>())
        using (var second = new Tape<double>())
        {
            var y = norm.Forward(second.Constant([2, 1], [8, 8]));
            first.Backward(Op.Sum(norm.Forward(first.Constant([2, 1], [4, 4]))), gradients);
            second.Backward(Op.Sum(y), gradients);
        }
        gradients.Commit();
        Assert.Equal((2.0, 5.0), (Tracked(norm), Running(norm, "mean")[0]));
    }

    [Fact]
    public void Two_backward_passes_of_a_tape_count_as_one_batch()
    {
        var norm = new BatchNorm<double>(1);
        var gradients = new GradientSet<double>(norm.Parameters);
        using var tape = new Tape<double>();
        var loss = Op.Sum(norm.Forward(tape.Constant([2, 1], [1, 2])));
        tape.Backward(loss, gradients);
        tape.Backward(loss, gradients);
        gradients.Commit();
        Assert.Equal(1, Tracked(norm));
    }

    [Fact]
    public void An_optimizer_gets_the_parameters_without_the_buffers() =>
        Assert.Equal(["weight", "bias"], new BatchNorm<float>(3).Parameters.Select(p => p.Name));

    [Fact]
    public void A_momentum_outside_0_to_1_is_refused()
    {
        foreach (var momentum in (double[])[-0.1, 1.1, double.NaN])
        {
            Assert.StartsWith(
                "BatchNorm: the momentum must be in [0, 1], or null for a plain mean.",
                Assert.Throws<ArgumentOutOfRangeException>(() => new BatchNorm<float>(1, momentum: momentum)).Message,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_value_of_a_buffer_must_be_a_tensor_of_its_own()
    {
        using var tape = new Tape<float>();
        Assert.Equal(
            "Buffer running_mean: its value must be a tensor of its own, not a view or part of a step.",
            Assert.Throws<ArgumentException>(() =>
                new Buffer<float>("running_mean", tape.Constant([1], [0]))).Message);
        Assert.Equal("running_mean [2]", new Buffer<float>("running_mean", Tensor<float>.Zeros([2])).ToString());
    }

    private static void Train(BatchNorm<double> norm, double[] batch)
    {
        using var tape = new Tape<double>();
        var y = norm.Forward(tape.Constant([batch.Length, 1], batch));
        tape.Backward(Op.Sum(y)).Commit();
    }

    private static double[] Running(BatchNorm<double> norm, string what) => Named(norm, "running_" + what);

    private static double Tracked(BatchNorm<double> norm) => Named(norm, "num_batches_tracked")[0];

    private static double[] Named(BatchNorm<double> norm, string name) =>
        norm.NamedBuffers.Single(named => named.Key == name).Value.Value.ToArray();
}
