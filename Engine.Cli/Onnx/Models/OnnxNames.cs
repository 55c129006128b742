namespace Engine.Cli;

/// <summary>
/// The names of inputs and outputs. An output of the encoder has the name of the decoder's input that takes it; an
/// output <c>present.X</c> of a step is the input <c>past.X</c> of the next step.
/// </summary>
internal static class OnnxNames
{
    /// <summary>Ids of tokens.</summary>
    public const string Ids = "input_ids";

    /// <summary>1 for tokens of the source, then 0 for padding.</summary>
    public const string AttentionMask = "attention_mask";

    /// <summary>The encoder's output.</summary>
    public const string Memory = "memory";

    /// <summary>Scores of the tokens that may come next, or of the labels.</summary>
    public const string Logits = "logits";

    /// <summary>The state of a recurrent decoder before a step, and after it.</summary>
    public const string PastState = "past.state", PresentState = "present.state";

    /// <summary>Sizes that a run decides.</summary>
    public const string Batch = "batch", Source = "source", Past = "past", PastAndOne = "past + 1";

    /// <summary>Keys of the encoder's output for a layer.</summary>
    public static string CrossKey(int layer) => FormattableString.Invariant($"cross.{layer}.key");

    /// <summary>Values of the encoder's output for a layer.</summary>
    public static string CrossValue(int layer) => FormattableString.Invariant($"cross.{layer}.value");

    /// <summary>Keys of a decoder's layer, of the rows before a step (<c>past</c>) or after it (<c>present</c>).
    /// </summary>
    public static string Key(string when, int layer) => FormattableString.Invariant($"{when}.{layer}.key");

    /// <summary>Values, as <see cref="Key"/>.</summary>
    public static string Value(string when, int layer) => FormattableString.Invariant($"{when}.{layer}.value");
}
