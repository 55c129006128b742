namespace Engine.Layers;

/// <summary>
/// The indices of the rows of keys and values that each sequence attends to. Hypotheses share the rows of their source
/// and of a common beginning: selecting hypotheses copies row indices, not rows.
/// </summary>
internal sealed class AttendedRows
{
    /// <summary>The initial capacity of a growing sequence, in rows.</summary>
    public const int InitialCapacity = 16;

    private int[] rows, starts, counts, other = [];
    private int capacity; // of each growing sequence; 0 for sequences of a layout, which do not grow

    private AttendedRows(int[] rows, int[] starts, int[] counts, int capacity) =>
        (this.rows, this.starts, this.counts, this.capacity) = (rows, starts, counts, capacity);

    /// <summary>The number of sequences.</summary>
    public int Sequences => counts.Length;

    /// <summary>The row indices of all sequences; a sequence's indices are neighbours.</summary>
    public ReadOnlySpan<int> Rows => rows;

    /// <summary>The place of each sequence's first row index in <see cref="Rows"/>.</summary>
    public ReadOnlySpan<int> Starts => starts;

    /// <summary>The number of rows that each sequence attends to.</summary>
    public ReadOnlySpan<int> Counts => counts;

    /// <summary>Lets each sequence attend to its own rows of a layout.</summary>
    public static AttendedRows Of(SequenceLayout layout)
    {
        var rows = new int[layout.Rows];
        for (var row = 0; row < rows.Length; row++) rows[row] = row;
        var (starts, counts) = (new int[layout.Sequences], new int[layout.Sequences]);
        for (var s = 0; s < counts.Length; s++) (starts[s], counts[s]) = (layout.Start(s), layout.Length(s));
        return new AttendedRows(rows, starts, counts, 0);
    }

    /// <summary>Sequences without rows, which <see cref="Append"/> lets grow.</summary>
    public static AttendedRows Growing(int sequences)
    {
        var starts = new int[sequences];
        for (var s = 0; s < sequences; s++) starts[s] = s * InitialCapacity;
        return new AttendedRows(new int[sequences * InitialCapacity], starts, new int[sequences], InitialCapacity);
    }

    /// <summary>
    /// Appends row <paramref name="first"/> + s to each growing sequence s = 0, 1, ...
    /// </summary>
    public void Append(int first)
    {
        if (Sequences > 0 && counts[0] == capacity) Rearrange(starts, counts, 2 * capacity);
        for (var s = 0; s < counts.Length; s++) rows[starts[s] + counts[s]++] = first + s;
    }

    /// <summary>Keeps the sequences with the given indices, in the given order; an index may occur twice.</summary>
    public void Select(ReadOnlySpan<int> kept)
    {
        var (keptStarts, keptCounts) = (new int[kept.Length], new int[kept.Length]);
        for (var i = 0; i < kept.Length; i++) (keptStarts[i], keptCounts[i]) = (starts[kept[i]], counts[kept[i]]);
        if (capacity > 0) Rearrange(keptStarts, keptCounts, capacity);
        else (starts, counts) = (keptStarts, keptCounts);
    }

    /// <summary>Copies the row indices of growing sequences, so that no two sequences share an array section.</summary>
    private void Rearrange(int[] from, int[] keptCounts, int newCapacity)
    {
        // The two arrays alternate: one is read while the other is written.
        if (other.Length < keptCounts.Length * newCapacity) other = new int[keptCounts.Length * newCapacity];
        var to = new int[keptCounts.Length];
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = i * newCapacity;
            rows.AsSpan(from[i], keptCounts[i]).CopyTo(other.AsSpan(to[i]));
        }
        (rows, other, starts, counts, capacity) = (other, rows, to, keptCounts, newCapacity);
    }
}
