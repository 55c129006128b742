namespace Engine.Tests;

/// <summary>
/// A test that takes minutes: it runs when the environment variable of its kind is set, and is skipped otherwise.
/// </summary>
/// <remarks>
/// The variable says how long the test may take, in a unit that the test states: <c>ENGINE_FUZZ=120 dotnet test</c>
/// runs the fuzz tests for 120 seconds.
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnDemandFactAttribute : FactAttribute
{
    /// <summary>A test of a kind.</summary>
    /// <param name="variable">The environment variable that asks for it.</param>
    public OnDemandFactAttribute(string variable)
    {
        Variable = variable;
        Skip = Environment.GetEnvironmentVariable(variable) is { Length: > 0 }
            ? null! : $"takes minutes; set {variable} to run it (Engine.Tests/README.md says how)";
    }

    /// <summary>The environment variable that asks for the test.</summary>
    public string Variable { get; }
}
