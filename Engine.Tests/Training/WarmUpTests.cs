using Engine.Training;

namespace Engine.Tests.Training;

public class WarmUpTests
{
    [Fact]
    public void The_step_that_compiles_the_code_can_be_taken() => Assert.Null(Record.Exception(WarmUp.TakeStep));
}
