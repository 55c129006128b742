using System.Globalization;
using System.Reflection;
using Engine.Cli;
using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>
/// Every option of the tables with extreme values: a run works, or is refused in one line before anything large is
/// allocated.
/// </summary>
public sealed class OptionExtremesTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private static readonly string[] Anywhere =
    [
        "0", "-1", "1", "2", "7", "2147483647", "2147483648", "9223372036854775807", "-9223372036854775809", "1e999",
        "-1e999", "NaN", "Infinity", "1e-320", "0.5", "1e6", "", " ", "x", "true", new string('9', 5000),
    ];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void An_extreme_training_option_is_taken_or_refused_in_one_line_before_anything_is_allocated()
    {
        var (refused, taken) = (0, 0);
        foreach (var option in OptionTable.All)
        {
            foreach (var value in ValuesOf(option.Property, typeof(TrainingConfiguration)))
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                try
                {
                    TrainOptions.Parse(["--preset=toy", .. Given(option, value)]).Configuration();
                    taken++;
                }
                catch (InputException mistake)
                {
                    refused++;
                    Assert.DoesNotContain('\n', mistake.Message);
                    Assert.NotEmpty(mistake.Message);
                }
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                Assert.True(allocated < 5_000_000, $"{option.Name} {value}: {allocated:N0} bytes");
            }
        }
        Assert.InRange(refused, 800, 2000);
        Assert.InRange(taken, 200, 2000);
    }

    [Fact]
    public void Training_works_at_the_upper_end_of_every_range_that_allocates_little()
    {
        string[] words = ["one two", "two", "three one", "two three"];
        File.WriteAllLines(folder["a"], words);
        File.WriteAllLines(folder["b"], words.Select(line => line.ToUpperInvariant()));
        var ran = 0;
        foreach (var option in OptionTable.All)
        {
            var property = typeof(TrainingConfiguration).GetProperty(option.Property)!;
            if (property.GetCustomAttribute<RangeAttribute>() is not { } range) continue;
            // Training at these ends would take long.
            if (option.Key is "layers" or "maxLength" or "kernel" or "epochs" or "updates" or "minutes") continue;
            var most = double.IsFinite(range.AtMost) ? range.AtMost : Math.BitDecrement(range.Below);
            var given = Given(option, most.ToString("R", CultureInfo.InvariantCulture));
            string[] small =
                ["--d-model=8", "--heads=2", "--layers=1", "--threads=1", "--updates=1", "--tokenizer=word"];
            var others = small.Where(other => !given.Any(one => one.Split('=')[0] == other.Split('=')[0]));
            var result = CommandLine.Run(
                ["train", "--preset=toy", "--source", folder["a"], "--target", folder["b"], "--out", folder["m"],
                 "--overwrite", .. others, .. given]);
            IsDoneOrRefused(result, given[0], 0);
            if (result.Code == 0) ran++;
        }
        Assert.InRange(ran, 20, 60);
    }

    /// <summary>An option, and the options that choose what reads it.</summary>
    private static string[] Given(TrainingOption option, string value) =>
    [
        $"--{option.Name}={value}",
        .. option.Rules.Select(rule => $"--{OptionTable.NameOf(rule.Chooser)}={rule.Readers[0]}")
            .Select(chooser => chooser == "--tokenizer=auto" ? "--tokenizer=word" : chooser).Distinct(),
    ];

    [Fact]
    public void Translation_with_an_extreme_option_works_or_is_refused_in_one_line()
    {
        var (refused, ran) = (0, 0);
        foreach (var property in typeof(TranslateOptions).GetProperties())
        {
            var name = OptionTable.NameOf(property.Name);
            if (name is "model" or "input" or "output" or "decoder") continue;
            var decoders = property.GetCustomAttribute<ReadByAttribute>(inherit: true)?.Readers ?? ["greedy"];
            foreach (var value in ValuesOf(property.Name, typeof(TranslateOptions)))
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                var result = CommandLine.RunOn(
                    "red green\nblue\n", "translate", "--model", tiny.Model, "--decoder", decoders[0],
                    $"--{name}={value}");
                IsDoneOrRefused(result, $"--{name}={value}", GC.GetAllocatedBytesForCurrentThread() - before);
                _ = result.Code == 0 ? ran++ : refused++;
            }
        }
        Assert.InRange(refused, 200, 400);
        Assert.InRange(ran, 40, 100);
    }

    internal static void IsDoneOrRefused(CommandResult result, string given, long allocated)
    {
        var account = $"{given}: {result.Code}, {allocated:N0} bytes, {result.Error}";
        Assert.True(result.Code is 0 or 1 or 2, account);
        Assert.DoesNotContain("   at ", result.Error);
        if (result.Code == 0) return;
        var message = result.Error.TrimEnd('\n').Split('\n')[^1];
        Assert.True(message.StartsWith("engine: ", StringComparison.Ordinal), account);
        Assert.True(message.Length < 3100, account);
        Assert.True(allocated < 30_000_000, account);
    }

    /// <summary>The ends of an option's range, what lies beyond them, and values that no range has.</summary>
    private static IEnumerable<string> ValuesOf(string property, Type owner)
    {
        var range = owner.GetProperty(property)!.GetCustomAttribute<RangeAttribute>();
        double[] ends = range is null ? [] : [range.AtLeast, range.AtMost, range.Above, range.Below];
        return ends.Where(double.IsFinite).SelectMany(end => (double[])[end, end - 1, end + 1])
            .Select(number => number.ToString("R", CultureInfo.InvariantCulture)).Concat(Anywhere).Distinct();
    }
}
