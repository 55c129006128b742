using Engine.Cli;

namespace Engine.Tests.Cli;

public class RepositoryAddressTests
{
    [Theory]
    [InlineData("https://github.com/a/engine.git", "1.0.0+c0ffee", "https://github.com/a/engine/blob/c0ffee/")]
    [InlineData("https://github.com/a/engine", "1.0.0+c0ffee", "https://github.com/a/engine/blob/c0ffee/")]
    [InlineData("https://github.com/a/engine", "1.0.0", null)]
    [InlineData("", "1.0.0+c0ffee", null)]
    [InlineData("file:///home/a/engine", "1.0.0+c0ffee", null)]
    [InlineData(null, "1.0.0+c0ffee", null)]
    public void Lines_of_the_source_have_an_address_if_the_clone_has_a_remote_on_the_web(
        string? remote, string version, string? expected) =>
        Assert.Equal(expected, ModelDescription.Repository(remote, version));
}
