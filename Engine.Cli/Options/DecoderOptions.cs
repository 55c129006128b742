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

    /// <summary>The options that ask for a way to translate, options at their defaults included.</summary>
    public static string TextOf(TranslationOptions options)
    {
        var d = options.Decoder;
        var words = new List<string>();
        void Add(string name, IFormattable value) =>
            words.Add($"--{name} {value.ToString(null, CultureInfo.InvariantCulture)}");
        switch (d)
        {
            case BeamOptions beam:
                words.Add($"--decoder {DecoderArguments.Beams}");
                Add("beam", beam.Width);
                Add("length-penalty", beam.LengthPenalty);
                words.Add($"--beam-stopping {beam.EarlyStopping.ToString().ToLowerInvariant()}");
                Add("n-best", beam.NBest);
                break;
            case SamplingOptions sampling:
                words.Add($"--decoder {DecoderArguments.Sample}");
                Add("temperature", sampling.Temperature);
                if (sampling.TopK > 0) Add("top-k", sampling.TopK);
                Add("top-p", sampling.TopP);
                Add("seed", sampling.Seed);
                Add("n-best", sampling.NBest);
                break;
            default:
                words.Add($"--decoder {DecoderArguments.Greedy}");
                break;
        }
        Add("min-length", d.MinimumLength);
        if (options.MaximumLength is { } most) Add("max-length", most);
        Add("repetition-penalty", d.RepetitionPenalty);
        if (d.NoRepeatNgram > 0) Add("no-repeat-ngram", d.NoRepeatNgram);
        if (options.ReplaceUnknown) words.Add("--replace-unknown");
        return string.Join(' ', words);
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
            EarlyStopping = options.BeamStopping is { } name
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
