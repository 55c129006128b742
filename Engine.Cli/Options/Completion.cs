using System.Text;

namespace Engine.Cli;

/// <summary>What a shell can complete after a verb.</summary>
/// <param name="Name">The verb.</param>
/// <param name="Purpose">What the verb does.</param>
/// <param name="Options">Its options.</param>
/// <param name="Names">What may stand in place of options, such as the pages of the book.</param>
internal sealed record CompletedVerb(
    string Name, string Purpose, IReadOnlyList<KnownOption> Options, IReadOnlyList<string> Names);

/// <summary>
/// Scripts that make a shell complete verbs, options and the values that have names. Where a value is a file or a
/// folder, the shell completes files.
/// </summary>
internal static class Completion
{
    /// <summary>The shells, and the script of each.</summary>
    public static IReadOnlyDictionary<string, Func<IReadOnlyList<CompletedVerb>, string>> Scripts { get; } =
        new Dictionary<string, Func<IReadOnlyList<CompletedVerb>, string>>
        {
            ["bash"] = Bash, ["zsh"] = Zsh, ["fish"] = Fish, ["powershell"] = PowerShell,
        };

    /// <summary>The values that an option may have, if they have names.</summary>
    private static string[] ValuesOf(KnownOption option) =>
        option.Type == typeof(bool?) ? ["true", "false"]
        : option.Value?.Contains('|', StringComparison.Ordinal) == true ? option.Value.Split('|') : [];

    /// <summary>The lines of a case statement, one for each verb's option whose values have names.</summary>
    private static IEnumerable<string> ValueCases(
        IReadOnlyList<CompletedVerb> verbs, Func<string, string, string[], string> line) =>
        from verb in verbs
        from option in verb.Options
        let values = ValuesOf(option)
        where values.Length > 0
        select line(verb.Name, option.Name, values);

    private static string Words(CompletedVerb verb) =>
        string.Join(' ', verb.Options.Select(option => $"--{option.Name}").Append("--help").Concat(verb.Names));

    private static string Bash(IReadOnlyList<CompletedVerb> verbs) => Lines(
    [
        "# engine completion bash > ~/.local/share/bash-completion/completions/engine",
        "_engine() {",
        "  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=",
        $"  if [ \"$COMP_CWORD\" -eq 1 ]; then words='{string.Join(' ', verbs.Select(verb => verb.Name))}'; else",
        "  case \"${COMP_WORDS[1]} $before\" in",
        .. ValueCases(verbs, (verb, option, values) =>
            $"    '{verb} --{option}') words='{string.Join(' ', values)}' ;;"),
        "    *) case \"${COMP_WORDS[1]}\" in",
        .. verbs.Select(verb => $"      {verb.Name}) words='{Words(verb)}' ;;"),
        "    esac",
        "    # After an option that takes a value, the value is a file or a folder, unless it has names.",
        "    [[ $before == --* && $current != -* ]] && words= ;;",
        "  esac; fi",
        "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))",
        "  [ ${#COMPREPLY[@]} -gt 0 ] || { compopt -o filenames; COMPREPLY=($(compgen -f -- \"$current\")); }",
        "}",
        "complete -F _engine engine",
    ]);

    private static string Zsh(IReadOnlyList<CompletedVerb> verbs) => Lines(
    [
        "#compdef engine",
        "# engine completion zsh > a folder of $fpath/_engine",
        "_engine() {",
        "  local before=${words[CURRENT-1]} current=${words[CURRENT]}",
        "  if (( CURRENT == 2 )); then",
        "    local -a verbs",
        "    verbs=(",
        .. verbs.Select(verb => $"      '{verb.Name}:{verb.Purpose.Replace("'", "'\\''", StringComparison.Ordinal)}'"),
        "    )",
        "    _describe verb verbs; return",
        "  fi",
        "  case \"${words[2]} $before\" in",
        .. ValueCases(verbs, (verb, option, values) =>
            $"    '{verb} --{option}') compadd -- {string.Join(' ', values)}; return ;;"),
        "  esac",
        "  if [[ $before == --* && $current != -* ]]; then _files; return; fi",
        "  case ${words[2]} in",
        .. verbs.Select(verb => $"    {verb.Name}) compadd -- {Words(verb)} ;;"),
        "  esac",
        "}",
        "[[ ${funcstack[1]} == _engine ]] && _engine \"$@\" || compdef _engine engine",
    ]);

    private static string Fish(IReadOnlyList<CompletedVerb> verbs) => Lines(
    [
        "# engine completion fish > ~/.config/fish/completions/engine.fish",
        .. verbs.Select(verb =>
            $"complete -c engine -n __fish_use_subcommand -f -a {verb.Name} -d \"{verb.Purpose}\""),
        .. verbs.SelectMany(verb => verb.Options.Select(option =>
            $"complete -c engine -n '__fish_seen_subcommand_from {verb.Name}' -l {option.Name}"
            + (option.Type == typeof(bool) || option.Type == typeof(bool?) ? "" : " -r")
            + (ValuesOf(option) is { Length: > 0 } values ? $" -f -a '{string.Join(' ', values)}'" : ""))),
        .. verbs.Where(verb => verb.Names.Count > 0).Select(verb =>
            $"complete -c engine -n '__fish_seen_subcommand_from {verb.Name}' -f -a '{string.Join(' ', verb.Names)}'"),
    ]);

    private static string PowerShell(IReadOnlyList<CompletedVerb> verbs) => Lines(
    [
        "# engine completion powershell >> $PROFILE",
        "Register-ArgumentCompleter -Native -CommandName engine -ScriptBlock {",
        "  param($current, $line, $position)",
        "  $words = $line.ToString().Substring(0, [Math]::Min($position, $line.ToString().Length)) -split '\\s+'",
        "  $before = if ($current) { $words[-2] } else { $words | Where-Object { $_ } | Select-Object -Last 1 }",
        "  $found = switch (\"$($words[1]) $before\") {",
        .. ValueCases(verbs, (verb, option, values) => $"    '{verb} --{option}' {{ {Quoted(values)} }}"),
        "    default { switch ($words[1]) {",
        .. verbs.Select(verb => $"      '{verb.Name}' {{ {Quoted(Words(verb).Split(' '))} }}"),
        $"      default {{ {Quoted(verbs.Select(verb => verb.Name))} }}",
        "    } }",
        "  }",
        "  $found | Where-Object { $_ -like \"$current*\" }",
        "}",
    ]);

    private static string Quoted(IEnumerable<string> words) => string.Join(", ", words.Select(word => $"'{word}'"));

    private static string Lines(IEnumerable<string> lines) =>
        new StringBuilder().AppendJoin('\n', lines).ToString();
}
