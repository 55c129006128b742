using Engine.Layers;

namespace Engine.Inspection;

/// <summary>Keeps the values that a pass computes, and leaves parts out of it.</summary>
/// <param name="network">The network.</param>
/// <param name="interventions">What is switched off.</param>
/// <param name="parts">The names of the values to keep; null for all.</param>
internal sealed class PassObserver(
    Module<float> network, Interventions interventions, IReadOnlySet<string>? parts = null)
    : InterventionObserver<float>(network, interventions)
{
    /// <summary>The values, in the order of the computation.</summary>
    public List<RecordedValue> Values { get; } = [];

    /// <summary>The side that is at work: <c>source</c> or <c>target</c>.</summary>
    public string Side { get; set; } = "source";

    public override bool Wants(string name) => parts is null || parts.Contains(name);

    public override void Saw(string name, Shape shape, ReadOnlySpan<float> values, int sequence = 0)
    {
        if (Wants(name)) Values.Add(new RecordedValue(Side, Path, name, [.. shape.AsSpan()], values.ToArray()));
    }
}
