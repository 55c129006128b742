using System.Numerics;

namespace Engine.Tests.Fixtures;

/// <summary>Keeps what an observer of a tape sees, by name and sequence, whatever the module.</summary>
internal sealed class SeenValues<T> : TapeObserver<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The values, in order.</summary>
    public List<(string Name, Shape Shape, T[] Values, int Sequence)> All { get; } = [];

    public override bool Wants(string name) => true;

    public override void Saw(string name, Shape shape, ReadOnlySpan<T> values, int sequence = 0) =>
        All.Add((name, shape, values.ToArray(), sequence));

    /// <summary>The only value of a name and a sequence.</summary>
    public T[] Of(string name, int sequence = 0) =>
        Assert.Single(All, value => value.Name == name && value.Sequence == sequence).Values;
}
