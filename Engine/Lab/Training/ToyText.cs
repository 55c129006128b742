using Engine.Text;

namespace Engine.Lab;

/// <summary>Texts that experiments train on: the texts of the toy tasks.</summary>
internal static class ToyText
{
    /// <summary>Different pairs of a toy task, the first to train on and the others to test on; none that the
    /// task holds out.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="train">How many pairs to train on.</param>
    /// <param name="test">How many pairs to test on.</param>
    /// <param name="random">Draws the pairs.</param>
    public static (ParallelCorpus Train, ParallelCorpus Test) Of(string task, int train, int test, RandomStream random)
    {
        var toy = ToyTasks.Create(task);
        var pairs = toy.Generate(random).Except(toy.HeldOut).Take(train + test).ToArray(); // Except: each pair once
        return (ParallelCorpus.Of(pairs[..train]), ParallelCorpus.Of(pairs[train..]));
    }
}
