using System.Reflection;
using CommandLine;
using Engine.Cli;
using Engine.Lab;
using Engine.Storage;
using Engine.Tests.Architecture;
using Engine.Tests.Storage;
using Engine.Training;

namespace Engine.Tests.Cli;

/// <summary>
/// Every option of every verb whose value is a number, with numbers that no range has and with the ends of what the
/// types hold. The options come from the verbs themselves; a new verb needs an entry in <see cref="Begun"/> alone.
/// </summary>
public sealed class NumericOptionTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private const string Most = "2147483647";

    private static readonly string[] Extremes = ["0", "-1", Most, "2147483648", "NaN", "1e999", "1e-320", ""];

    // Options that ask for work which takes as long as the number is large; Ctrl+C ends it.
    private static readonly string[] Lasting = ["gradcheck --cases", "embed --epochs"];

    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Commands => [.. Options.Select(option => option.Command).Distinct()];

    /// <summary>The options with numbers, and the words that begin their commands.</summary>
    private static IReadOnlyList<(string Command, KnownOption Option)> Options =>
    [
        .. from command in (IEnumerable<(string Words, IReadOnlyList<KnownOption> Options)>)
           [
               .. Program.Completed.Where(verb => verb.Name != LabVerb.Name).Select(verb => (verb.Name, verb.Options)),
               ($"{LabVerb.Name} page", Arguments.OptionsOf(typeof(LabOptions))),
               .. LabVerb.Parts.Select(part => ($"{LabVerb.Name} {part.Name}", part.Options())),
           ]
           from option in command.Options
           // OptionExtremesTests has the options of a configuration, which are many.
           where IsNumber(option.Type)
           where command.Words != "train" || !OptionTable.All.Any(own => own.Name == option.Name)
           select (command.Words, option),
    ];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_number_at_the_ends_of_its_type_or_beyond_is_taken_or_refused_in_one_line(string command)
    {
        foreach (var (_, option) in Options.Where(option => option.Command == command))
        {
            foreach (var value in Extremes)
            {
                if (value == Most && Lasting.Contains($"{command} --{option.Name}")) continue;
                string[] words =
                [
                    .. Begun(command).Where(word => !word.StartsWith($"--{option.Name}=", StringComparison.Ordinal)),
                    .. Beside(option.Name), $"--{option.Name}={value}",
                ];
                var (clock, allocated) = (TimeProvider.System.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
                var result = CommandLine.Run(words);
                var time = TimeProvider.System.GetElapsedTime(clock);
                OptionExtremesTests.IsDoneOrRefused(
                    result, string.Join(' ', words), GC.GetAllocatedBytesForCurrentThread() - allocated);
                Assert.True(time < TimeSpan.FromSeconds(20), $"{string.Join(' ', words)}: {time}");
                if (value is "" or "NaN" or "1e999") Assert.Equal(2, result.Code);
            }
        }
    }

    [Fact]
    public void A_parameter_of_a_page_of_the_lab_is_taken_or_refused_in_one_line()
    {
        var refused = 0;
        foreach (var parameter in LabCatalogue.All.SelectMany(page => page.Parameters))
        {
            foreach (var value in Extremes)
            {
                try
                {
                    LabArguments.Read([parameter], [$"--{parameter.Name}={value}"]);
                    Assert.InRange(double.Parse(value), parameter.Least, parameter.Greatest);
                }
                catch (InputException mistake)
                {
                    refused++;
                    Assert.DoesNotContain('\n', mistake.Message);
                    Assert.Contains($"--{parameter.Name}", mistake.Message);
                }
            }
        }
        Assert.InRange(refused, 100, 10_000);
    }

    [Fact]
    public void Every_verb_with_numbers_is_tried_and_options_that_last_are_there()
    {
        var all = Options.Select(option => $"{option.Command} --{option.Option.Name}").ToArray();
        Assert.InRange(all.Length, 50, 200);
        Assert.Empty(Lasting.Except(all));
    }

    /// <summary>The shortest command of a verb that does its work; a value of <c>--name=</c> can be replaced.</summary>
    private string[] Begun(string command) => command switch
    {
        "train" => ["train", "--dry-run", "--preset", "toy", "--source", tiny.Source, "--target", tiny.Target],
        "translate" => ["translate", "--model", tiny.Model, "--input", Line("red green")],
        "classify" => ["classify", "--model", Path.Combine(Fixtures, "classifier"), "--input", Line("the book")],
        "evaluate" =>
            ["evaluate", "--model", tiny.Model, "--source", Line("red green"), "--target", Line("RED GREEN", "b")],
        "score" => ["score", "--hypothesis", tiny.Source, "--reference", tiny.Source],
        "inspect" => ["inspect", "--model", tiny.Model, "--attention", "red green"],
        "explain" => ["explain", "--model", tiny.Model, "--source", "red", "--target", "RED"],
        // A server that starts does not end: the numbers are checked before its model is looked for.
        "serve" => ["serve", "--model", folder["none"]],
        "corpus" => ["corpus", "--out", folder["corpus"], "--overwrite", "--task=reverse", "--pairs=100"],
        "embed" => ["embed", "--source", tiny.Source, "--out", folder["vectors"], "--overwrite", "--epochs=1"],
        "gradcheck" => ["gradcheck", "--filter", "softplus"],
        "lab page" => ["lab", "softmax-1-2-10", "--size=quick"],
        "lab book" => ["lab", "book", "--out", folder["book"], "--results", folder["none"]],
        "lab quiz" => ["lab", "quiz"],
        "lab write" => ["lab", "write", "rope", "--out", folder["rope"], "--overwrite"],
        _ => throw new InvalidOperationException($"engine {command}: say here how it begins, so that it is tested."),
    };

    /// <summary>What an option needs beside it to be read.</summary>
    private static string[] Beside(string option) => option switch
    {
        "resamples" or "bootstrap-seed" => ["--confidence"],
        "bpe-merges" => ["--tokenizer=bpe"],
        _ => [.. Decoders(option).Take(1).Select(decoder => $"--decoder={decoder}")],
    };

    private static IEnumerable<string> Decoders(string option) =>
        from property in typeof(DecoderArguments).GetProperties()
        where property.GetCustomAttribute<OptionAttribute>()?.LongName == option
        from decoder in property.GetCustomAttribute<ReadByAttribute>()?.Readers ?? []
        select decoder;

    private static string Fixtures => Path.Combine(SourceFiles.Root, "Engine.Tests", "Fixtures");

    private string Line(string text, string name = "a")
    {
        File.WriteAllText(folder[name], text + "\n");
        return folder[name];
    }

    private static bool IsNumber(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is var plain
        && (plain == typeof(int) || plain == typeof(long) || plain == typeof(double));
}
