using Engine.Text;
using Engine.Training;

namespace Engine.Tests.Training;

public sealed class LikelihoodTests
{
    private static readonly ParallelCorpus Corpus = ParallelCorpus.Of(
        [.. Enumerable.Range(0, 150).Select(i =>
            ($"w{i % 7} w{i % 5} x", string.Concat(Enumerable.Repeat("y z ", 1 + (i % 9)))))]);

    private static readonly TranslationModel Model = TranslationModel.Create(
        new TrainingConfiguration { DModel = 16, DFf = 16, Heads = 2, Layers = 1 }, Corpus);

    [Fact]
    public void It_is_the_loss_of_each_token_and_the_likeliest_of_each_row()
    {
        var likelihood = Model.LikelihoodOf(Corpus);
        double loss = 0, right = 0, tokens = 0;
        foreach (var pair in Model.Encode(Corpus))
        {
            using var tape = new Tape<float>(Mode.Inference);
            int[] source = [.. pair.Source, Vocabulary.End], target = [Vocabulary.Begin, .. pair.Target];
            int[] next = [.. pair.Target, Vocabulary.End];
            var memory = Model.Network.Encode(tape, source, SequenceLayout.Packed([source.Length]));
            var logits = Model.Network.Logits(Model.Network.Decode(
                tape, target, SequenceLayout.Packed([target.Length]), memory,
                SequenceLayout.Packed([source.Length]))).ToArray();
            var vocabulary = Model.Target.Vocabulary.Count;
            for (var i = 0; i < next.Length; i++)
            {
                var row = logits[(i * vocabulary)..((i + 1) * vocabulary)].Select(value => (double)value).ToArray();
                loss += Math.Log(row.Sum(Math.Exp)) - row[next[i]];
                if (row[next[i]] == row.Max()) right++;
                tokens++;
            }
        }
        Assert.Equal(tokens, likelihood.Tokens);
        Assert.Equal(loss / tokens, likelihood.Loss, 1e-4);
        Assert.Equal(Math.Exp(likelihood.Loss), likelihood.Perplexity);
        Assert.InRange(Math.Abs((right / tokens) - likelihood.TokenAccuracy), 0, 2 / tokens); // a tie may round over
    }

    [Fact]
    public void It_does_not_depend_on_the_threads()
    {
        using var team = new ThreadTeam(3);
        Assert.Equal(Model.LikelihoodOf(Corpus), Model.LikelihoodOf(Corpus, team));
    }
}
