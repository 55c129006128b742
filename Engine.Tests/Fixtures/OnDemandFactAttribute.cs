namespace Engine.Tests;

/// <summary>
/// A test that takes minutes: it runs when the environment variable of its kind is set, and is skipped otherwise.
/// </summary>
/// <remarks><c>ENGINE_LOAD=1 dotnet test -c Release --filter LoadTests</c> runs the load tests.</remarks>
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
