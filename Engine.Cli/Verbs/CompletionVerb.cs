using Engine.Storage;

namespace Engine.Cli;

/// <summary><c>engine completion</c>: writes a script that makes a shell complete verbs, options and values.</summary>
internal static class CompletionVerb
{
    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help =>
        """
        engine completion: print a script that makes a shell complete verbs, options and values.

        Usage: engine completion bash|zsh|fish|powershell

        The script calls the command 'engine': where it has another name, write an alias.

        Examples:
          engine completion bash > ~/.local/share/bash-completion/completions/engine
          engine completion zsh > ~/.zfunc/_engine            ~/.zfunc must be in $fpath
          engine completion fish > ~/.config/fish/completions/engine.fish
          engine completion powershell >> $PROFILE
        """;

    /// <summary>Prints the script, and returns the exit code.</summary>
    /// <exception cref="InputException">The shell is unknown, or none is named.</exception>
    public static int Run(string[] arguments, IReadOnlyList<CompletedVerb> verbs, CommandStreams streams)
    {
        var shells = string.Join(", ", Completion.Scripts.Keys);
        if (arguments is not [var shell])
            throw new InputException($"engine completion takes the name of a shell; write one of {shells}");
        if (!Completion.Scripts.TryGetValue(shell, out var script))
            throw new InputException($"shell '{shell}' is not known; use {shells}");
        var help = new CompletedVerb("help", "what a command does", [], [.. verbs.Select(verb => verb.Name)]);
        streams.Output.WriteLine(script([.. verbs, help]));
        return ExitCode.Done;
    }
}
