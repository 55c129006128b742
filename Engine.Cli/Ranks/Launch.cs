using System.Globalization;

namespace Engine.Cli;

/// <summary>How the process was started, as the environment tells: alone, or by <c>mpirun</c> as one of several ranks.
/// </summary>
/// <param name="variable">Reads an environment variable.</param>
internal sealed class Launch(Func<string, string?> variable)
{
    /// <summary>How this process was started.</summary>
    public static Launch OfProcess { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>The number of ranks that Open MPI's <c>mpirun</c> has started; 1 without it.</summary>
    public int Ranks => Math.Max(1, Number("OMPI_COMM_WORLD_SIZE") ?? 1);

    /// <summary>The number of this process among the ranks, from 0.</summary>
    public int Rank => Number("OMPI_COMM_WORLD_RANK") ?? Number("PMI_RANK") ?? 0;

    /// <summary>Whether another MPI than Open MPI has started several processes: MPICH, Intel MPI or Slurm's PMI.
    /// </summary>
    public bool IsOfAnotherMpi => Ranks == 1 && Number("PMI_SIZE") > 1;

    /// <summary>
    /// The processors for this rank: all that it may use, shared among the ranks on this machine unless
    /// <c>mpirun</c> has bound each rank to processors of its own.
    /// </summary>
    /// <param name="usable">The processors that the process may use.</param>
    public int Processors(int usable) =>
        variable("OMPI_MCA_orte_bound_at_launch") is not null ? usable
            : Math.Max(1, usable / Math.Max(1, Number("OMPI_COMM_WORLD_LOCAL_SIZE") ?? 1));

    private int? Number(string name) =>
        int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
