using Engine.Cli;
using Engine.Storage;

namespace Engine.Tests.Cli;

/// <summary>What the command makes of the environment in which mpirun starts it.</summary>
public class LaunchTests
{
    [Fact]
    public void Without_mpirun_there_is_one_rank_which_has_all_processors()
    {
        var launch = Of();
        Assert.Equal((1, 0, false, 8), (launch.Ranks, launch.Rank, launch.IsOfAnotherMpi, launch.Processors(8)));
        Assert.Equal(1, Of(("OMPI_COMM_WORLD_SIZE", "1")).Ranks);
    }

    [Theory]
    [InlineData("2", 4)]
    [InlineData("3", 2)]
    [InlineData("16", 1)]
    public void Ranks_on_one_machine_share_its_processors(string local, int expected) =>
        Assert.Equal(expected, Of(("OMPI_COMM_WORLD_SIZE", "16"), ("OMPI_COMM_WORLD_LOCAL_SIZE", local)).Processors(8));

    [Fact]
    public void A_rank_that_is_bound_to_processors_has_these() => Assert.Equal(4, Of(
        ("OMPI_COMM_WORLD_LOCAL_SIZE", "2"), ("OMPI_MCA_orte_bound_at_launch", "1")).Processors(4));

    [Fact]
    public void Verbs_of_one_process_and_other_MPIs_are_refused()
    {
        Assert.StartsWith("engine translate is one process, and mpirun has started 3; leave mpirun out", Refused(
            "translate", ("OMPI_COMM_WORLD_SIZE", "3")));
        Assert.StartsWith("another MPI than Open MPI has started several processes (PMI_SIZE is set)", Refused(
            "train", ("PMI_SIZE", "2")));
        RankedCommand.Require(Of(("OMPI_COMM_WORLD_SIZE", "3"), ("PMI_SIZE", "3")), "train");
    }

    [Fact]
    public void A_missing_library_is_refused_with_the_package_to_install()
    {
        var missing = Assert.Throws<InputException>(() => OpenMpi.Load(["libnone.so.40"])).Message;
        Assert.Contains("Open MPI's library (libnone.so.40) is not found; install it (Debian: apt-get", missing);
    }

    [LinuxFact]
    public void Another_library_is_not_taken_for_that_of_Open_MPI()
    {
        var other = Assert.Throws<InputException>(() => OpenMpi.Load(["libnone.so.40", "libm.so.6"])).Message;
        Assert.StartsWith("libm.so.6 is not Open MPI's library", other);
    }

    [LinuxFact]
    public void A_process_that_mpirun_has_not_started_does_not_wait_for_ranks()
    {
        // Without the library it says that, and with the library that one rank is not two.
        using var process = CommandLine.Start(
            Path.GetTempPath(), [("OMPI_COMM_WORLD_SIZE", "2"), ("OMPI_COMM_WORLD_RANK", "0")], "train");
        Assert.Contains("mpirun has started ", CommandLine.Finish(process).Mistake());
    }

    [Fact]
    public void A_silent_rank_remembers_its_last_line()
    {
        var last = new LastLine();
        last.Write("one\ntwo\nthr");
        Assert.Equal("two", last.Text);
        last.WriteLine("ee");
        Assert.Equal("three", last.Text);
    }

    private static string Refused(string verb, params (string Name, string Value)[] variables) =>
        Assert.Throws<InputException>(() => RankedCommand.Require(Of(variables), verb)).Message;

    private static Launch Of(params (string Name, string Value)[] variables) =>
        new(name => variables.FirstOrDefault(variable => variable.Name == name).Value);
}
