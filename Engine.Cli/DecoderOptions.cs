using Engine.Decoding;
using Engine.Storage;

namespace Engine.Cli;

/// <summary>What the options of <c>engine translate</c> say about decoding.</summary>
internal static class DecoderOptions
{
    /// <summary>How to search; null to decode greedily.</summary>
    /// <exception cref="InputException">An option is unknown, outside of its range or of no use.</exception>
    public static BeamOptions? Of(TranslateOptions options)
    {
        if (options.Decoder == "greedy")
        {
            Refuse("--beam", options.Beam);
            Refuse("--length-penalty", options.LengthPenalty);
            Refuse("--n-best", options.NBest);
            return null;
        }
        if (options.Decoder != "beam")
            throw new InputException($"--decoder '{options.Decoder}' is not known; use greedy, beam.");
        var beam = new BeamOptions();
        beam = beam with
        {
            Width = options.Beam ?? beam.Width,
            LengthPenalty = options.LengthPenalty ?? beam.LengthPenalty,
            NBest = options.NBest ?? beam.NBest,
        };
        if (beam.Width is < 1 or > 1000) throw new InputException($"--beam is {beam.Width}; it must be 1 to 1000.");
        if (!(beam.LengthPenalty is >= 0 and <= 10))
            throw new InputException(FormattableString.Invariant(
                $"--length-penalty is {beam.LengthPenalty}; it must be 0 to 10."));
        if (beam.NBest < 1 || beam.NBest > beam.Width)
            throw new InputException($"--n-best is {beam.NBest}; it must be 1 to --beam, {beam.Width}.");
        return beam;
    }

    private static void Refuse<TValue>(string option, TValue? value)
        where TValue : struct
    {
        if (value is not null) throw new InputException($"{option} is for beam search; add --decoder beam.");
    }
}
