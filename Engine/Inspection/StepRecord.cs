namespace Engine.Inspection;

/// <summary>One training step as its tape saw it: <see cref="StepRecorder"/> makes it.</summary>
/// <param name="Source">The source as the encoder reads it.</param>
/// <param name="Target">The target as the decoder reads it; for a classifier the label.</param>
/// <param name="Loss">The loss, the mean of a target token.</param>
/// <param name="Nodes">The leaves and operations, in the order of the forward pass.</param>
/// <param name="Layers">The norm of the gradients of each layer's parameters.</param>
public sealed record StepRecord(
    IReadOnlyList<RecordedToken> Source, IReadOnlyList<RecordedToken> Target, double Loss,
    IReadOnlyList<StepNode> Nodes, IReadOnlyList<StepLayer> Layers);

/// <summary>An operation on the tape, or a leaf.</summary>
/// <param name="Index">Its number on the tape.</param>
/// <param name="Operation">The operation's name; <c>parameter</c> for a leaf.</param>
/// <param name="Formula">Formula and derivative, as the catalogue has them; empty for a leaf.</param>
/// <param name="Source">The operation's file within Engine; empty for a leaf.</param>
/// <param name="Caller">
/// The line that called the operation, as <c>Engine/Layers/Linear.cs:45</c>; null where the program has no symbols.
/// </param>
/// <param name="Path">The path of the module, or of the parameter.</param>
/// <param name="Inputs">The inputs.</param>
/// <param name="Shape">The shape of the output.</param>
/// <param name="ValueNorm">The Euclidean norm of the output.</param>
/// <param name="GradientNorm">
/// The Euclidean norm of the gradient of the loss by the output; null where no gradient arrives.
/// </param>
public sealed record StepNode(
    int Index, string Operation, string Formula, string Source, string? Caller, string Path,
    IReadOnlyList<StepInput> Inputs, IReadOnlyList<int> Shape, double ValueNorm, double? GradientNorm);

/// <summary>An input of an operation.</summary>
/// <param name="Node">The node that it comes from; -1 for a constant.</param>
/// <param name="Shape">Its shape.</param>
public readonly record struct StepInput(int Node, IReadOnlyList<int> Shape);

/// <summary>The gradients of a layer.</summary>
/// <param name="Layer">The layer's path.</param>
/// <param name="GradientNorm">The Euclidean norm of the gradients of all its parameters.</param>
public readonly record struct StepLayer(string Layer, double GradientNorm);
