namespace Engine;

/// <summary>
/// The order in which a recurrence computes: step by step, in each step the sequences that are still alive, longest
/// first, so that those of a step are the first of the step before. All arrays are in that order.
/// </summary>
internal sealed class RecurrencePlan
{
    private readonly int[] starts;

    public RecurrencePlan(SequenceLayout layout, bool reverse)
    {
        Order = [.. Enumerable.Range(0, layout.Sequences).OrderByDescending(layout.Length)];
        var lengths = Order.Select(layout.Length).ToArray();
        starts = new int[lengths.Length == 0 ? 1 : lengths[0] + 1];
        Rows = new int[lengths.Sum()];
        var (at, alive) = (0, lengths.Length);
        for (var t = 0; t < Steps; t++)
        {
            while (lengths[alive - 1] <= t) alive--;
            for (var i = 0; i < alive; i++)
                Rows[at++] = layout.Start(Order[i]) + (reverse ? lengths[i] - 1 - t : t);
            starts[t + 1] = at;
        }
    }

    /// <summary>The sequences, longest first.</summary>
    public int[] Order { get; }

    /// <summary>The layout's row of each step and sequence.</summary>
    public int[] Rows { get; }

    /// <summary>How many steps the longest sequence takes.</summary>
    public int Steps => starts.Length - 1;

    /// <summary>How many sequences step t has.</summary>
    public int Alive(int t) => starts[t + 1] - starts[t];

    /// <summary>Where the rows of step t begin.</summary>
    public int Start(int t) => starts[t];

    /// <summary>Where the states before step t begin: first the initial ones, then those after each step.</summary>
    public int Before(int t) => t == 0 ? 0 : After(t - 1);

    /// <summary>Where the states after step t begin.</summary>
    public int After(int t) => Order.Length + starts[t];
}
