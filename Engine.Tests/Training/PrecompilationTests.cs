using Engine.Training;

namespace Engine.Tests.Training;

public class PrecompilationTests
{
    [Fact]
    public void The_update_that_compiles_the_code_can_be_made() =>
        Assert.Null(Record.Exception(Precompilation.MakeUpdate));
}
