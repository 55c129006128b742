using System.Numerics;

namespace Engine.Tests;

/// <summary>A tensor as slow as it is plain: a shape, its numbers in order, and an index for every access.</summary>
public sealed record Numbers(Shape Shape, double[] Values)
{
    public double this[params int[] index]
    {
        get => Values[At(index)];
        set => Values[At(index)] = value;
    }

    public static Numbers Of(Shape shape, Func<int, double> value) =>
        new(shape, [.. Enumerable.Range(0, shape.Elements).Select(value)]);

    public static Numbers Of<T>(Tensor<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
            new(x.Shape, [.. x.ToArray().Select(double.CreateChecked)]);

    /// <summary>The number at an index of a shape that this one broadcasts to.</summary>
    public double Broadcast(int[] index)
    {
        var own = index[^Shape.Rank..];
        for (var i = 0; i < own.Length; i++)
        {
            if (Shape[i] == 1) own[i] = 0;
        }
        return this[own];
    }

    /// <summary>The index, dimension by dimension, of the i-th number in order.</summary>
    public static int[] IndexOf(Shape shape, int i)
    {
        var index = new int[shape.Rank];
        for (var d = shape.Rank - 1; d >= 0; i /= shape[d--]) index[d] = i % shape[d];
        return index;
    }

    /// <summary>Each number computed from its index.</summary>
    public static Numbers ByIndex(Shape shape, Func<int[], double> value) => Of(shape, i => value(IndexOf(shape, i)));

    /// <summary>Each row of the last dimension replaced by another of the same length.</summary>
    public Numbers Rows(Func<double[], double[]> map) =>
        new(Shape, [.. Values.Chunk(Shape[^1]).SelectMany(map)]);

    public Numbers Map(Func<double, double> f) => new(Shape, [.. Values.Select(f)]);

    /// <summary>The same numbers on a tape, in one of several arrangements in memory.</summary>
    /// <param name="tape">Where to.</param>
    /// <param name="arrangement">0: in order; 1: last two dimensions transposed; 2: part of a larger tensor.</param>
    public Tensor<T> On<T>(Tape<T> tape, int arrangement = 0)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var rank = Shape.Rank;
        if (arrangement == 1 && rank >= 2)
        {
            var swapped = Shape.With(^1, Shape[^2]).With(^2, Shape[^1]);
            var memory = ByIndex(swapped, index => this[[.. index[..^2], index[^1], index[^2]]]);
            var view = memory.Free<T>();
            var strides = view.Strides;
            (strides[rank - 1], strides[rank - 2]) = (strides[rank - 2], strides[rank - 1]);
            return tape.Variable(view.View(Shape, strides, 0));
        }
        if (arrangement == 2 && rank >= 1)
        {
            var wider = Shape.With(^1, Shape[^1] + 3);
            var view = ByIndex(wider, index => index[^1] < 2 || index[^1] == wider[^1] - 1
                ? double.NaN : this[[.. index[..^1], index[^1] - 2]]).Free<T>();
            return tape.Variable(view.View(Shape, view.Strides, 2));
        }
        return tape.Variable(Free<T>());
    }

    public Tensor<T> Free<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Tensor<T>.From(Shape, Array.ConvertAll(Values, T.CreateChecked));

    private int At(int[] index)
    {
        var at = 0;
        for (var d = 0; d < index.Length; d++) at = (at * Shape[d]) + index[d];
        return at;
    }
}
