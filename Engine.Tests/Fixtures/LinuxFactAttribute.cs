namespace Engine.Tests;

/// <summary>A test that needs Linux: signals, named pipes, file modes, /dev/full, pages without access.</summary>
/// <remarks>Elsewhere the test is skipped, and the list of skipped tests says why.</remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxFactAttribute : FactAttribute
{
    public LinuxFactAttribute() => Skip = Missing;

    /// <summary>Why tests that need Linux are skipped here; null on Linux.</summary>
    internal static string Missing { get; } = OperatingSystem.IsLinux()
        ? null!
        : "needs Linux (signals, named pipes, file modes, devices or memory protection); the engine itself does not";
}

/// <inheritdoc cref="LinuxFactAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LinuxTheoryAttribute : TheoryAttribute
{
    public LinuxTheoryAttribute() => Skip = LinuxFactAttribute.Missing;
}
