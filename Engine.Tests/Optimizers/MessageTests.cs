using Engine.Optimizers;

namespace Engine.Tests.Optimizers;

public sealed class MessageTests
{
    [Theory]
    [InlineData(-1e-9)]
    [InlineData(double.NaN)]
    public void A_learning_rate_that_is_none_is_refused(double rate) => Assert.StartsWith(
        "the learning rate must be at least 0",
        Assert.Throws<ArgumentOutOfRangeException>(() => new Adam<float>([], rate)).Message);
}
