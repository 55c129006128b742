using Engine.Verification;

namespace Engine.Tests.Verification;

public class GradientSweepTests
{
    public static TheoryData<string> Names => new(Catalogue.All.Select(operation => operation.Name));

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_gradient_of_the_catalogue_agrees_with_finite_differences(string name)
    {
        var operation = Catalogue.All.Single(operation => operation.Name == name);
        var result = GradientSweep.Check(operation, seed: 1);
        Assert.True(result.Report.Passed, result.Report.ToString());
        Assert.True(result.Report.Derivatives >= result.Cases);
    }
}
