using System.Numerics;
using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>
/// Elementary functions over a span that stays in the first-level cache, compared with TensorPrimitives.
/// </summary>
[GenericTypeArguments(typeof(float))]
[GenericTypeArguments(typeof(double))]
public class VectorMathBenchmarks<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Count = 1024;
    private readonly T[] x = [.. Enumerable.Range(0, Count).Select(i => T.CreateChecked((i - Count / 2) / 100.0))];
    private readonly T[] y = new T[Count];

    [Benchmark(OperationsPerInvoke = Count)]
    public void Exp() => Elementwise.Map(new Exp<T>(), x, y);

    [Benchmark(OperationsPerInvoke = Count)]
    public void TensorPrimitivesExp() => TensorPrimitives.Exp<T>(x, y);

    [Benchmark(OperationsPerInvoke = Count)]
    public void Tanh() => Elementwise.Map(new Tanh<T>(), x, y);

    [Benchmark(OperationsPerInvoke = Count)]
    public void TensorPrimitivesTanh() => TensorPrimitives.Tanh<T>(x, y);

    [Benchmark(OperationsPerInvoke = Count)]
    public void Sigmoid() => Elementwise.Map(new Sigmoid<T>(), x, y);

    [Benchmark(OperationsPerInvoke = Count)]
    public void Gelu() => Elementwise.Map(new Gelu<T>(), x, y);

    [Benchmark(OperationsPerInvoke = Count)]
    public void GeluGradient() => Elementwise.Map(new GeluGradient<T>(), y, x, y);

    [Benchmark(OperationsPerInvoke = Count)]
    public void Log() => Elementwise.Map(new Log<T>(), x, y);

    [Benchmark(OperationsPerInvoke = Count)]
    public T Sum() => Reductions.Sum<T>(x);

    [Benchmark(OperationsPerInvoke = Count)]
    public T Dot() => Reductions.Dot<T>(x, y);
}
