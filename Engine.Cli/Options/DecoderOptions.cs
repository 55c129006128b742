using Engine.Decoding;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>What the options of a verb say about decoding.</summary>
internal static class DecoderOptions
{
    private static readonly string[] Decoders = ["greedy", "beam", "sample"];

    /// <summary>How to translate.</summary>
    /// <exception cref="InputException">An option is unknown, outside of its range or of no use.</exception>
    public static TranslationOptions Of(DecoderArguments options)
    {
        if (!Decoders.Contains(options.Decoder))
            throw new InputException(
                $"--decoder '{options.Decoder}' is not known; use {string.Join(", ", Decoders)}.");
        Refuse(options);
        if (options.MaxLength is < 1 or > 10_000)
            throw new InputException($"--max-length is {options.MaxLength}; it must be 1 to 10000.");
        if (options.MinLength < 0 || options.MinLength > (options.MaxLength ?? 10_000))
            throw new InputException($"--min-length is {options.MinLength}; it must be 0 to " +
                (options.MaxLength is { } most ? $"--max-length, {most}." : "10000."));
        RequireRange("--repetition-penalty", options.RepetitionPenalty ?? 1, 0.01, 100);
        if (options.NoRepeatNgram is < 1 or > 100)
            throw new InputException($"--no-repeat-ngram is {options.NoRepeatNgram}; it must be 1 to 100.");
        DecodingOptions decoder = options.Decoder switch
        {
            "beam" => Beam(options),
            "sample" => Sampling(options),
            _ => new GreedyOptions(),
        };
        return new TranslationOptions
        {
            Decoder = decoder with
            {
                MinimumLength = options.MinLength ?? decoder.MinimumLength,
                RepetitionPenalty = options.RepetitionPenalty ?? decoder.RepetitionPenalty,
                NoRepeatNgram = options.NoRepeatNgram ?? decoder.NoRepeatNgram,
            },
            MaximumLength = options.MaxLength,
            ReplaceUnknown = options.ReplaceUnknown,
        };
    }

    private static void Refuse(DecoderArguments options)
    {
        string[] beam = ["beam"], sample = ["sample"];
        (string Name, bool IsGiven, string[] Readers)[] given =
        [
            ("beam", options.Beam is not null, beam), ("length-penalty", options.LengthPenalty is not null, beam),
            ("early-stopping", options.EarlyStopping is not null, beam),
            ("n-best", options.NBest is not null, [.. beam, .. sample]),
            ("temperature", options.Temperature is not null, sample), ("top-k", options.TopK is not null, sample),
            ("top-p", options.TopP is not null, sample), ("seed", options.Seed is not null, sample),
        ];
        foreach (var (name, _, readers) in given.Where(option => option.IsGiven))
            UnreadOptions.Refuse(name, "--decoder", options.Decoder, readers);
    }

    private static BeamOptions Beam(DecoderArguments options)
    {
        var beam = new BeamOptions();
        beam = beam with
        {
            Width = options.Beam ?? beam.Width,
            LengthPenalty = options.LengthPenalty ?? beam.LengthPenalty,
            NBest = options.NBest ?? beam.NBest,
            EarlyStopping = options.EarlyStopping switch
            {
                null => beam.EarlyStopping,
                "width" => EarlyStopping.Width,
                "never" => EarlyStopping.Never,
                var other => throw new InputException($"--early-stopping '{other}' is not known; use width, never."),
            },
        };
        if (beam.Width is < 1 or > 1000) throw new InputException($"--beam is {beam.Width}; it must be 1 to 1000.");
        RequireRange("--length-penalty", beam.LengthPenalty, 0, 10);
        if (beam.NBest < 1 || beam.NBest > beam.Width)
            throw new InputException($"--n-best is {beam.NBest}; it must be 1 to --beam, {beam.Width}.");
        return beam;
    }

    private static SamplingOptions Sampling(DecoderArguments options)
    {
        var sampling = new SamplingOptions();
        sampling = sampling with
        {
            Temperature = options.Temperature ?? sampling.Temperature,
            TopP = options.TopP ?? sampling.TopP,
            TopK = options.TopK ?? sampling.TopK,
            Seed = options.Seed ?? sampling.Seed,
            NBest = options.NBest ?? sampling.NBest,
        };
        if (!(sampling.Temperature is >= 0.001 and <= 1000))
            throw new InputException(FormattableString.Invariant(
                $"--temperature is {sampling.Temperature}; it must be 0.001 to 1000; --decoder greedy is what 0 ") +
                "would be.");
        if (options.TopK is < 1 or > 1000)
            throw new InputException($"--top-k is {options.TopK}; it must be 1 to 1000.");
        if (!(sampling.TopP is > 0 and <= 1))
            throw new InputException(FormattableString.Invariant(
                $"--top-p is {sampling.TopP}; it must be above 0 and at most 1."));
        if (sampling.NBest is < 1 or > 1000)
            throw new InputException($"--n-best is {sampling.NBest}; it must be 1 to 1000.");
        return sampling;
    }

    private static void RequireRange(string option, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
            throw new InputException(FormattableString.Invariant(
                $"{option} is {value}; it must be {least} to {most}."));
    }
}
