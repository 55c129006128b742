using Engine.Storage;
using Engine.Tests.Storage;
using Engine.Tests.Training;
using Engine.Training;

namespace Engine.Tests.Charts;

/// <summary>The marks of <c>curve.svg</c>: the best model, and the average of checkpoints.</summary>
public sealed class CurveMarkTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void The_best_validation_is_marked_and_an_average_stands_beside_the_line()
    {
        var curve = new LearningCurve(folder.Path);
        curve.Validated(Report(10, 3, isBest: true));
        curve.Validated(Report(20, 2, isBest: true));
        curve.Validated(Report(30, 2.5, isBest: false));
        curve.Validated(Report(30, 1.5, isBest: true, averaged: 2));
        var read = LearningCurve.Read(folder.Path);
        Assert.Equal([(10f, 3f), (20f, 2f), (30f, 2.5f)], read.Valid);
        Assert.Equal([(30f, 1.5f)], read.Average);
        Assert.Equal([(30f, 1.5f)], read.Best);
        var svg = File.ReadAllText(folder["curve.svg"]);
        Assert.Equal(2, Count(svg, "<circle class=\"mark valid\"")); // one in the legend
        Assert.Equal(2, Count(svg, "<path class=\"mark valid\""));
        Assert.Contains(">best</text>", svg);
        Assert.Contains(">average</text>", svg);
    }

    [Fact]
    public void One_validation_shows_as_a_point_and_without_an_average_no_average_is_named()
    {
        new LearningCurve(folder.Path).Validated(Report(10, 3, isBest: false));
        var svg = File.ReadAllText(folder["curve.svg"]);
        Assert.Contains("<circle class=\"line valid\"", svg);
        Assert.DoesNotContain(">average</text>", svg);
        Assert.DoesNotContain(">best</text>", svg);
    }

    [Fact]
    public void A_run_that_goes_on_has_no_average_yet_and_keeps_the_best_model_of_an_update()
    {
        var curve = new LearningCurve(folder.Path);
        curve.Validated(Report(10, 2, isBest: true));
        curve.Validated(Report(20, 3, isBest: false, averaged: 2));
        var resumed = Resumed();
        Assert.Equal([(10f, 2f)], resumed.Best);
        Assert.Empty(resumed.Average);

        curve.Validated(Report(20, 1, isBest: true, averaged: 2));
        Assert.Empty(Resumed().Best);
    }

    [Fact]
    public void A_picture_of_an_earlier_version_has_no_marks()
    {
        var curve = new LearningCurve(folder.Path);
        curve.Validated(Report(10, 2, isBest: true));
        var svg = File.ReadAllText(folder["curve.svg"]);
        var start = svg.IndexOf(",\"average\"", StringComparison.Ordinal);
        AtomicFile.WriteText(folder["curve.svg"], svg[..start] + svg[svg.IndexOf('}', start)..]);
        var read = LearningCurve.Read(folder.Path);
        Assert.Equal([(10f, 2f)], read.Valid);
        Assert.Empty(read.Best);
    }

    public void Dispose() => folder.Dispose();

    private RunCurves Resumed()
    {
        var curve = new LearningCurve(folder.Path, resumes: true);
        curve.Started(Plans.Of(folder.Path, resumedAt: 20));
        curve.Validated(Report(20, 4, isBest: false));
        return LearningCurve.Read(folder.Path);
    }

    private static ValidationReport Report(int update, double loss, bool isBest, int averaged = 0) =>
        new(update, new ValidationLoss(loss, loss), isBest, TimeSpan.Zero, []) { Averaged = averaged };

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
