using Engine.Storage;

namespace Engine.Training;

/// <summary>The most tokens of a line that a model reads.</summary>
internal sealed class LineLimit(TrainingConfiguration configuration)
{
    // Attention takes memory with the square of a sentence's length: 4,096 tokens take 64 MB for each head.
    private const int MostTokens = 4096;

    private readonly int knownPositions = Architectures.KnownPositions(configuration);

    // A position is left for the end token.
    private int Tokens => Math.Min(MostTokens, knownPositions - 1);

    /// <summary>Whether a line is short enough.</summary>
    public bool Holds(int[] ids) => ids.Length <= Tokens;

    /// <summary>Refuses a line that is too long.</summary>
    /// <param name="ids">The ids of the line.</param>
    /// <param name="line">The line, for the message.</param>
    /// <param name="which">What the message calls the line.</param>
    /// <exception cref="InputException">The line is too long.</exception>
    public void Require(int[] ids, string line, string which)
    {
        if (Holds(ids)) return;
        var limit = knownPositions > MostTokens
            ? FormattableString.Invariant($"{Tokens:N0}. Split it.")
            : FormattableString.Invariant(
                $"{Tokens:N0} with learned positions and --max-length {knownPositions}; split it, or train with a ")
              + "larger --max-length or other --positions.";
        throw new InputException(FormattableString.Invariant(
            $"{which} that begins {FileProblem.Quote(line)} has {ids.Length:N0} tokens; ")
            + $"a line may have at most {limit}");
    }
}
