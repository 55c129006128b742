using FsCheck;
using FsCheck.Fluent;

[assembly: Properties(Arbitrary = new[] { typeof(Engine.Tests.Draws) }, Replay = "20170612,1", MaxTest = 40)]

namespace Engine.Tests;

/// <summary>
/// One random case of a property: it gives random shapes and numbers. A test with the attribute <c>[Property]</c> and a
/// parameter of this type runs for 40 cases, the same in every run. Its failure names the smallest size that fails and
/// the seed: <c>new Draw(seed, size)</c> is that case again, and <c>[Property(Replay = "...")]</c>, with the numbers
/// that FsCheck prints, begins with it.
/// </summary>
public sealed class Draw(long seed, int size)
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

    /// <summary>Text of characters of an alphabet; it may be empty.</summary>
    public string Text(string alphabet) =>
        new([.. Enumerable.Range(0, Integer(0, size)).Select(_ => alphabet[Random.NextInteger(alphabet.Length)])]);

    /// <summary>A layout of sequences: packed, or padded, perhaps by more than the longest sequence needs.</summary>
    public SequenceLayout Layout(int sequences, int shortest = 1)
    {
        var lengths = Enumerable.Range(0, sequences).Select(_ => Integer(shortest, Math.Max(shortest, size))).ToArray();
        return Flip() && lengths.Sum() > 0
            ? SequenceLayout.Packed(lengths)
            : SequenceLayout.Padded(Math.Max(lengths.Max(), 1) + Integer(0, 2), lengths);
    }

    /// <summary>The same case for each value: a failure names the value.</summary>
    public void ForEach<T>(IEnumerable<T> values, Action<T, Draw> holds) =>
        Assert.All(values, value => holds(value, new Draw(seed, size)));

    /// <summary>The same seed with smaller sizes, for FsCheck to find the smallest that fails.</summary>
    public IEnumerable<Draw> Smaller() =>
        new[] { size / 2, size - 1 }.Where(smaller => smaller > 0).Select(smaller => new Draw(seed, smaller));

    public override string ToString() => $"new Draw({seed}, {size})";
}

/// <summary>Tells FsCheck how it gets cases for a parameter of type <see cref="Draw"/>.</summary>
public static class Draws
{
    /// <summary>Past four of the widest vectors of floats, which the fastest loops take at once.</summary>
    private const int LargestSize = 72;

    public static Arbitrary<Draw> Cases() => Arb.From(
        from seed in Gen.Choose(0, int.MaxValue) from size in Gen.Choose(1, LargestSize) select new Draw(seed, size),
        draw => draw.Smaller());
}
