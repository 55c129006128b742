using System.Numerics;
using Engine.Kernels;
using Engine.Layers;
using Engine.Models;
using Engine.Optimizers;
using Engine.Text;

namespace Engine.Training;

/// <summary>What one update did.</summary>
/// <param name="Loss">The mean loss of a target token, label smoothing and penalties included.</param>
/// <param name="GradientNorm">The norm of the gradients before clipping.</param>
public readonly record struct StepResult(double Loss, double GradientNorm);

/// <summary>
/// One update of a translation model: forward and backward over the shards of a batch, the sum of their gradients,
/// clipping and the optimizer's step. It is what training calls and what the benchmark times.
/// </summary>
/// <remarks>
/// How a batch is cut, and the order in which gradients are summed, follow from shapes alone: the threads only decide
/// who computes what, so the result has the same bits for any number of them. A shard has few enough rows for its
/// activations to stay in a core's cache. Each lane sums the shards that fall to it in order; then the lanes are
/// summed as a tree.
/// </remarks>
public sealed class TranslationStep
{
    private const int ShardTokens = 512;
    private const int MostLanes = 8;
    private const int LaneParameters = 1 << 24;
    private const int Stretch = 1 << 14;

    private readonly BatchLoss summedLoss;
    private readonly Optimizer<float> optimizer;
    private readonly double labelSmoothing, clipNorm;
    private readonly RandomStream random;
    private readonly ThreadTeam team;
    private readonly GradientSet<float>[] lanes;
    private readonly bool needsWholeBatches;

    /// <summary>Prepares updates of a network.</summary>
    /// <param name="network">What is trained.</param>
    /// <param name="optimizer">Over the network's parameters.</param>
    /// <param name="labelSmoothing">How much of each target's probability is spread over the vocabulary.</param>
    /// <param name="clipNorm">The largest norm of the gradients.</param>
    /// <param name="random">Where dropout draws from.</param>
    /// <param name="team">The threads that work.</param>
    public TranslationStep(
        TranslationNetwork<float> network, Optimizer<float> optimizer, double labelSmoothing, double clipNorm,
        RandomStream random, ThreadTeam team)
        : this(
            network, (tape, batch, smoothing, divisor) => SummedLoss(network, tape, batch, smoothing, divisor),
            optimizer, labelSmoothing, clipNorm, random, team)
    {
    }

    /// <summary>As above, for any network whose loss is given.</summary>
    internal TranslationStep(
        Module<float> network, BatchLoss summedLoss, Optimizer<float> optimizer, double labelSmoothing,
        double clipNorm, RandomStream random, ThreadTeam team)
    {
        (this.summedLoss, this.optimizer, this.labelSmoothing, this.clipNorm) =
            (summedLoss, optimizer, labelSmoothing, clipNorm);
        (this.random, this.team) = (random, team);
        needsWholeBatches = network.NamedBuffers.Count > 0; // BatchNorm's are those of the batch, not of a shard
        // Each lane holds a gradient of every parameter: a large model has few.
        var size = Math.Max(optimizer.Parameters.Sum(parameter => (long)parameter.Count), 1);
        var count = (int)Math.Clamp(LaneParameters / size, 2, MostLanes);
        lanes = new GradientSet<float>[(int)BitOperations.RoundUpToPowerOf2((uint)count + 1) / 2];
        for (var lane = 0; lane < lanes.Length; lane++) lanes[lane] = new GradientSet<float>(optimizer.Parameters);
    }

    /// <summary>How many rows the loss makes of one: shards have as many fewer.</summary>
    internal int Passes { get; init; } = 1;

    /// <summary>The largest magnitude of a number of the gradients; 0 for no limit.</summary>
    public double ClipValue { get; init; }

    /// <summary>Whether the first NaN or infinity ends the step with an <see cref="AnomalyException"/>.</summary>
    public bool DetectsAnomalies { get; set; }

    /// <summary>How many updates there were: each has its own dropout.</summary>
    internal int Updates { get; set; }

    /// <summary>What is added to the loss of each batch.</summary>
    internal WeightPenalty? Penalty { get; init; }

    /// <summary>The gradients of the last update, before they were scaled to the largest norm.</summary>
    internal GradientSet<float> Gradients => lanes[0];

    /// <summary>
    /// Updates the network by one batch, or by several as if they were one: the sum of their losses is divided by the
    /// tokens of all.
    /// </summary>
    /// <exception cref="AnomalyException">Anomalies are detected, and there is one.</exception>
    public StepResult Run(params IReadOnlyList<Batch> batches)
    {
        Batch[] shards = [.. batches.SelectMany(Cut)];
        var tokens = batches.Sum(batch => batch.TargetTokens);
        var losses = new double[shards.Length];
        var streams = random.Fork(Updates++);
        // What whole batches tell of themselves takes effect in their order, with the first lane's gradients.
        var used = needsWholeBatches ? 1 : Math.Min(lanes.Length, shards.Length);
        var schedule = new LaneSchedule(used, shards.Length);
        team.Run(Math.Min(used, team.Threads), _ =>
        {
            for (; schedule.TryTake(out var lane, out var shard); schedule.GiveBack(lane))
            {
                if (shard < used) lanes[lane].Clear();
                losses[shard] = AddGradients(
                    shards[shard], tokens, streams.Fork(shard), lanes[lane], isFirst: shard == 0);
            }
        });
        var norm = Math.Sqrt(SumLanes(used));
        var kept = norm;
        if (ClipValue > 0)
        {
            GradientClipping.ByValue(lanes[0], ClipValue);
            kept = GradientClipping.Norm(lanes[0]);
        }
        if (double.IsFinite(norm)) optimizer.Step(lanes[0], GradientClipping.Factor(kept, clipNorm), team);
        return new StepResult(losses.Sum(), norm);
    }

    private double AddGradients(
        Batch shard, int tokens, RandomStream stream, GradientSet<float> gradients, bool isFirst)
    {
        using var tape = new Tape<float>(Mode.Training, stream) { DetectsAnomalies = DetectsAnomalies };
        var loss = summedLoss(tape, shard, labelSmoothing, tokens);
        // The weights are the same in every shard, and count once.
        if (isFirst && Penalty is not null) loss = Penalty.AddTo(loss, tape);
        tape.Backward(loss, gradients);
        return loss.Item();
    }

    /// <summary>The losses of a batch, summed, by a divisor.</summary>
    internal delegate Tensor<float> BatchLoss(Tape<float> tape, Batch batch, double labelSmoothing, double divisor);

    /// <summary>The losses of all target tokens of a batch, summed, by <paramref name="divisor"/>.</summary>
    internal static Tensor<float> SummedLoss(
        TranslationNetwork<float> network, Tape<float> tape, Batch batch, double labelSmoothing, double divisor = 1)
    {
        var (rows, targets) = Rows(network, tape, batch);
        return network.Loss(rows, targets, labelSmoothing, divisor);
    }

    /// <summary>The decoder's output for every target token of a batch, and the token that should come next.</summary>
    internal static (Tensor<float> Rows, int[] Targets) Rows(
        TranslationNetwork<float> network, Tape<float> tape, Batch batch)
    {
        var memory = network.Encode(tape, batch.Source, batch.SourceLayout);
        var rows = network.Decode(tape, batch.TargetInput, batch.TargetLayout, memory, batch.SourceLayout);
        return (rows, batch.TargetOutput);
    }

    private Batch[] Cut(Batch batch)
    {
        var padded = (double)batch.Size * batch.LongestSentence * Passes;
        var count = Math.Clamp((int)Math.Round(padded / ShardTokens), 1, batch.Size);
        if (needsWholeBatches) count = 1;
        // Every lane gets as many shards, so that equally fast threads end together.
        if (count > lanes.Length) count = Math.Min(count / lanes.Length * lanes.Length, batch.Size);
        var shards = new Batch[count];
        for (var i = 0; i < count; i++)
        {
            var (start, end) = (batch.Size * i / count, batch.Size * (i + 1) / count);
            shards[i] = batch.Slice(start, end - start);
        }
        return shards;
    }

    /// <summary>Adds all lanes into the first, pairwise; returns the sum of squares.</summary>
    private double SumLanes(int used)
    {
        for (var lane = 0; lane < used; lane++) _ = lanes[lane].All;
        var length = lanes[0].All.Length;
        var squares = new double[(length + Stretch - 1) / Stretch];
        team.Run(squares.Length, i =>
        {
            var (start, count) = (i * Stretch, Math.Min(Stretch, length - (i * Stretch)));
            for (var step = 1; step < used; step *= 2)
            {
                for (var lane = 0; lane + step < used; lane += 2 * step)
                {
                    var sum = lanes[lane].All.Slice(start, count);
                    Elementwise.Map(default(Add<float>), sum, lanes[lane + step].All.Slice(start, count), sum);
                }
            }
            squares[i] = Reductions.SumOfSquares<float>(lanes[0].All.Slice(start, count));
        });
        return squares.Sum();
    }
}
