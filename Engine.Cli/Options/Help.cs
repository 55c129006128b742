namespace Engine.Cli;

/// <summary>The help of the program; each verb has its own.</summary>
internal static class Help
{
    /// <summary>The help of the program.</summary>
    /// <param name="verbs">A line for each verb.</param>
    public static string Overview(string verbs) =>
        $"""
        engine: train small translation models on the CPU, check their gradients, translate with them.

        Usage: engine VERB [options]

        {verbs}
          help        this text; 'engine help VERB' or 'engine VERB --help' for a verb's options
          --version   the version (-v; -h for help)

        Results go to standard output, progress and error messages to standard error.
        Exit code 0: done. 1: what was asked does not hold. 2: bad usage or bad input.

        Examples:
          engine train                                        a Chinese-English toy, in a minute or two
          engine translate --model runs/zh-en-1               talk to it
          engine serve --model runs/zh-en-1                   look inside it, in a browser
          engine train --source train.de --target train.en    your own text
          engine gradcheck                                    are the gradients right?
        """;
}
