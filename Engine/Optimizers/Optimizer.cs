using System.Numerics;

namespace Engine.Optimizers;

/// <summary>Changes parameters so that a loss goes down, given its gradients.</summary>
public abstract class Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Stretches of this many numbers are updated by one thread each; what is computed does not depend on the cut.
    private const int ChunkLength = 1 << 14;

    private readonly List<(int Parameter, int Start, int Count)> chunks = [];
    private readonly List<(string Name, T[][] Numbers)> slots = [];
    private readonly ParameterGroup<T>?[] groupOf;

    private protected Optimizer(IReadOnlyList<Parameter<T>> parameters, double learningRate, double weightDecay)
    {
        if (!(learningRate >= 0))
            throw new ArgumentOutOfRangeException(
                nameof(learningRate), learningRate, "the learning rate must be at least 0");
        Require(weightDecay >= 0, nameof(weightDecay), weightDecay, "at least 0");
        (Parameters, LearningRate, WeightDecay) = ([.. parameters], learningRate, weightDecay);
        groupOf = new ParameterGroup<T>?[Parameters.Count];
        for (var p = 0; p < Parameters.Count; p++)
        {
            for (var start = 0; start < Parameters[p].Count; start += ChunkLength)
                chunks.Add((p, start, Math.Min(ChunkLength, Parameters[p].Count - start)));
        }
    }

    /// <summary>What it changes.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>The step's size; a schedule sets it before each step.</summary>
    public double LearningRate { get; set; }

    /// <summary>λ: how strongly parameters are drawn to zero; each optimizer says how.</summary>
    public double WeightDecay { get; }

    /// <summary>Parameters for which other settings hold; those in no group take the optimizer's own.</summary>
    /// <exception cref="ArgumentException">A group's parameter is not the optimizer's, or is in two groups.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A group's setting is negative or not a number.</exception>
    public IReadOnlyList<ParameterGroup<T>> Groups
    {
        get;
        set
        {
            var assigned = new ParameterGroup<T>?[Parameters.Count];
            foreach (var group in value) Assign(group, assigned);
            assigned.CopyTo(groupOf, 0);
            field = [.. value];
        }
    } = [];

    /// <summary>
    /// How many steps have been taken; with <see cref="State"/> it is all that a run needs to be taken up again.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is set below 0.</exception>
    public int Steps
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value, nameof(Steps));
            field = value;
        }
    }

    /// <summary>
    /// What it has gathered beside the parameters, to be saved and to be written again: for each kind of number, such
    /// as Adam's <c>m</c> and <c>v</c>, as many numbers as each of <see cref="Parameters"/> holds, in their order.
    /// </summary>
    public IEnumerable<(string Slot, Parameter<T> Parameter, Memory<T> Numbers)> State =>
        from slot in slots
        from p in Enumerable.Range(0, Parameters.Count)
        select (slot.Name, Parameters[p], slot.Numbers[p].AsMemory());

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
            for (var i = 0; i < chunks.Count; i++) Run(i);
        }
        else
        {
            team.Run(chunks.Count, Run);
        }
        gradients.Commit();

        void Run(int i)
        {
            var (p, start, count) = chunks[i];
            Update(new Chunk(p, start)
            {
                Values = Parameters[p].Value.Span.Slice(start, count),
                Gradients = gradients[Parameters[p]].Slice(start, count),
                Scale = scale,
                LearningRate = LearningRate * (groupOf[p]?.LearningRateFactor ?? 1),
                WeightDecay = groupOf[p]?.WeightDecay ?? WeightDecay,
            });
        }
    }

    /// <summary>Numbers to keep beside those of every parameter, zero at first.</summary>
    private protected T[][] AddState(string name)
    {
        T[][] numbers = [.. Parameters.Select(parameter => new T[parameter.Count])];
        slots.Add((name, numbers));
        return numbers;
    }

    /// <summary>What depends on the step's number alone, once before the parameters' numbers.</summary>
    private protected virtual void Prepare()
    {
    }

    /// <summary>Updates a stretch of one parameter.</summary>
    private protected abstract void Update(in Chunk chunk);

    /// <summary>Refuses a setting that is out of its range.</summary>
    private protected void Require(bool holds, string name, double value, string range)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(
                name, value, $"{GetType().Name.Split('`')[0]}: {name} must be {range}.");
    }

    private void Assign(ParameterGroup<T> group, ParameterGroup<T>?[] assigned)
    {
        Require(group.LearningRateFactor >= 0, "learningRateFactor", group.LearningRateFactor, "at least 0");
        Require(group.WeightDecay is not { } decay || decay >= 0, "weightDecay", group.WeightDecay ?? 0, "at least 0");
        foreach (var parameter in group.Parameters)
        {
            var p = Enumerable.Range(0, Parameters.Count).FirstOrDefault(p => Parameters[p] == parameter, -1);
            if (p < 0)
                throw new ArgumentException($"Groups: {parameter} is not among the optimizer's parameters; " +
                    "give it to the optimizer too.");
            if (assigned[p] is not null)
                throw new ArgumentException($"Groups: {parameter} is in two groups; leave it in one.");
            assigned[p] = group;
        }
    }

    /// <summary>A part of one parameter that one thread updates, and the settings that hold for it.</summary>
    private protected readonly ref struct Chunk(int parameter, int start)
    {
        public required Span<T> Values { get; init; }

        public required ReadOnlySpan<T> Gradients { get; init; }

        public required double Scale { get; init; }

        public required double LearningRate { get; init; }

        public required double WeightDecay { get; init; }

        /// <summary>The part of what is kept that belongs to these values.</summary>
        public Span<T> Of(T[][] state) => state[parameter].AsSpan(start, Values.Length);
    }
}
