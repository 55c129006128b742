namespace Engine.Tests.Cli;

/// <summary>A clock that advances by a fixed time at each reading, and when a test asks for it.</summary>
internal sealed class SteppedTime(TimeSpan step) : TimeProvider
{
    private long now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now += step.Ticks;

    public void Pass(double seconds) => now += TimeSpan.FromSeconds(seconds).Ticks;
}
