namespace Engine.Cli;

/// <summary>The help of the program; each verb has its own.</summary>
internal static class Help
{
    /// <summary>The help of the program.</summary>
    /// <param name="verbs">A line for each verb.</param>
    public static string Overview(string verbs) =>
        $"""
        engine trains small translation models on the CPU, and translates with them.

        Usage: engine VERB [options]

        {verbs}
          help        this text; of a verb: 'engine help VERB' or 'engine VERB --help'
          --version   the version (-v; -h for help)

        Results go to standard output, progress and error messages to standard error.
        Exit code 0: done. 1: what was asked does not hold. 2: bad usage or bad input.

        Examples:
          engine train                                        a Chinese-English toy
          engine translate --model runs/zh-en-1               talk to it
          engine serve --model runs/zh-en-1                   look inside it
          engine train --source train.de --target train.en    your own text
          engine gradcheck                                    are the gradients right?
        """;
}
