using Engine.Tests.Storage;

namespace Engine.Tests.Cli;

/// <summary>What <c>train</c> says of words that its model does not know.</summary>
public sealed class UnknownTextTests(TinyRun tiny) : IClassFixture<TinyRun>, IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Words_beyond_the_vocabulary_are_counted_on_each_side_of_training_and_validation_text()
    {
        var (source, target) = (folder["t.x"], folder["t.y"]);
        File.WriteAllLines(source, ["red red red", "red green green", "red blue", "red pink"]);
        File.WriteAllLines(target, ["A A A", "A B B", "A C", "A C"]);
        var (validSource, validTarget) = (folder["v.x"], folder["v.y"]);
        File.WriteAllLines(validSource, ["red", "teal teal"]);
        File.WriteAllLines(validTarget, ["A", "A"]);
        var result = Train(
            "--source", source, "--target", target, "--valid-source", validSource, "--valid-target", validTarget,
            "--tokenizer", "word", "--vocab-size", "6"); // two words beside the four special tokens
        Assert.Contains(
            "words of the training source: 2 of 10 tokens (20.0%) are unknown to the model, most often 'blue' "
            + "1, 'pink' 1\n",
            result);
        Assert.Contains(
            "words of the validation source: 2 of 3 tokens (66.7%) are unknown to the model, most often 'teal' 2\n",
            result);
        Assert.DoesNotContain("words of the validation target", result);
    }

    [Fact]
    public void A_model_that_goes_on_with_other_text_says_what_it_does_not_know_of_it()
    {
        var (source, target) = (folder["t.a"], folder["t.b"]);
        File.WriteAllLines(source, Enumerable.Repeat("red \u001b[31mpurple", 30));
        File.WriteAllLines(target, Enumerable.Repeat("RED", 30));
        var result = Train("--from", tiny.Model, "--source", source, "--target", target);
        Assert.Contains("words of the training source: ", result);
        Assert.DoesNotContain("\u001b", result);
        Assert.DoesNotContain("words of the training target", result);
    }

    public void Dispose() => folder.Dispose();

    private string Train(params string[] options)
    {
        string[] small = options.Contains("--from") ? [] : TinyRun.Small[..^2];
        var result = CommandLine.Run(["train", .. options, .. small, "--updates", "1", "--out", folder["m"]]);
        Assert.True(result.Code == 0, result.Error);
        return result.Error;
    }
}
