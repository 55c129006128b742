namespace Engine.Tests.Operations;

/// <summary>Arithmetic is found with <c>using Engine;</c> alone, with numbers on either side.</summary>
public class OperatorTests
{
    private static readonly double[] Numbers = [-3, -0.7, 0.1, 1, 9];

    private static readonly (Func<Tensor<float>, Tensor<float>> Of, Func<float, float> Expected)[] Floats =
    [
        (x => 2f * x + 1f, x => 2f * x + 1f), (x => -x, x => -x), (x => 1 - x, x => 1 - x),
        (x => x - 0.1f, x => x - 0.1f), (x => x / 3f, x => x / 3f), (x => 3 / x, x => 3 / x),
        (x => 0.1f + x * 0.3f, x => 0.1f + x * 0.3f), (x => x * x - x / x, x => x * x - x / x),
    ];

    private static readonly (Func<Tensor<double>, Tensor<double>> Of, Func<double, double> Expected)[] Doubles =
    [
        (x => 2 * x + 1, x => 2 * x + 1), (x => -x, x => -x), (x => 1 - x, x => 1 - x),
        (x => x - 0.1, x => x - 0.1), (x => x / 3, x => x / 3), (x => 3 / x, x => 3 / x),
        (x => 0.1 + x * 0.3, x => 0.1 + x * 0.3), (x => x * x - x / x, x => x * x - x / x),
    ];

    [Fact]
    public void Operators_with_numbers_on_either_side_give_what_the_numbers_give_to_the_last_bit()
    {
        float[] floats = [.. Numbers.Select(number => (float)number)];
        using var tape = new Tape<float>();
        foreach (var (of, expected) in Floats)
            Assert.Equal(floats.Select(expected), of(tape.Constant([5], floats)).ToArray());
        using var other = new Tape<double>();
        foreach (var (of, expected) in Doubles)
            Assert.Equal(Numbers.Select(expected), of(other.Constant([5], Numbers)).ToArray());
    }

    [Fact]
    public void Operators_with_numbers_have_right_gradients()
    {
        foreach (var (of, _) in Doubles)
        {
            var report = GradientCheck.Of(of, Tensor<double>.From([5], Numbers));
            Assert.True(report.Passed, report.ToString());
        }
    }

    [Fact]
    public void A_number_costs_one_operation_and_no_tensor_of_the_shape_of_the_other_operand()
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(Tensor<double>.From([5], Numbers));
        foreach (var (of, operations) in Doubles.Select(row => row.Of).Zip([2, 1, 1, 1, 1, 1, 2, 3]))
        {
            var before = tape.NodeCount;
            of(x);
            Assert.Equal(operations, tape.NodeCount - before);
        }
    }

    [Fact]
    public void An_operand_on_no_tape_is_refused_by_the_name_of_its_operation() =>
        Assert.Equal(
            "Divide: none of its operands is on a tape; bring the data in with tape.Constant.",
            Assert.Throws<InvalidOperationException>(() => Tensor<float>.Zeros([2]) / 2).Message);
}
