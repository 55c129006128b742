namespace Engine;

/// <summary>
/// The purpose of a tape. The mode belongs to the tape and not to the layers. So one model can be trained on one tape
/// and used on another tape at the same time, and no layer has a switch that someone can forget to set.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
///
/// using var tape = new Tape<float>(Mode.Inference);
/// var x = tape.Constant([3], [1, 2, 3]);
/// Console.WriteLine(Op.Sum(Op.Dropout(x, 0.5)).Item());    // prints: 6
/// ]]></code>
/// </example>
public enum Mode
{
    /// <summary>Gradients are recorded; dropout drops, and BatchNorm normalizes by the batch.</summary>
    Training,

    /// <summary>Gradients are recorded; layers behave as at inference (dropout is the identity).</summary>
    Evaluation,

    /// <summary>Nothing is recorded, and dropout is the identity.</summary>
    Inference,
}
