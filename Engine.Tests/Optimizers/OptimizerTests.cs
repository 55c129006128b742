using System.Numerics;
using Engine.Optimizers;

namespace Engine.Tests.Optimizers;

public sealed class OptimizerTests
{
    private const int Steps = 6;

    public static TheoryData<string> Names => new(OptimizerCases.All.Keys);

    [Property]
    public void Each_step_equals_the_twins(Draw draw) => draw.ForEach(OptimizerCases.All.Keys, (name, draw) =>
    {
        var (inDouble, inFloat, twin) = OptimizerCases.All[name];
        Shape shape = [draw.Size()];
        var initial = draw.Normal(shape);
        var gradients = Enumerable.Range(0, Steps).Select(_ => draw.Normal(shape)).ToArray();
        var (lr, decay) = (0.01 + draw.Random.NextUniform(), draw.Flip() ? 0.1 : 0);
        var expected = Numbers.Of(shape, i => OptimizerCases.After(
            twin(lr, decay), initial.Values[i], gradients.Select(g => g.Values[i])));
        Close.To(expected, Run<double>(initial, gradients, p => inDouble(p, lr, decay)), 1e-12);
        Close.To(expected, Run<float>(initial, gradients, p => inFloat(p, lr, decay)), 1e-4);
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void The_scale_multiplies_the_gradients(string name)
    {
        var (create, _, twin) = OptimizerCases.All[name];
        var parameter = Parameter(1.5);
        create([parameter], 0.1, 0).Step(Set(parameter, 3), scale: 0.25);
        Assert.Equal(OptimizerCases.After(twin(0.1, 0), 1.5, 0.75), parameter.Value.Item(), 1e-12);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_optimizer_finds_the_minimum_of_a_quadratic_function(string name)
    {
        var parameter = new Parameter<double>("x", Tensor<double>.From([2], [1.5, -2]));
        var optimizer = OptimizerCases.All[name].InDouble([parameter], 0.05, 0);
        var gradients = new GradientSet<double>([parameter]);
        for (var step = 0; step < 2000; step++)
        {
            // f = (x - 1)² / 2 + 2 (y + 1)². The rate falls, since Lion always moves by the rate.
            optimizer.LearningRate = 0.1 / (1 + (step / 50.0));
            var x = parameter.Value.ToArray();
            gradients[parameter][0] = x[0] - 1;
            gradients[parameter][1] = 4 * (x[1] + 1);
            optimizer.Step(gradients);
        }
        Close.To([1, -1], parameter.Value.ToArray(), 0.01);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Bits_do_not_depend_on_the_number_of_threads(string name)
    {
        float[] Run(int threads)
        {
            using var team = new ThreadTeam(threads);
            var parameters = Enumerable.Range(0, 3).Select(i => new Parameter<float>($"{i}", Tensor<float>.From(
                [40_000 + i], [.. Enumerable.Range(0, 40_000 + i).Select(j => MathF.Sin(j + i))]))).ToArray();
            var optimizer = OptimizerCases.All[name].InFloat(parameters, 0.1, 0.01);
            var gradients = new GradientSet<float>(parameters);
            for (var step = 0; step < 3; step++)
            {
                foreach (var parameter in parameters)
                {
                    for (var j = 0; j < parameter.Count; j++) gradients[parameter][j] = MathF.Cos(j * (step + 1));
                }
                optimizer.Step(gradients, 0.7, threads == 1 ? null : team);
            }
            return [.. parameters.SelectMany(parameter => parameter.Value.ToArray())];
        }
        Assert.Equal(Run(1), Run(3));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_optimizer_with_copied_state_and_steps_continues_as_the_first_would(string name)
    {
        var (create, _, twin) = OptimizerCases.All[name];
        double[] gradients = [0.5, -2, 1, 0.25, -1];
        var (first, second) = (Parameter(1.5), Parameter(0));
        var running = create([first], 0.1, 0.1);
        foreach (var g in gradients[..3]) running.Step(Set(first, g));

        var resumed = create([second], 0.1, 0.1);
        first.Value.CopyTo(second.Update());
        foreach (var (from, to) in running.State.Zip(resumed.State))
        {
            Assert.Equal(from.Slot, to.Slot);
            Assert.Equal(second, to.Parameter);
            from.Numbers.CopyTo(to.Numbers);
        }
        resumed.Steps = running.Steps;
        foreach (var g in gradients[3..]) resumed.Step(Set(second, g));
        Assert.Equal(OptimizerCases.After(twin(0.1, 0.1), 1.5, gradients), second.Value.Item(), 1e-12);
        Assert.Equal(5, resumed.Steps);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1)]
    [InlineData(0)]
    public void NAdam_whose_steps_are_set_back_goes_on_from_there(int steps)
    {
        var (first, second) = (Parameter(1), Parameter(1));
        var (used, fresh) = (new NAdam<double>([first]), new NAdam<double>([second]) { Steps = steps });
        for (var i = 0; i < 5; i++) used.Step(Set(first, 0.5));
        Parameter(1).Value.CopyTo(first.Update());
        foreach (var (_, _, numbers) in used.State) numbers.Span.Clear();
        used.Steps = steps;
        for (var i = 0; i < 2; i++)
        {
            used.Step(Set(first, 0.5));
            fresh.Step(Set(second, 0.5));
            Assert.Equal(second.Value.Item(), first.Value.Item(), 1e-15);
        }
    }

    [Fact]
    public void A_forward_pass_after_a_step_sees_the_new_weights()
    {
        var linear = new Engine.Layers.Linear<double>(20, 30, new RandomStream(1));
        var x = Samples.Normal(new RandomStream(2), [40, 20]);
        var optimizer = new Sgd<double>(linear.Parameters, 0.1);
        for (var step = 0; step < 3; step++)
        {
            using var tape = new Tape<double>();
            var rows = tape.Variable(x);
            var y = linear.Forward(rows);
            // Constants belong to no parameter, so that no packed copy of them is kept from step to step.
            var (weight, bias) = (tape.Constant(linear.Parameters[0].Value), tape.Constant(linear.Parameters[1].Value));
            Close.To(Op.Linear(rows, weight, bias).ToArray(), y.ToArray(), 1e-13);
            var gradients = new GradientSet<double>(linear.Parameters);
            gradients.All.Fill(0.25);
            var versions = linear.Parameters.Select(parameter => parameter.Version).ToArray();
            optimizer.Step(gradients);
            Assert.Equal(versions.Select(version => version + 1), linear.Parameters.Select(p => p.Version));
        }
    }

    [Fact]
    public void An_optimizer_of_nothing_takes_its_steps()
    {
        var optimizer = new Sgd<double>([]);
        optimizer.Step(new GradientSet<double>([]));
        Assert.Equal(1, optimizer.Steps);
    }

    [Fact]
    public void State_has_a_name_and_the_parameters_number_of_elements()
    {
        Parameter<double>[] p = [Parameter(1), new("b", Tensor<double>.Zeros([2, 3]))];
        (string, string, int)[] Of(Optimizer<double> optimizer) =>
            [.. optimizer.State.Select(part => (part.Slot, part.Parameter.Name, part.Numbers.Length))];
        Assert.Empty(Of(new Sgd<double>(p)));
        Assert.Equal([("b", "x", 1), ("b", "b", 6)], Of(new Sgd<double>(p, momentum: 0.9)));
        Assert.Equal([("m", "x", 1), ("m", "b", 6), ("v", "x", 1), ("v", "b", 6)], Of(new Adam<double>(p)));
        Assert.Equal(["s"], Slots(new Adagrad<double>(p)));
        Assert.Equal(["v", "u"], Slots(new Adadelta<double>(p)));
        Assert.Equal(["v"], Slots(new RmsProp<double>(p)));
        Assert.Equal(["v", "b"], Slots(new RmsProp<double>(p, momentum: 0.5)));
        Assert.Equal(["m", "v"], Slots(new NAdam<double>(p)));
        Assert.Equal(["m"], Slots(new Lion<double>(p)));

        static string[] Slots(Optimizer<double> optimizer) => [.. optimizer.State.Select(part => part.Slot).Distinct()];
    }

    [Property]
    public void Adams_first_step_is_the_learning_rate_times_the_gradients_sign(Draw draw)
    {
        Shape shape = [draw.Size()];
        var (initial, gradient) = (draw.Normal(shape), draw.Normal(shape));
        foreach (var create in (Func<Parameter<double>[], Optimizer<double>>[])
            [p => new Adam<double>(p, 0.3, epsilon: 0), p => new AdamW<double>(p, 0.3, epsilon: 0, weightDecay: 0)])
        {
            Close.To(
                Numbers.Of(shape, i => initial.Values[i] - (0.3 * Math.Sign(gradient.Values[i]))),
                Run<double>(initial, [gradient], create), 1e-12);
        }
    }

    [Property]
    public void AdamW_without_gradients_only_decays(Draw draw)
    {
        Shape shape = [draw.Size()];
        var initial = draw.Normal(shape);
        var none = Numbers.Of(shape, _ => 0);
        Close.To(
            initial.Map(x => x * Math.Pow(1 - (0.2 * 0.5), 3)),
            Run<double>(initial, [none, none, none], p => new AdamW<double>(p, 0.2, weightDecay: 0.5)), 1e-12);
        Close.To(initial, Run<double>(initial, [none, none], p => new Adam<double>(p, 0.2)), 0);
    }

    [Fact]
    public void AdamW_shrinks_all_weights_by_the_same_factor_and_Adam_hardly_shrinks_weights_with_large_gradients()
    {
        double Decayed(Func<Parameter<double>[], double, Optimizer<double>> create, double gradient)
        {
            double After(double decay)
            {
                var parameter = Parameter(2);
                create([parameter], decay).Step(Set(parameter, gradient));
                return parameter.Value.Item();
            }
            return After(0) - After(0.1);
        }
        foreach (var gradient in (double[])[1, 100])
            Assert.Equal(0.5 * 0.1 * 2, Decayed((p, l) => new AdamW<double>(p, 0.5, weightDecay: l), gradient), 1e-12);
        Assert.InRange(Decayed((p, l) => new Adam<double>(p, 0.5, epsilon: 1, weightDecay: l), 1), 0.01, 1);
        Assert.InRange(Decayed((p, l) => new Adam<double>(p, 0.5, epsilon: 1, weightDecay: l), 100), 0, 1e-4);
    }

    [Property]
    public void Momentum_0_is_plain_gradient_descent(Draw draw)
    {
        Shape shape = [draw.Size()];
        Numbers[] gradients = [draw.Normal(shape), draw.Normal(shape)];
        var initial = draw.Normal(shape);
        Close.To(
            Numbers.Of(shape, i => initial.Values[i] - (0.3 * (gradients[0].Values[i] + gradients[1].Values[i]))),
            Run<double>(initial, gradients, p => new Sgd<double>(p, 0.3, momentum: 0)), 1e-12);
        Assert.Equal(
            Run<double>(initial, gradients, p => new RmsProp<double>(p, 0.3)).Values,
            Run<double>(initial, gradients, p => new RmsProp<double>(p, 0.3, momentum: 0)).Values);
    }

    [Property]
    public void Lion_moves_every_number_by_the_learning_rate_and_nothing_where_there_is_no_gradient(Draw draw)
    {
        Shape shape = [draw.Size()];
        var gradient = draw.Normal(shape).Map(g => draw.Flip() ? g : 0);
        var moved = Run<double>(Numbers.Of(shape, _ => 0), [gradient], p => new Lion<double>(p, 0.3));
        Close.To(gradient.Map(g => -0.3 * Math.Sign(g)), moved, 0);
    }

    private static Numbers Run<T>(
        Numbers initial, Numbers[] gradients, Func<Parameter<T>[], Optimizer<T>> create)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var parameter = new Parameter<T>("x", initial.Free<T>());
        var optimizer = create([parameter]);
        var set = new GradientSet<T>([parameter]);
        foreach (var gradient in gradients)
        {
            gradient.Free<T>().CopyTo(set[parameter]);
            optimizer.Step(set);
        }
        return Numbers.Of(parameter.Value);
    }

    private static Parameter<double> Parameter(double value) => new("x", Tensor<double>.From([1], [value]));

    private static GradientSet<double> Set(Parameter<double> parameter, double gradient)
    {
        var set = new GradientSet<double>([parameter]);
        set[parameter][0] = gradient;
        return set;
    }
}
