namespace Engine.Tests.Autograd;

/// <summary>Changes of a model's state that travel with the gradients, and the gradients that are wanted.</summary>
public class DeferredChangeTests
{
    private static readonly CatalogueEntry Custom = new("Custom", "for these tests", _ => []);

    private readonly Parameter<float> parameter = new("p", Tensor<float>.From([2], [3, 5]));

    [Fact]
    public void Changes_are_made_once_at_the_commit_in_the_order_of_the_backward_passes()
    {
        var (made, set) = (new List<int>(), new GradientSet<float>([parameter]));
        for (var i = 1; i <= 2; i++)
        {
            var number = i;
            using var tape = new Tape<float>();
            tape.Defer(() => made.Add(number));
            tape.Defer(() => made.Add(10 * number));
            var loss = Op.Sum(tape.Use(parameter));
            tape.Backward(loss, set);
            tape.Backward(loss, set); // the changes belong to the step, and not to each of its backward passes
        }
        Assert.Empty(made);
        set.Commit();
        Assert.Equal([1, 10, 2, 20], made);
        set.Commit();
        Assert.Equal(4, made.Count);
    }

    [Fact]
    public void Gradients_that_are_discarded_change_nothing()
    {
        var (made, set) = (0, new GradientSet<float>([parameter]));
        using var tape = new Tape<float>();
        tape.Defer(() => made++);
        tape.Backward(Op.Sum(tape.Use(parameter)), set);
        set.Clear();
        set.Commit();
        Assert.Equal(0, made);
    }

    [Fact]
    public void A_backward_is_asked_only_for_gradients_that_something_wants()
    {
        using var tape = new Tape<float>();
        var frozen = tape.Use(new Parameter<float>("frozen", Tensor<float>.From([2], [1, 2])));
        var (x, constant) = (tape.Use(parameter), tape.Constant([2], [1f, 1f]));
        var h = Op.Exp(frozen); // leads to a leaf, whatever the set holds
        Tensor<float>?[] inputs = [x, frozen, constant, null, h];
        bool[] wanted = [];
        var y = tape.Record(Custom, tape.Constant([2], [1f, 1f]), inputs, adjoints =>
        {
            wanted = Array.ConvertAll(inputs, adjoints.Wants);
            adjoints.Into(x).Add([7f, 8f]);
        });
        var set = new GradientSet<float>([parameter]);
        tape.Backward(Op.Sum(y), set);
        Assert.Equal([true, false, false, false, true], wanted);
        Assert.Equal([7, 8], set[parameter].ToArray());
    }
}
