namespace Engine.Cli;

/// <summary>A command of a prompt.</summary>
/// <param name="Name">What is typed, with the colon.</param>
/// <param name="Help">Lines of <c>:help</c>: what is typed, and what it does.</param>
/// <param name="Run">
/// Runs the command: gets the words after its name and the stream of the answers, and returns a message for the person;
/// null for none. Throws <see cref="Storage.InputException"/> for a mistake.
/// </param>
internal sealed record PromptCommand(
    string Name, IReadOnlyList<(string Typed, string Does)> Help, Func<string[], TextWriter, string?> Run);
