
namespace Engine.Tests.Operations;

/// <summary>Messages of normalizations about operands that do not fit.</summary>
public class NormalizationMessageTests
{
    [Fact]
    public void They_say_what_gamma_and_beta_must_be()
    {
        Says(
            "RmsNorm: the last dimension of [2, 3] is 3; gamma [4] must be [3].",
            tape => Op.RmsNorm(Zeros(tape, 2, 3), Zeros(tape, 4)));
        Says(
            "BatchNorm: x [2, 3] has 3 channels; gamma [4] and beta [3] must be [3].",
            tape => Op.BatchNorm(Zeros(tape, 2, 3), Zeros(tape, 4), Zeros(tape, 3)));
        Says(
            "GroupNorm: x [2, 3, 5] has 3 channels; gamma [3] and beta [5] must be [3].",
            tape => Op.GroupNorm(Zeros(tape, 2, 3, 5), 1, Zeros(tape, 3), Zeros(tape, 5)));
        Says(
            "GroupNorm: x [2, 3] has 3 channels; gamma [3] and beta [5] must be [3].",
            tape => Op.GroupNorm(Zeros(tape, 2, 3), 1, Zeros(tape, 3), Zeros(tape, 5), SequenceLayout.Full(1, 2)));
        Says(
            "InstanceNorm: x [2, 3] has 3 channels; gamma [3] and beta [5] must be [3].",
            tape => Op.InstanceNorm(Zeros(tape, 2, 3), Zeros(tape, 3), Zeros(tape, 5), SequenceLayout.Full(1, 2)));
        Says(
            "BatchNorm: x [2, 3] has 3 channels; gamma [4] and beta [3] must be [3].",
            tape => Op.BatchNorm(Zeros(tape, 2, 3), Zeros(tape, 4), Zeros(tape, 3), new float[3], new float[3]));
        Says(
            "BatchNorm: x [2, 3] has 3 channels; 3 means and 2 variances were given.",
            tape => Op.BatchNorm(Zeros(tape, 2, 3), Zeros(tape, 3), Zeros(tape, 3), new float[3], new float[2]));
    }

    [Fact]
    public void They_say_what_x_must_be()
    {
        Says(
            "BatchNorm: x [3] must be [rows, channels] or [batch, channels, length]. Reshape it?",
            tape => Op.BatchNorm(Zeros(tape, 3), Zeros(tape, 3), Zeros(tape, 3)));
        Says(
            "InstanceNorm: x [2, 3] must be [batch, channels, length]; rows need a SequenceLayout that says which of " +
            "them are one instance.",
            tape => Op.InstanceNorm(Zeros(tape, 2, 3), Zeros(tape, 3), Zeros(tape, 3)));
        Says(
            "InstanceNorm: with a layout of 4 rows x must be [4, channels], not [2, 3].",
            tape => Op.InstanceNorm(
                Zeros(tape, 2, 3), Zeros(tape, 3), Zeros(tape, 3), SequenceLayout.Full(2, 2)));
        Says(
            "GroupNorm: with a layout of 4 rows x must be [4, channels], not [5, 6].",
            tape => Op.GroupNorm(
                Zeros(tape, 5, 6), 2, Zeros(tape, 6), Zeros(tape, 6), SequenceLayout.Full(2, 2)));
        Says(
            "BatchNorm: with a layout of 2 rows x must be [2, channels], not [2, 3, 1].",
            tape => Op.BatchNorm(
                Zeros(tape, 2, 3, 1), Zeros(tape, 3), Zeros(tape, 3), layout: SequenceLayout.Full(2, 1)));
        foreach (var groups in (int[])[4, 0, -2])
        {
            Says(
                $"GroupNorm: 6 channels do not fall into {groups} groups; their number must be a divisor of the " +
                "channels'.",
                tape => Op.GroupNorm(Zeros(tape, 2, 6), groups, Zeros(tape, 6), Zeros(tape, 6)));
        }
    }

    [Fact]
    public void Epsilon_may_not_be_negative()
    {
        using var tape = new Tape<float>();
        foreach (var epsilon in (double[])[-1e-9, double.NaN])
        {
            foreach (var (name, use) in ((string, Action)[])
                [
                    ("RmsNorm", () => Op.RmsNorm(Zeros(tape, 2, 3), Zeros(tape, 3), epsilon)),
                    ("BatchNorm", () => Op.BatchNorm(Zeros(tape, 2, 3), Zeros(tape, 3), Zeros(tape, 3), epsilon)),
                ])
            {
                Assert.StartsWith(
                    $"{name}: epsilon must be at least 0.",
                    Assert.Throws<ArgumentOutOfRangeException>(use).Message, StringComparison.Ordinal);
            }
        }
    }

    private static Tensor<float> Zeros(Tape<float> tape, params ReadOnlySpan<int> shape) =>
        tape.Constant(Tensor<float>.Zeros(new Shape(shape)));

    private static void Says(string message, Action<Tape<float>> use)
    {
        using var tape = new Tape<float>();
        Assert.Equal(message, Assert.Throws<ShapeException>(() => use(tape)).Message);
    }
}
