using System.Globalization;
using System.Reflection;
using Engine.Decoding;
using Engine.Storage;
using Engine.Training;

namespace Engine.Cli;

/// <summary>Makes the options of a decoder from the options of a verb.</summary>
internal static class DecoderOptions
{
    /// <summary>How to translate.</summary>
    /// <exception cref="InputException">An option is unknown or outside its range, or the decoder does not read it.
    /// </exception>
    public static TranslationOptions Of(DecoderArguments options)
    {
        Check(options);
        if (options is { MinLength: { } least, MaxLength: { } most } && least > most)
            throw new InputException($"--min-length is {least}; it must be 0 to --max-length, {most}.");
        DecodingOptions decoder = options.Decoder switch
        {
            DecoderArguments.Beams => Beam(options),
            DecoderArguments.Sample => Sampling(options),
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

    /// <summary>Checks each given option by what its property says.</summary>
    private static void Check(DecoderArguments options)
    {
        foreach (var property in typeof(DecoderArguments).GetProperties().OrderBy(property => property.MetadataToken))
        {
            if (property.GetValue(options) is not { } value) continue;
            var name = OptionNames.Of(property.Name);
            foreach (var rule in property.GetCustomAttributes<ReadByAttribute>()) 
                rule.Check(property.Name, [options.Decoder], OptionNames.Of);
            if (value is string text) property.GetCustomAttribute<OneOfAttribute>()?.Check(name, text);
            else property.GetCustomAttribute<RangeAttribute>()?
                .Check(name, Convert.ToDouble(value, CultureInfo.InvariantCulture));
        }
    }

    private static BeamOptions Beam(DecoderArguments options)
    {
        var beam = new BeamOptions();
        beam = beam with
        {
            Width = options.Beam ?? beam.Width,
            LengthPenalty = options.LengthPenalty ?? beam.LengthPenalty,
            NBest = options.NBest ?? beam.NBest,
            EarlyStopping = options.EarlyStopping is { } name
                ? Enum.Parse<EarlyStopping>(name, ignoreCase: true) : beam.EarlyStopping,
        };
        if (beam.NBest > beam.Width)
            throw new InputException($"--n-best is {beam.NBest}; it must be 1 to --beam, {beam.Width}.");
        return beam;
    }

    private static SamplingOptions Sampling(DecoderArguments options)
    {
        var sampling = new SamplingOptions();
        return sampling with
        {
            Temperature = options.Temperature ?? sampling.Temperature,
            TopP = options.TopP ?? sampling.TopP,
            TopK = options.TopK ?? sampling.TopK,
            Seed = options.Seed ?? sampling.Seed,
            NBest = options.NBest ?? sampling.NBest,
        };
    }
}
