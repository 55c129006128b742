namespace Engine.Training;

/// <summary>When a run ends: after so many updates, epochs or minutes, whichever is first.</summary>
internal sealed class TrainingLimits(TrainingConfiguration configuration)
{
    /// <summary>Whether one of them is reached before <paramref name="epoch"/>, from 1, goes on.</summary>
    public bool AreReached(int updates, int epoch, TimeSpan elapsed) =>
        (configuration.Updates > 0 && updates >= configuration.Updates)
        || (configuration.Epochs > 0 && epoch > configuration.Epochs)
        || (configuration.Minutes > 0 && elapsed.TotalMinutes >= configuration.Minutes);

    /// <summary>How much of the run is done, 0 to 1, by the limit that is nearest.</summary>
    public double Progress(int updates, double epochs, TimeSpan elapsed)
    {
        var progress = 0.0;
        if (configuration.Updates > 0) progress = Math.Max(progress, (double)updates / configuration.Updates);
        if (configuration.Epochs > 0) progress = Math.Max(progress, epochs / configuration.Epochs);
        if (configuration.Minutes > 0) progress = Math.Max(progress, elapsed.TotalMinutes / configuration.Minutes);
        return Math.Min(progress, 1);
    }
}
