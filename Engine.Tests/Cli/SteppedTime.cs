namespace Engine.Tests.Cli;

/// <summary>A clock that goes on by so much whenever somebody looks at it, and as it is told to.</summary>
internal sealed class SteppedTime(TimeSpan step) : TimeProvider
{
    private long now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now += step.Ticks;

    public void Pass(double seconds) => now += TimeSpan.FromSeconds(seconds).Ticks;
}
