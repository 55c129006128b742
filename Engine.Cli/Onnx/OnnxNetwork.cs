using Engine.Training;

namespace Engine.Cli;

/// <summary>What the layers of a graph share: the graph, the weights, and the configuration of the network.</summary>
/// <param name="Graph">The graph that layers add nodes to.</param>
/// <param name="Weights">The network's weights.</param>
/// <param name="Configuration">The network's sizes and choices.</param>
/// <remarks>
/// Sentences are the rows of a padded rectangle, [batch, length, dModel]. Each class of this room mirrors the layer of
/// Engine whose name it has, in inference: dropout is left out.
/// </remarks>
internal sealed record OnnxNetwork(OnnxGraph Graph, NamedWeights Weights, TrainingConfiguration Configuration)
{
    /// <summary>The number that hides a position from a softmax or a maximum: no number is lower.</summary>
    private const double Hidden = float.MinValue;

    /// <summary>The features of a head.</summary>
    public int HeadFeatures => Configuration.DModel / Configuration.Heads;

    /// <summary>A tensor of the network as it is.</summary>
    public OnnxValue Weight(string name) => Graph.Weight(name, Weights.Shape(name), Weights.Of(name));

    /// <summary>Positions 0 to count - 1, [count].</summary>
    /// <param name="count">[1].</param>
    public OnnxValue PositionsBelow(OnnxValue count) =>
        Graph.Node("Range", [Graph.Single(0), count.Squeeze(0), Graph.Single(1)]);

    /// <summary>Replaces what a mask hides by the lowest number.</summary>
    /// <param name="x">Any shape.</param>
    /// <param name="mask">True shows; broadcasts to the shape.</param>
    public OnnxValue Hide(OnnxValue x, OnnxValue mask) => Graph.Node("Where", [mask, x, Graph.Number(Hidden)]);
}
