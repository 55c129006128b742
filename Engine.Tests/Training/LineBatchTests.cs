using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>How lines are divided into batches for decoding and labelling.</summary>
public sealed class LineBatchTests
{
    [Property]
    public void Each_line_is_in_one_batch_and_no_batch_is_larger_than_allowed(Draw draw)
    {
        var lines = Enumerable.Range(0, draw.Integer(0, 300)).Select(_ => new int[draw.Integer(0, 400)]).ToArray();
        var budget = draw.Integer(1, 4096);
        var batches = TextModel.Divide(lines, longest => Math.Min(64, budget / longest));
        Assert.Equal(
            Enumerable.Range(0, lines.Length).Where(i => lines[i].Length > 0),
            batches.SelectMany(batch => batch).Order());
        Assert.Equal(
            batches.SelectMany(batch => batch).Select(i => lines[i].Length).Order(),
            batches.SelectMany(batch => batch).Select(i => lines[i].Length)); // the shortest first
        Assert.All(batches, batch =>
        {
            var tokens = batch.Length * (batch.Max(i => lines[i].Length) + 1);
            Assert.True(batch.Length == 1 || (tokens <= budget && batch.Length <= 64));
        });
        // No batch could have taken the line after it.
        foreach (var (batch, next) in batches.Zip(batches.Skip(1)))
            Assert.True(batch.Length >= Math.Min(64, budget / (lines[next[0]].Length + 1)));
    }
}
