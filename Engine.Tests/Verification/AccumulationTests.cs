using Engine.Tests.Tensors;
using Engine.Verification;

namespace Engine.Tests.Verification;

/// <summary>
/// Before a backward writes it, the memory of a gradient is undefined, or holds the contribution of a later use of the
/// tensor. Finite differences of a single operation test neither case.
/// </summary>
[Collection(nameof(BufferTests))]
public class AccumulationTests
{
    public static TheoryData<string> Names => new(Catalogue.All.Select(entry => entry.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_backward_reads_no_gradient_that_was_not_written_and_adds_to_one_that_was(string name)
    {
        MemoryBlockPool<double>.PoisonReturned = true;
        try
        {
            foreach (var check in Catalogue.All.Single(entry =>
                entry.Name == name).Samples(new RandomStream(1)))
            {
                var alone = Gradients(check, throughNodes: false, usedAgain: false);
                foreach (var throughNodes in (bool[])[false, true])
                {
                    Same(alone, Gradients(check, throughNodes, usedAgain: false), 0, check.Description);
                    Same(alone, Gradients(check, throughNodes, usedAgain: true), 1, check.Description);
                }
            }
        }
        finally
        {
            MemoryBlockPool<double>.PoisonReturned = false;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_backward_passes_over_any_input_that_is_a_constant(string name)
    {
        foreach (var check in Catalogue.All.Single(entry => entry.Name == name).Samples(new RandomStream(1)))
        {
            if (check.Inputs.Count + check.Parameters.Count == 1) continue;
            var alone = Gradients(check, throughNodes: false, usedAgain: false);
            for (var i = 0; i < check.Inputs.Count; i++)
            {
                var expected = alone.ToArray();
                expected[i] = new double[alone[i].Length];
                Same(
                    expected, Gradients(check, throughNodes: false, usedAgain: false, constant: i), 0,
                    $"{check.Description}, input {i} a constant");
            }
        }
    }

    /// <summary>
    /// The gradients of a case. Inputs are leaves or outputs of an operation; input <paramref name="constant"/> is a
    /// constant. With <paramref name="usedAgain"/>, a later use of each input adds 1 to its gradients.
    /// </summary>
    private static double[][] Gradients(GradientCase check, bool throughNodes, bool usedAgain, int constant = -1)
    {
        using (var poison = new Tape<double>())
        {
            foreach (var input in check.Inputs) poison.Constant(input);
        }
        using var tape = new Tape<double>(check.Mode, new RandomStream(1));
        Tensor<double>[] leaves =
            [.. check.Inputs.Select((input, i) => i == constant ? tape.Constant(input) : tape.Variable(input))];
        Tensor<double>[] inputs = [.. leaves.Select(leaf => throughNodes ? Op.Scale(leaf, 1) : leaf)];
        var y = check.Function(tape, inputs);
        var loss = Op.Sum(y * Samples.Normal(new RandomStream(2), y.Shape));
        if (usedAgain)
        {
            foreach (var used in inputs.Concat(check.Parameters.Select(tape.Use))) loss += Op.Sum(used);
        }
        var set = new GradientSet<double>(leaves.Cast<object>().Concat(check.Parameters));
        set.All.Fill(double.NaN);
        set.Clear();
        tape.Backward(loss, set);
        return [.. leaves.Select(leaf => set[leaf].ToArray()), .. check.Parameters.Select(p => set[p].ToArray())];
    }

    private static void Same(double[][] alone, double[][] gradients, double more, string description)
    {
        for (var i = 0; i < alone.Length; i++)
        {
            for (var j = 0; j < alone[i].Length; j++)
            {
                var expected = alone[i][j] + more;
                Assert.True(
                    Math.Abs(expected - gradients[i][j]) <= 1e-11 * Math.Max(1, Math.Abs(expected)),
                    $"{description}: gradient {i}, element {j} is {gradients[i][j]:R}, not {expected:R}");
            }
        }
    }
}
