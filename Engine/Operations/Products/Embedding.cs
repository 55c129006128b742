using System.Numerics;
using Engine.Kernels;

namespace Engine;

public static partial class Op
{
    internal static readonly CatalogueEntry EmbeddingEntry = new(
        "Embedding",
        "y_i = table[index_i];  dTable[k] = sum of dY_i over index_i = k, 0 for the padding index",
        random =>
        [
            GradientCase.Of(Samples.Normal(random, [4, 3]), table => Embedding(table, [2, 0, 2, 3])),
            GradientCase.Of(Samples.Normal(random, [5, 9]), table => Embedding(table, [4, 4, 4])),
            GradientCase.Of(
                Samples.Normal(random, [4, 8]), table => Embedding(table, Samples.Indices(random.Fork(1), 9, 4))),
        ]);

    /// <summary>The rows of a table at the given indices.</summary>
    /// <param name="table">[count, dModel].</param>
    /// <param name="indices">Each in 0 .. count - 1.</param>
    /// <param name="paddingIndex">The row of this index gets no gradient; -1 for none.</param>
    /// <returns>[indices, dModel]. Saves the indices.</returns>
    /// <exception cref="ShapeException">The table is not a matrix, there is no index, or one is outside of
    /// it.</exception>
    [KeepsCallerFrame]
    public static Tensor<T> Embedding<T>(Tensor<T> table, int[] indices, int paddingIndex = -1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (table.Shape.Rank != 2)
            throw new ShapeException($"Embedding: the table must be a matrix [count, dModel], not {table.Shape}.");
        if (indices.Length == 0)
            throw new ShapeException($"Embedding: there is no index to look up in the table {table.Shape}; " +
                "give at least one.");
        var tape = Tape<T>.Of(EmbeddingEntry, table);
        var (count, dModel) = (table.Shape[0], table.Shape[1]);
        var y = tape.Allocate([indices.Length, dModel]);
        var rows = table.Ordered(tape);
        for (var i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)count)
                throw new ShapeException($"Embedding: index {indices[i]} at position {i} is outside the table " +
                    $"{table.Shape}; it must be in 0 to {count - 1}.");
            rows.Slice(indices[i] * dModel, dModel).CopyTo(y.Span[(i * dModel)..]);
        }
        return tape.Record(EmbeddingEntry, y, [table], adjoints =>
        {
            var dTable = adjoints.Into(table).Zeroed();
            var dY = adjoints.Of(y);
            for (var i = 0; i < indices.Length; i++)
            {
                if (indices[i] == paddingIndex) continue;
                var row = dTable.Slice(indices[i] * dModel, dModel);
                InPlace.Add(row, dY.Slice(i * dModel, dModel));
            }
        });
    }
}
