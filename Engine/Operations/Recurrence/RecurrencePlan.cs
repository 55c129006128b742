namespace Engine;

/// <summary>
/// The order in which a recurrence computes: step by step, and in each step the sequences that have not ended, longest
/// first. So the sequences of a step are the first rows of the step before it. All arrays have this order.
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

    /// <summary>The number of steps of the longest sequence.</summary>
    public int Steps => starts.Length - 1;

    /// <summary>The number of sequences that have a step t.</summary>
    public int Alive(int t) => starts[t + 1] - starts[t];

    /// <summary>The index of the first row of step t.</summary>
    public int Start(int t) => starts[t];

    /// <summary>
    /// The index of the first state before step t. The initial states come first, then the states after each step.
    /// </summary>
    public int Before(int t) => t == 0 ? 0 : After(t - 1);

    /// <summary>The index of the first state after step t.</summary>
    public int After(int t) => Order.Length + starts[t];
}
