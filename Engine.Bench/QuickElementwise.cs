using System.Diagnostics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using Engine.Kernels;

namespace Engine.Bench;

/// <summary>
/// Measures element-wise work and reductions in float, by the engine's own loops and by TensorPrimitives: whether the
/// bits are the same, and the shortest time of many runs of each, made in turn.
/// </summary>
internal static class QuickElementwise
{
    private static readonly int[] Lengths = [64, 4096, 262144];

    private delegate void Map(ReadOnlySpan<float> x, ReadOnlySpan<float> z, Span<float> y);

    private static readonly (string Name, Map Own, Map Primitives)[] Pairs =
    [
        ("add", (x, z, y) => Elementwise.Map(default(Add<float>), x, z, y), TensorPrimitives.Add),
        ("subtract", (x, z, y) => Elementwise.Map(default(Subtract<float>), x, z, y), TensorPrimitives.Subtract),
        ("multiply", (x, z, y) => Elementwise.Map(default(Multiply<float>), x, z, y), TensorPrimitives.Multiply),
        ("divide", (x, z, y) => Elementwise.Map(default(Divide<float>), x, z, y), TensorPrimitives.Divide),
        ("scale", (x, _, y) => Elementwise.Map(new Scale<float>(0.7f), x, y),
            (x, _, y) => TensorPrimitives.Multiply(x, 0.7f, y)),
        ("add_in_place", (x, _, y) => Elementwise.Map(default(Add<float>), y, x, y),
            (x, _, y) => TensorPrimitives.Add(y, x, y)),
        ("add_in_place_by_chunks", (x, _, y) => Elementwise.Map(default(Add<float>), y, x, y),
            (x, _, y) => InPlace.Add(y, x)),
        ("add_scaled_in_place", (x, _, y) => Elementwise.Map(new Scale<float>(1e-9f), x, y, accumulate: true),
            (x, _, y) => TensorPrimitives.MultiplyAdd(x, 1e-9f, y, y)),
        ("add_scaled_in_place_by_chunks", (x, _, y) => Elementwise.Map(new Scale<float>(1e-9f), x, y, accumulate: true),
            (x, _, y) => InPlace.AddScaled(y, x, 1e-9f)),
        ("clamp", (x, _, y) => Elementwise.Map(new Clamp<float>(0.5f), x, y),
            (x, _, y) => TensorPrimitives.Clamp(x, -0.5f, 0.5f, y)),
        ("sqrt", (_, z, y) => Elementwise.Map(default(Sqrt<float>), z, y), (_, z, y) => TensorPrimitives.Sqrt(z, y)),
        ("exp", (x, _, y) => Elementwise.Map(default(Exp<float>), x, y), (x, _, y) => TensorPrimitives.Exp(x, y)),
        ("tanh", (x, _, y) => Elementwise.Map(default(Tanh<float>), x, y), (x, _, y) => TensorPrimitives.Tanh(x, y)),
        ("sigmoid", (x, _, y) => Elementwise.Map(default(Sigmoid<float>), x, y),
            (x, _, y) => TensorPrimitives.Sigmoid(x, y)),
        ("log", (_, z, y) => Elementwise.Map(default(Log<float>), z, y), (_, z, y) => TensorPrimitives.Log(z, y)),
        ("softmax", (x, _, y) => SoftmaxKernel.Forward(x, y, x.Length), (x, _, y) => TensorPrimitives.SoftMax(x, y)),
        ("sum", (x, _, y) => y[0] = Reductions.Sum(x), (x, _, y) => y[0] = TensorPrimitives.Sum(x)),
        ("dot", (x, z, y) => y[0] = Reductions.Dot(x, z), (x, z, y) => y[0] = TensorPrimitives.Dot(x, z)),
        ("max", (x, _, y) => y[0] = RowMaximum.Of(x), (x, _, y) => y[0] = TensorPrimitives.MaxNumber(x)),
    ];

    public static void Run(QuickOptions options)
    {
        foreach (var (name, own, primitives) in Pairs)
            foreach (var length in Lengths)
                Console.WriteLine(JsonSerializer.Serialize(
                    Measure(name, own, primitives, length, options.Seconds), Quick.SnakeCase));
    }

    private static Line Measure(string name, Map own, Map primitives, int length, double seconds)
    {
        var memory = Enumerable.Range(0, 4).Select(i => Numbers(length, i)).ToArray();
        var (x, z, first, second) = (memory[0], memory[1], memory[2], memory[3]);
        foreach (ref var number in z.Span) number = Math.Abs(number) + 0.1f;
        first.Span.CopyTo(second.Span);
        own(x.Span, z.Span, first.Span);
        primitives(x.Span, z.Span, second.Span);
        var sameBits = MemoryMarshal.AsBytes(first.Span).SequenceEqual(MemoryMarshal.AsBytes(second.Span));

        // The first half of the time goes to compilation and does not count.
        var repeats = Math.Max(1, 262144 / length);
        var (best, bestOfPrimitives) = (double.MaxValue, double.MaxValue);
        var start = Stopwatch.GetTimestamp();
        for (var warm = true; warm || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds;)
        {
            best = Math.Min(best, Time(own, x.Span, z.Span, first.Span, repeats));
            bestOfPrimitives = Math.Min(bestOfPrimitives, Time(primitives, x.Span, z.Span, second.Span, repeats));
            if (!warm || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds / 2) continue;
            (warm, best, bestOfPrimitives, start) = (false, double.MaxValue, double.MaxValue, Stopwatch.GetTimestamp());
        }

        GC.KeepAlive(memory);
        return new Line("elementwise", name, length, sameBits, Math.Round(best, 1), Math.Round(bestOfPrimitives, 1));
    }

    private static double Time(
        Map map, ReadOnlySpan<float> x, ReadOnlySpan<float> z, Span<float> y, int repeats)
    {
        var begin = Stopwatch.GetTimestamp();
        for (var r = 0; r < repeats; r++) map(x, z, y);
        return Stopwatch.GetElapsedTime(begin).TotalNanoseconds / repeats;
    }

    private static PinnedMemory<float> Numbers(int length, int seed)
    {
        var random = new RandomStream(seed);
        var memory = new PinnedMemory<float>(length);
        foreach (ref var number in memory.Span) number = (float)random.NextNormal();
        return memory;
    }

    private sealed record Line(
        string Case, string Operation, int Length, bool SameBits, double Ns, double TensorPrimitivesNs);
}
