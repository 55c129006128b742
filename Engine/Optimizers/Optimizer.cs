using System.Numerics;

namespace Engine.Optimizers;

/// <summary>Updates parameters by the gradients of a loss, so that the loss decreases.</summary>
public abstract class Optimizer<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The numbers of a chunk, which one thread updates. The result does not depend on the chunks.
    private const int ChunkLength = 1 << 14;

    private readonly List<(int Parameter, int Start, int Count)> chunks = [];
    private readonly List<(string Name, T[][] Numbers)> slots = [];
    private readonly ParameterGroup<T>?[] groupOf;

    private protected Optimizer(IReadOnlyList<Parameter<T>> parameters, double learningRate, double weightDecay)
    {
        Require(learningRate >= 0, nameof(learningRate), learningRate, "at least 0");
        Require(weightDecay >= 0, nameof(weightDecay), weightDecay, "at least 0");
        (Parameters, LearningRate, WeightDecay) = ([.. parameters], learningRate, weightDecay);
        groupOf = new ParameterGroup<T>?[Parameters.Count];
        for (var p = 0; p < Parameters.Count; p++)
        {
            for (var start = 0; start < Parameters[p].Count; start += ChunkLength)
                chunks.Add((p, start, Math.Min(ChunkLength, Parameters[p].Count - start)));
        }
    }

    /// <summary>The parameters that it updates.</summary>
    public IReadOnlyList<Parameter<T>> Parameters { get; }

    /// <summary>The learning rate; a schedule sets it before each step.</summary>
    public double LearningRate { get; set; }

    /// <summary>λ, the weight decay; each optimizer says whether it is L2 or decoupled.</summary>
    public double WeightDecay { get; }

    /// <summary>Parameters with other settings; a parameter in no group has the optimizer's settings.</summary>
    /// <exception cref="ArgumentException">A parameter of a group is not among the optimizer's parameters, or is in two
    /// groups.</exception>
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
    /// The number of steps so far. With <see cref="State"/> it is all that a resumed run needs.
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
    /// The state beside the parameters, to be saved and restored. For each slot, such as Adam's <c>m</c> and <c>v</c>,
    /// and each of <see cref="Parameters"/>, it has the same number of elements as the parameter.
    /// </summary>
    public IEnumerable<(string Slot, Parameter<T> Parameter, Memory<T> Numbers)> State =>
        from slot in slots
        from p in Enumerable.Range(0, Parameters.Count)
        select (slot.Name, Parameters[p], slot.Numbers[p].AsMemory());

    /// <summary>Updates all parameters once.</summary>
    /// <param name="gradients">The gradients of all parameters.</param>
    /// <param name="scale">The factor of every gradient, as from gradient clipping.</param>
    /// <param name="team">The threads that share the work; the result does not depend on their number.</param>
    public void Step(GradientSet<T> gradients, double scale = 1, ThreadTeam? team = null)
    {
        Steps++;
        // Marks the parameters as changed, and writes zeros where there is no gradient, before threads read the set.
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

    /// <summary>Adds a slot of state: an element for each element of every parameter, 0 at first.</summary>
    private protected T[][] AddState(string name)
    {
        T[][] numbers = [.. Parameters.Select(parameter => new T[parameter.Count])];
        slots.Add((name, numbers));
        return numbers;
    }

    /// <summary>Computes what depends only on the number of the step, once before the chunks.</summary>
    private protected virtual void Prepare()
    {
    }

    /// <summary>Updates a chunk of one parameter.</summary>
    private protected abstract void Update(in Chunk chunk);

    /// <summary>Refuses a setting outside of its range.</summary>
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

    /// <summary>A part of one parameter that one thread updates, and its settings.</summary>
    private protected readonly ref struct Chunk(int parameter, int start)
    {
        public required Span<T> Values { get; init; }

        public required ReadOnlySpan<T> Gradients { get; init; }

        public required double Scale { get; init; }

        public required double LearningRate { get; init; }

        public required double WeightDecay { get; init; }

        /// <summary>The part of a slot that belongs to these values.</summary>
        public Span<T> Of(T[][] state) => state[parameter].AsSpan(start, Values.Length);
    }
}
