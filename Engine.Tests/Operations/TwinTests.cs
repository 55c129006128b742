using System.Runtime.Intrinsics;
using Engine.Kernels;

namespace Engine.Tests.Operations;

/// <summary>The reference implementations: their backward is the derivative of their forward.</summary>
public class TwinTests
{
    private static readonly SequenceLayout Packed = SequenceLayout.Packed([3, 1, 2]);
    private static readonly SequenceLayout Padded = SequenceLayout.Padded(3, [3, 0, 2]);

    private static readonly Dictionary<string, (Shape[] Shapes, Func<Tensor<double>[], Tensor<double>> Of)> All = new()
    {
        ["LayerNorm"] = ([[3, 5], [5], [5]], x => Twin.LayerNorm(x[0], x[1], x[2], 0.1)),
        ["RmsNorm"] = ([[3, 5], [5]], x => Twin.RmsNorm(x[0], x[1], 0.1)),
        ["L2Normalize"] = ([[3, 5]], x => Twin.L2Normalize(x[0])),
        ["Softmax"] = ([[3, 5]], x => Twin.Softmax(x[0])),
        ["MaskedSoftmax"] = ([[3, 5]], x => Twin.MaskedSoftmax(x[0], i => i is 2 or >= 10)),
        ["LogSoftmax"] = ([[3, 5]], x => Twin.LogSoftmax(x[0])),
        ["CrossEntropy"] = ([[4, 5]], x => Twin.CrossEntropy(x[0], [0, 3, 1, 2], 1, 0.1)),
        ["SymmetricKl"] = ([[3, 5], [3, 5]], x => Twin.SymmetricKl(x[0], x[1])),
        ["ProjectionCrossEntropy"] = (
            [[4, 3], [5, 3]], x => Twin.ProjectionCrossEntropy(x[0], x[1], [0, 3, 1, 2], 1, 0.1, 7)),
        ["ProjectionRDrop"] = ([[4, 3], [5, 3]], x => Twin.ProjectionRDrop(x[0], x[1], [0, 3], 2, 0.1, 7)),
        ["Dropout"] = ([[40]], x => Twin.Dropout(x[0], 0.4)),
        ["Linear"] = ([[4, 3], [5, 3], [5]], x => Twin.Linear(x[0], x[1], x[2], relu: true)),
        ["Attention"] = (
            [[9, 4], [9, 4], [9, 4]],
            x => Twin.Attention(x[0], x[1], x[2], 2, Padded, Padded, true, (s, h, i, j) => (i + j) % 3)),
        ["RelativeAttention"] = (
            [[6, 4], [6, 4], [6, 4], [3, 2], [3, 2]],
            x => Twin.RelativeAttention(x, 2, Packed, Packed, true, (s, h, i, j) => 1 + ((i + j) % 3), first: 1)),
        ["Rotary"] = ([[6, 5]], x => Twin.Rotary(x[0], Packed, 2, 4, first: 2)),
        ["Conv1d"] = (
            [[9, 2], [3, 2, 3], [3]],
            x => Twin.Conv1d(x[0], x[1], x[2], Padded, new Window(3, Stride: 2, Before: 1, After: 1))),
        ["MeanPool"] = ([[9, 2]], x => Twin.MeanPool(x[0], Padded)),
        ["MaxPool"] = ([[9, 2]], x => Twin.MaxPool(x[0], Padded)),
        ["WeightedPool"] = ([[9, 1], [9, 2]], x => Twin.WeightedPool(x[0], x[1], Padded)),
        ["BatchNorm"] = ([[4, 2, 3], [2], [2]], x => Twin.BatchNorm(x[0], x[1], x[2], 0.1)),
        ["BatchNorm, given moments"] = (
            [[9, 2], [2], [2]], x => Twin.BatchNorm(x[0], x[1], x[2], 0.1, Padded, ([1, 2], [3, 4]))),
        ["GroupNorm"] = ([[9, 4], [4], [4]], x => Twin.GroupNorm(x[0], 2, x[1], x[2], 0.1, Padded)),
        ["InstanceNorm"] = ([[2, 2, 3], [2], [2]], x => Twin.InstanceNorm(x[0], x[1], x[2], 0.1)),
    };

    public static TheoryData<string> Names => new(All.Keys);

    [Theory]
    [MemberData(nameof(Names))]
    public void Its_gradients_are_those_of_finite_differences(string name)
    {
        var random = new RandomStream(3);
        var (shapes, of) = All[name];
        var check = new GradientCase(
            name, [.. shapes.Select(shape => Samples.Normal(random, shape))], (_, inputs) => of([.. inputs]));
        var report = GradientCheck.Of(check);
        Assert.True(report.Passed, report.ToString());
    }

    [Fact]
    public void The_hash_of_a_counter_is_that_of_the_vectors()
    {
        for (var counter = 0u; counter < 100; counter += 8)
        {
            var hashes = CounterHash.Of(
                Vector256.Create(counter) + Vector256<uint>.Indices, 0x1234_5678, 0x9ABC_DEF0);
            for (var i = 0; i < 8; i++)
                Assert.Equal(DropoutTwin.Hash(counter + (uint)i, 0x1234_5678, 0x9ABC_DEF0), hashes[i]);
        }
    }
}
