using System.Reflection;
using System.Text.RegularExpressions;
using Engine.Cli;
using Engine.Training;

namespace Engine.Tests.Architecture;

/// <summary>
/// Messages of the library name members of the library; the command line shows the options that set the members.
/// </summary>
public partial class OptionNamesTests
{
    private static readonly string[] Folders =
    [
        "Kernels", "Tensors", "Storage", "Autograd", "Operations", "Layers", "Models", "Optimizers", "Text", "Decoding",
        "Training", "Verification", "Inspection",
    ];

    [Theory]
    [InlineData(
        "TrainingConfiguration.Heads is 3; it must be a divisor of TrainingConfiguration.DModel, 64.",
        "--heads is 3; it must be a divisor of --d-model, 64.")]
    [InlineData(
        "train with TrainingConfiguration.SourceTokenizer and TrainingConfiguration.TargetTokenizer word.",
        "train with --tokenizer word.")]
    [InlineData("TranslationOptions.MaximumLength is 70", "--max-length is 70")]
    [InlineData("not to translate; use ClassificationModel.Load.", "not to translate; use 'engine classify'.")]
    [InlineData("WordVectorOptions.Dimension is 0, WordVectorOptions.Window 1", "--dim is 0, --window 1")]
    [InlineData("name another folder with RunClaim.Take(folder)", "name another folder with --out")]
    [InlineData("/data/Heads.Model/Seed.txt:3: Adam.Step", "/data/Heads.Model/Seed.txt:3: Adam.Step")]
    public void A_member_in_a_message_becomes_its_option(string library, string shown) =>
        Assert.Equal(shown, OptionNames.In(library));

    [Fact]
    public void No_message_of_the_library_speaks_of_options()
    {
        var found = from file in SourceFiles.Of("Engine")
                    where Folders.Contains(file.Path.Split('/')[0])
                    from line in file.Text.Split('\n')
                    where !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && !line.Contains("[Help(")
                    from Match option in Option().Matches(line)
                    select $"{file.Path}: {line.Trim()}";
        Assert.Empty(found);
    }

    // A member that was renamed would leave its old name in a message, and its option without a name.
    [Fact]
    public void Every_member_that_a_message_names_is_there_and_has_an_option()
    {
        var types = typeof(TrainingConfiguration).Assembly.GetExportedTypes().ToLookup(type => type.Name);
        var named = (from file in SourceFiles.Of("Engine")
                     where Folders.Contains(file.Path.Split('/')[0])
                     from line in file.Text.Split('\n')
                     where !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                     from Match text in Text().Matches(line)
                     from Match member in Member().Matches(Hole().Replace(text.Value, ""))
                     where types.Contains(member.Groups["type"].Value)
                     select member).DistinctBy(member => member.Value).ToArray();
        Assert.InRange(named.Length, 8, 100);
        foreach (var member in named)
        {
            var members = types[member.Groups["type"].Value].First().GetMember(
                member.Groups["name"].Value, BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static);
            Assert.True(members.Length > 0, $"{member.Value} is named in a message, and is no public member");
            if (member.Groups["parameter"] is { Success: true } parameter)
                Assert.Contains(
                    members.OfType<MethodInfo>().SelectMany(method => method.GetParameters()),
                    known => known.Name == parameter.Value);
            if (IsOfProgram(member.Value)) Assert.StartsWith("--", OptionNames.In(member.Value));
        }
    }

    // What a user of the command line can set; Trainer.Resume is, Tape.Constant is not.
    private static bool IsOfProgram(string member) =>
        member.StartsWith("Train", StringComparison.Ordinal) || member.Contains('(');

    [GeneratedRegex(@"""[^""]*--[a-z]")]
    private static partial Regex Option();

    // A whole string, not the code between two of them.
    [GeneratedRegex(@"(?<=[\s(+$])""[^""]*""")]
    private static partial Regex Text();

    [GeneratedRegex(@"\{[^}]*\}?")]
    private static partial Regex Hole();

    [GeneratedRegex(@"\b(?<type>[A-Z]\w+)\.(?<name>[A-Z]\w+)\b(\((?<parameter>\w+)\)|(?!\())")]
    private static partial Regex Member();
}
