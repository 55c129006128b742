using System.Numerics;
using Engine.Kernels;

namespace Engine.Optimizers;

/// <summary>Changes parameters so that a loss goes down, given its gradients.</summary>
public abstract class Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Stretches of this many numbers are updated by one thread each; what is computed does not depend on the cut.
    private const int StretchLength = 1 << 14;

    private readonly List<(int Parameter, int Start, int Count)> stretches = [];

    private protected Optimizer(IReadOnlyList<Parameter<T>> parameters, double learningRate)
    {
        if (!(learningRate >= 0))
            throw new ArgumentOutOfRangeException(
                nameof(learningRate), learningRate, "the learning rate must be at least 0");
        (Parameters, LearningRate) = ([.. parameters], learningRate);
        for (var p = 0; p < Parameters.Count; p++)
        {
            for (var start = 0; start < Parameters[p].Count; start += StretchLength)
                stretches.Add((p, start, Math.Min(StretchLength, Parameters[p].Count - start)));
        }
    }

    /// <summary>What it changes.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>The step's size; a schedule sets it before each step.</summary>
    public double LearningRate { get; set; }

    /// <summary>How many steps have been taken.</summary>
    public int Steps { get; private set; }

    /// <summary>Takes a step.</summary>
    /// <param name="gradients">The gradients of all its parameters.</param>
    /// <param name="scale">What to multiply every gradient by, as gradient clipping asks.</param>
    /// <param name="team">Threads that share the work; the result does not depend on them.</param>
    public void Step(GradientSet<T> gradients, double scale = 1, ThreadTeam? team = null)
    {
        Steps++;
        // Marks the parameters as changed, and makes every gradient ready to be read by any thread.
        foreach (var parameter in Parameters) parameter.Update();
        _ = gradients.All;
        Prepare();
        if (team is null)
        {
            for (var i = 0; i < stretches.Count; i++) Run(i);
        }
        else
        {
            team.Run(stretches.Count, Run);
        }
        gradients.Commit();

        void Run(int i)
        {
            var (p, start, count) = stretches[i];
            Update(
                p, start, Parameters[p].Value.Span.Slice(start, count), gradients[Parameters[p]].Slice(start, count),
                scale);
        }
    }

    /// <summary>What depends on the step's number alone, once before the parameters' numbers.</summary>
    private protected virtual void Prepare()
    {
    }

    /// <summary>Updates a stretch of one parameter.</summary>
    private protected abstract void Update(
        int parameter, int start, Span<T> values, ReadOnlySpan<T> gradients, double scale);
}
