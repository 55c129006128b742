using Engine.Cli;
using Engine.Training;

namespace Engine.Tests.Cli;

public sealed class TrainingResultTests
{
    [Theory]
    [InlineData(2.0, false, false, "done; the best model, of update 7, is saved in m")]
    [InlineData(2.0, true, false, "stopped after update 9; the best model, of update 7, is saved in m")]
    [InlineData(2.0, false, true,
        "stopped early after update 9, since no later model was better; the best model, of update 7, is saved in m")]
    [InlineData(800.0, false, false,
        "ended, but the model has learned nothing; the best model, of update 7, is saved in m")]
    public void A_run_is_done_only_if_it_came_to_its_end_with_a_model_that_learned(
        double loss, bool stopped, bool early, string expected)
    {
        var lines = Lines(new TrainingOutcome(9, loss, TimeSpan.FromSeconds(1), stopped)
        {
            BestUpdate = 7, WasStoppedEarly = early,
        });
        Assert.Equal(expected, lines[0]);
        Assert.Equal(loss == 800, lines[stopped ? 3 : 2].Contains("perplexity above 1.8e308 (loss 800.0000)"));
    }

    [Theory]
    [InlineData(null, 0, "done; the best model is saved in m")] // a state of an earlier version does not know it
    [InlineData(7, 3, "done; the best model, the average of the last 3 checkpoints, is saved in m")]
    public void Where_the_model_comes_from_is_said_if_it_is_known(int? update, int averaged, string expected) =>
        Assert.Equal(expected, Lines(new TrainingOutcome(9, 1, TimeSpan.Zero, false)
        {
            BestUpdate = update, BestAveraged = averaged,
        })[0]);

    [Theory]
    [InlineData(9, true, "go on with it: engine train --resume")]
    [InlineData(0, true, null)] // no state is saved before the first update
    [InlineData(9, false, null)]
    public void Only_a_run_that_was_stopped_after_an_update_names_the_command_that_goes_on(
        int updates, bool stopped, string? expected)
    {
        var lines = Lines(new TrainingOutcome(updates, 1, TimeSpan.Zero, stopped) { BestUpdate = updates });
        Assert.Equal(expected, lines.FirstOrDefault(line => line.StartsWith("go on", StringComparison.Ordinal)));
        if (updates == 0)
            Assert.Equal(
                "stopped before the first update; the model with the weights it began with is saved in m", lines[0]);
    }

    private static string[] Lines(TrainingOutcome outcome)
    {
        var output = new StringWriter { NewLine = "\n" };
        using var record = new TrainingRecord([], [], _ => { });
        var result = new TrainingResult("m", "translate", outcome, record) { Resume = "engine train --resume" };
        result.Write(output, json: false);
        return output.ToString().Split('\n');
    }
}
