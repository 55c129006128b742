namespace Engine;

/// <summary>
/// What a tape is for. The mode belongs to the tape and not to the layers, so that one model can be trained on one
/// tape and read on another at the same time, and no layer has a switch that can be left in the wrong position.
/// </summary>
public enum Mode
{
    /// <summary>Gradients are recorded; dropout drops, and BatchNorm normalizes by the batch.</summary>
    Training,

    /// <summary>Gradients are recorded; layers behave as in use (dropout is the identity).</summary>
    Evaluation,

    /// <summary>Nothing is recorded; layers behave as in use.</summary>
    Inference,
}
