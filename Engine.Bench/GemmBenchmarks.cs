using BenchmarkDotNet.Attributes;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>The matrix products of a linear layer: its output [rows, width], and the gradient of its weight.</summary>
public class GemmBenchmarks
{
    private float[] a = [], b = [], c = [];
    private PackedMatrix<float> packed = null!;

    /// <summary>The number of rows: a few, as in a decoding step, or many, as in a training batch.</summary>
    [Params(8, 2048)]
    public int Rows { get; set; }

    [Params(128, 512)]
    public int Width { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var random = new RandomStream(1);
        a = new float[Rows * Width];
        b = new float[Width * Width];
        c = new float[Math.Max(Rows, Width) * Width];
        foreach (ref var number in a.AsSpan())
            number = (float)random.NextNormal();
        foreach (ref var number in b.AsSpan())
            number = (float)random.NextNormal();
        packed = new PackedMatrix<float>(new MatrixView<float>(b, Width, Width));
    }

    [Benchmark(Baseline = true)]
    public void Product() => MatrixProduct.Multiply<float>(
        new MatrixView<float>(a, Rows, Width), new MatrixView<float>(b, Width, Width), c, Width);

    [Benchmark]
    public void With_a_packed_weight() => MatrixProduct.Multiply(
        new MatrixView<float>(a, Rows, Width), packed, c, Width);

    [Benchmark]
    public void With_a_transposed_weight() => MatrixProduct.Multiply<float>(
        new MatrixView<float>(a, Rows, Width), new MatrixView<float>(b, Width, Width).Transposed, c, Width);

    [Benchmark]
    public void Gradient_of_the_weight()
    {
        var x = new MatrixView<float>(a, Rows, Width);
        MatrixProduct.Multiply<float>(x.Transposed, x, c, Width);
    }
}
