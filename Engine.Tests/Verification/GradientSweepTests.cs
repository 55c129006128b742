using Engine.Verification;

namespace Engine.Tests.Verification;

public class GradientSweepTests
{
    public static TheoryData<string> Names => new(Catalogue.All.Select(entry => entry.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_gradient_of_the_catalogue_agrees_with_finite_differences(string name)
    {
        var entry = Catalogue.All.Single(entry => entry.Name == name);
        var result = GradientSweep.Check(entry, seed: 1);
        Assert.True(result.Passed, result.Worst.Report.ToString());
        Assert.True(result.Derivatives >= result.Cases.Count);
    }
}
