using System.Reflection;
using System.Text.RegularExpressions;

namespace Engine.Tests.Architecture;

/// <summary>The page of promises: each promise names the tests that hold it, and the tests exist.</summary>
public partial class PromiseTests
{
    private static string[] Promises { get; } = ItemsOf(
        File.ReadAllText(Path.Combine(SourceFiles.Root, "Engine", "PROMISES.md")));

    private static HashSet<string> Tests { get; } =
    [
        .. from type in typeof(PromiseTests).Assembly.GetTypes()
           from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
           where method.GetCustomAttributes<FactAttribute>().Any()
           select $"{type.Name}.{method.Name}",
    ];

    [Fact]
    public void Every_promise_names_tests() =>
        Assert.DoesNotContain(Promises, promise => !TestsOf(promise).Any());

    [Fact]
    public void The_tests_that_a_promise_names_exist() =>
        Assert.All(Promises.SelectMany(TestsOf), test => Assert.Contains(test, Tests));

    [Fact]
    public void A_promise_is_an_item_of_a_list_and_its_tests_stand_in_code()
    {
        var items = ItemsOf("# Page\n\n- One.\n  Held by `A.B`,\n  `C.D_e`.\n- Two, of `train`.\n\nText `E.F`.\n");
        Assert.Equal(2, items.Length);
        Assert.Equal(["A.B", "C.D_e"], TestsOf(items[0]));
        Assert.Empty(TestsOf(items[1]));
    }

    private static string[] ItemsOf(string page) =>
        [.. Item().Matches(page.ReplaceLineEndings("\n")).Select(match => match.Value)];

    private static IEnumerable<string> TestsOf(string promise) =>
        TestName().Matches(promise).Select(match => match.Groups[1].Value);

    [GeneratedRegex(@"^- .*\n(?:  .*\n)*", RegexOptions.Multiline)]
    private static partial Regex Item();

    [GeneratedRegex(@"`([A-Z]\w*\.[A-Z]\w*)`")]
    private static partial Regex TestName();
}
