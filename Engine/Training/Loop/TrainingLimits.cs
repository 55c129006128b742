namespace Engine.Training;

/// <summary>Ends a run at the configuration's number of updates, epochs or minutes, whichever comes first.</summary>
internal sealed class TrainingLimits(TrainingConfiguration configuration)
{
    /// <summary>Whether a limit is reached.</summary>
    /// <param name="updates">The updates made.</param>
    /// <param name="epoch">The epoch to go on with, from 1.</param>
    /// <param name="elapsed">The time of training.</param>
    public bool AreReached(int updates, int epoch, TimeSpan elapsed) =>
        (configuration.Updates > 0 && updates >= configuration.Updates)
        || (configuration.Epochs > 0 && epoch > configuration.Epochs)
        || (configuration.Minutes > 0 && elapsed.TotalMinutes >= configuration.Minutes);

    /// <summary>How much of the run is done, 0 to 1, by the limit that is nearest.</summary>
    /// <param name="updates">The updates made.</param>
    /// <param name="epochs">The epochs made, with the fraction of the epoch under way.</param>
    /// <param name="elapsed">The time of training.</param>
    public double Progress(int updates, double epochs, TimeSpan elapsed)
    {
        var progress = 0.0;
        if (configuration.Updates > 0) progress = Math.Max(progress, (double)updates / configuration.Updates);
        if (configuration.Epochs > 0) progress = Math.Max(progress, epochs / configuration.Epochs);
        if (configuration.Minutes > 0) progress = Math.Max(progress, elapsed.TotalMinutes / configuration.Minutes);
        return Math.Min(progress, 1);
    }
}
