using FsCheck;
using FsCheck.Fluent;

namespace Engine.Tests;

/// <summary>
/// Checks that something holds for many random cases. A case is a seed and a size; on failure FsCheck makes the size
/// smaller while it still fails, and its message names both. The cases are the same in every run.
/// </summary>
internal static class Properties
{
    /// <summary>Past four of the widest vectors of floats, which the fastest loops take at once.</summary>
    private const int LargestSize = 72;

    public static void Hold(Action<Draw> property, int cases = 40, ulong seed = 20170612)
    {
        var generator = Gen.Choose(0, int.MaxValue).SelectMany(
            drawn => Gen.Choose(1, LargestSize).Select(size => new Case(drawn, size)));
        var arbitrary = Arb.From(
            generator, one => new[] { one.Size / 2, one.Size - 1 }.Where(size => size > 0).Select(size =>
                one with { Size = size }));
        var configuration = Config.QuickThrowOnFailure.WithMaxTest(cases).WithReplay(
            new Replay(new Rnd(seed, 1), null));
        Check.One(configuration, Prop.ForAll(arbitrary, one => property(new Draw(one.Seed, one.Size))));
    }

    private sealed record Case(int Seed, int Size);
}

/// <summary>Where a property takes its random shapes and numbers from.</summary>
internal sealed class Draw(long seed, int size)
{
    public RandomStream Random { get; } = new(seed);

    /// <summary>An integer from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public int Integer(int low, int high) => low + Random.NextInteger(high - low + 1);

    /// <summary>The size of one dimension; large cases reach past two vectors.</summary>
    public int Size() => Integer(1, size);

    public bool Flip() => Random.NextInteger(2) == 1;

    /// <summary>A shape whose last dimension may be long and whose others are short.</summary>
    public Shape Shape(int lowestRank = 0, int highestRank = 4)
    {
        var sizes = new int[Integer(lowestRank, highestRank)];
        for (var i = 0; i < sizes.Length; i++) sizes[i] = i == sizes.Length - 1
            ? Size() : Integer(1, Math.Min(size, 4));
        return new Shape(sizes);
    }

    /// <summary>Two shapes that broadcast.</summary>
    public (Shape X, Shape Z) Broadcastable()
    {
        var whole = Shape();
        return (Repeated(whole), Repeated(whole));
    }

    /// <summary>A shape that expands to <paramref name="whole"/>: some sizes are 1, some are missing.</summary>
    public Shape Repeated(Shape whole)
    {
        var sizes = whole.AsSpan()[Integer(0, whole.Rank)..].ToArray();
        for (var i = 0; i < sizes.Length; i++)
        {
            if (Integer(0, 2) == 0) sizes[i] = 1;
        }
        return new Shape(sizes);
    }

    /// <summary>Normal numbers that float holds exactly, so that both widths see the same.</summary>
    public Numbers Normal(Shape shape) => Numbers.Of(shape, _ => (float)Random.NextNormal());

    /// <summary>Numbers in [0.5, 2.5) that float holds exactly.</summary>
    public Numbers Positive(Shape shape) => Numbers.Of(shape, _ => (float)(0.5 + (2 * Random.NextUniform())));

    /// <summary>Numbers of a sequence layout: packed, or padded with room to spare.</summary>
    public SequenceLayout Layout(int sequences, int shortest = 1)
    {
        var lengths = Enumerable.Range(0, sequences).Select(_ => Integer(shortest, Math.Max(shortest, size))).ToArray();
        return Flip() && lengths.Sum() > 0
            ? SequenceLayout.Packed(lengths)
            : SequenceLayout.Padded(Math.Max(lengths.Max(), 1) + Integer(0, 2), lengths);
    }
}
