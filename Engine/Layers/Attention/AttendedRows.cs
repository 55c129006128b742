namespace Engine.Layers;

/// <summary>
/// Which rows of keys and values each sequence attends to, one by one. Sequences may share rows: hypotheses of one
/// sentence share all that it says, and whatever they have in common of what was written. So keeping some of them, in
/// any order and any number of times, copies numbers of rows and no row.
/// </summary>
internal sealed class AttendedRows
{
    /// <summary>Rows that a sequence that grows has room for at first.</summary>
    public const int FirstRoom = 16;

    private int[] rows, starts, counts, other = [];
    private int room;

    private AttendedRows(int[] rows, int[] starts, int[] counts, int room) =>
        (this.rows, this.starts, this.counts, this.room) = (rows, starts, counts, room);

    /// <summary>How many sequences there are.</summary>
    public int Sequences => counts.Length;

    /// <summary>The rows of all sequences.</summary>
    public ReadOnlySpan<int> Rows => rows;

    /// <summary>Where each sequence's rows begin in <see cref="Rows"/>.</summary>
    public ReadOnlySpan<int> Starts => starts;

    /// <summary>How many rows each sequence attends to.</summary>
    public ReadOnlySpan<int> Counts => counts;

    /// <summary>Each sequence attends to its rows of a layout.</summary>
    public static AttendedRows Of(SequenceLayout layout)
    {
        var rows = new int[layout.Rows];
        for (var row = 0; row < rows.Length; row++) rows[row] = row;
        var (starts, counts) = (new int[layout.Sequences], new int[layout.Sequences]);
        for (var s = 0; s < counts.Length; s++) (starts[s], counts[s]) = (layout.Start(s), layout.Length(s));
        return new AttendedRows(rows, starts, counts, 0);
    }

    /// <summary>Sequences that have no rows yet, to append to.</summary>
    public static AttendedRows Growing(int sequences)
    {
        var starts = new int[sequences];
        for (var s = 0; s < sequences; s++) starts[s] = s * FirstRoom;
        return new AttendedRows(new int[sequences * FirstRoom], starts, new int[sequences], FirstRoom);
    }

    /// <summary>Appends rows <paramref name="first"/>, first + 1, ..., one to each sequence that grows.</summary>
    public void Append(int first)
    {
        if (Sequences > 0 && counts[0] == room) Rearrange(starts, counts, 2 * room);
        for (var s = 0; s < counts.Length; s++) rows[starts[s] + counts[s]++] = first + s;
    }

    /// <summary>Keeps the given sequences, in that order.</summary>
    public void Select(ReadOnlySpan<int> kept)
    {
        var (keptStarts, keptCounts) = (new int[kept.Length], new int[kept.Length]);
        for (var i = 0; i < kept.Length; i++) (keptStarts[i], keptCounts[i]) = (starts[kept[i]], counts[kept[i]]);
        if (room > 0) Rearrange(keptStarts, keptCounts, room);
        else (starts, counts) = (keptStarts, keptCounts);
    }

    /// <summary>Gives each of the sequences that grow a stretch of its own.</summary>
    private void Rearrange(int[] from, int[] keptCounts, int newRoom)
    {
        // The two arrays take turns: what is read must not be overwritten.
        if (other.Length < keptCounts.Length * newRoom) other = new int[keptCounts.Length * newRoom];
        var to = new int[keptCounts.Length];
        for (var i = 0; i < to.Length; i++)
        {
            to[i] = i * newRoom;
            rows.AsSpan(from[i], keptCounts[i]).CopyTo(other.AsSpan(to[i]));
        }
        (rows, other, starts, counts, room) = (other, rows, to, keptCounts, newRoom);
    }
}
