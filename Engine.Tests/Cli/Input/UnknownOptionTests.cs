namespace Engine.Tests.Cli;

public class UnknownOptionTests
{
    [Theory]
    [InlineData(
        "unknown verb 'trian'; did you mean train? The verbs are train, translate, classify, evaluate, score, "
        + "inspect, explain, serve, export, corpus, embed, lab, gradcheck, completion and help",
        "trian")]
    [InlineData("unknown verb 'zzzzzz'. The verbs are", "zzzzzz")]
    [InlineData("unknown verb 'zzzzzz'", "help", "zzzzzz")]
    [InlineData(
        "unknown option --laeyrs of train; did you mean --layers? 'engine train --help' lists all",
        "train", "--laeyrs", "2")]
    [InlineData(
        "unknown option --baem of translate; did you mean --beam? 'engine translate --help' lists all",
        "translate", "--baem", "4")]
    [InlineData(
        "unknown option --tok of train; did you mean --tokenizer? 'engine train --help' lists all",
        "train", "--tok", "bpe")]
    [InlineData(
        "unknown option --source-tok of train; did you mean --source-tokenizer? 'engine train --help' lists all",
        "train", "--source-tok", "bpe")]
    [InlineData("unknown option --zz of train; 'engine train --help' lists the options", "train", "--zz", "1")]
    [InlineData(
        "unknown option --valid of train; did you mean --valid-source or --valid-target or --valid-every?",
        "train", "--valid", "f")]
    public void An_unknown_name_is_told_with_the_names_that_it_may_stand_for(string expected, params string[] arguments)
    {
        var mistake = CommandLine.Run(arguments).Mistake();
        Assert.StartsWith($"engine: {expected}", mistake);
        Assert.InRange(mistake.Length, 10, 200); // not every option of the verb
    }
}
