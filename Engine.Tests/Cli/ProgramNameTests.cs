using Engine.Cli;

namespace Engine.Tests.Cli;

public sealed class ProgramNameTests
{
    [Theory]
    [InlineData("/home/u/.dotnet/tools/engine", "/home/u/.dotnet/tools/.store/x/any/", "engine train")]
    [InlineData("/opt/engine", "/opt/", "engine train")]
    [InlineData(
        "/usr/bin/dotnet", "/src/Engine.Cli/bin/Debug/net10.0/", "dotnet run -c Release --project Engine.Cli -- train")]
    [InlineData(
        "/src/Engine.Cli/bin/Release/net10.0/Engine.Cli", "/src/Engine.Cli/bin/Release/net10.0/",
        "dotnet run -c Release --project Engine.Cli -- train")]
    public void The_command_starts_the_running_program_again(string process, string folder, string expected) =>
        Assert.Equal(expected, ProgramName.Command("train", process, folder));

    [Fact]
    public void A_path_with_a_space_is_one_word() =>
        Assert.Equal(("\"a b\"", "a"), (ProgramName.Quoted("a b"), ProgramName.Quoted("a")));
}
