using Engine.Training;

namespace Engine.Tests.Training;

/// <summary>How lines are divided into batches for decoding and labelling.</summary>
public sealed class LineBatchTests
{
    // The most tokens of a batch of several lines: its lines times the tokens of its longest line, the end included.
    private const int MostTokens = 4096;

    [Property]
    public void Each_line_is_in_one_batch_and_no_batch_is_larger_than_allowed(Draw draw)
    {
        var lines = Enumerable.Range(0, draw.Integer(0, 300)).Select(_ => new int[draw.Integer(0, 400)]).ToArray();
        var most = draw.Integer(1, 64);
        var batches = TextModel.Divide(lines, _ => most);
        Assert.Equal(
            Enumerable.Range(0, lines.Length).Where(i => lines[i].Length > 0),
            batches.SelectMany(batch => batch).Order());
        Assert.Equal(
            batches.SelectMany(batch => batch).Select(i => lines[i].Length).Order(),
            batches.SelectMany(batch => batch).Select(i => lines[i].Length)); // the shortest first
        Assert.All(batches, batch =>
        {
            var tokens = batch.Length * (batch.Max(i => lines[i].Length) + 1);
            Assert.True(batch.Length == 1 || (tokens <= MostTokens && batch.Length <= most));
        });
        // No batch could have taken the line after it.
        foreach (var (batch, next) in batches.Zip(batches.Skip(1)))
            Assert.True(batch.Length >= Math.Min(most, MostTokens / (lines[next[0]].Length + 1)));
    }

    [Fact]
    public void No_lines_make_no_batch()
    {
        Assert.Empty(TextModel.Divide([], _ => 64));
        Assert.Empty(TextModel.Divide([[], []], _ => 64));
    }

    [Theory]
    [InlineData(4096, 1)]
    [InlineData(2048, 1)]
    [InlineData(2047, 2)]
    [InlineData(1023, 4)]
    public void Long_lines_are_answered_in_batches_of_4096_tokens_whatever_the_number_of_lines(int tokens, int size)
    {
        var batches = TextModel.Divide([.. Enumerable.Range(0, 8).Select(_ => new int[tokens])], _ => 64);
        Assert.All(batches, batch => Assert.Equal(size, batch.Length));
    }
}
