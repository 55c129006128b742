using Engine.Optimizers;
using Engine.Text;

namespace Engine.Training;

/// <summary>What one update did.</summary>
/// <param name="Loss">The mean loss of a target token, label smoothing and penalties included.</param>
/// <param name="GradientNorm">
/// The norm of the gradients before clipping. NaN or infinite if the optimizer made no step: a gradient is NaN or
/// infinite, or the clipped gradients are so large that a float cannot hold the squares that optimizers keep.
/// </param>
public readonly record struct StepResult(double Loss, double GradientNorm);

/// <summary>
/// One update of a model's network: splits batches into microbatches, adds up the gradients of their losses, clips the
/// sum, and lets the optimizer change the parameters. Training calls it, and the benchmark times it. Its reference
/// implementation is <see cref="PlainTraining"/>, which is the file to read first.
/// </summary>
/// <remarks>The result has the same bits for any number of threads, and of ranks (<see cref="IRankGroup"/>).</remarks>
public sealed class TrainingStep
{
    // √float.MaxValue, nearly: no square of a gradient within this norm overflows.
    private const double LargestNorm = 1.8e19;

    private readonly ITrainable model;
    private readonly Optimizer<float> optimizer;
    private readonly RandomStream random;
    private readonly ThreadTeam team;
    private readonly IRankGroup? ranks;
    private readonly GradientAccumulators accumulators;
    private readonly Microbatches microbatches;

    /// <summary>Prepares updates of a model's network.</summary>
    /// <param name="model">The model.</param>
    /// <param name="optimizer">Holds the network's parameters.</param>
    /// <param name="random">The stream that dropout draws from. Each microbatch of each update has a fork of
    /// it.</param>
    /// <param name="team">The threads that compute.</param>
    public TrainingStep(ITrainable model, Optimizer<float> optimizer, RandomStream random, ThreadTeam team)
        : this(model, optimizer, random, team, 0, null)
    {
    }

    /// <summary>As above, with a number of accumulators (0: by the network's size), and processes that share them.
    /// </summary>
    internal TrainingStep(
        ITrainable model, Optimizer<float> optimizer, RandomStream random, ThreadTeam team, int accumulators,
        IRankGroup? ranks)
    {
        (this.model, this.optimizer, this.random, this.team) = (model, optimizer, random, team);
        this.ranks = ranks;
        var hasBatchNorm = model.Network.NamedBuffers.Count > 0; // only BatchNorm has buffers
        this.accumulators = new GradientAccumulators(optimizer.Parameters, hasBatchNorm, accumulators, ranks);
        microbatches = new Microbatches(this.accumulators.Count, model.ForwardPasses, wholeBatches: hasBatchNorm);
    }

    /// <summary>The largest norm of all gradients together; greater ones are scaled down to it.</summary>
    public double ClipNorm { get; init; } = double.PositiveInfinity;

    /// <summary>The largest magnitude of a single gradient, clipped before the norm; 0 for no limit.</summary>
    public double ClipValue { get; init; }

    /// <summary>Whether the first NaN or infinity ends the step with an <see cref="AnomalyException"/>.</summary>
    public bool DetectsAnomalies { get; set; }

    /// <summary>How many updates there were. Each update has dropout of its own.</summary>
    internal int Updates { get; set; }

    /// <summary>What the weights themselves add to the loss of an update.</summary>
    internal WeightPenalty? Penalty { get; init; }

    /// <summary>The gradients of the last update, clipped by value but not by norm.</summary>
    internal GradientSet<float> Gradients => accumulators.Total;

    /// <summary>
    /// Updates the network by one batch, or by several batches as if they were one: the sum of all their losses is
    /// divided by the number of all their target tokens.
    /// </summary>
    /// <exception cref="AnomalyException">The step detects anomalies, and there is one.</exception>
    public StepResult Run(params IReadOnlyList<Batch> batches)
    {
        var parts = microbatches.Split(batches);
        var targetTokens = batches.Sum(batch => batch.TargetTokens);
        var losses = new double[parts.Length];
        var streams = random.Fork(Updates++);
        string? anomaly = null;
        try
        {
            accumulators.Accumulate(parts.Length, team, (i, gradients) =>
            {
                using var tape = new Tape<float>(Mode.Training, streams.Fork(i))
                {
                    DetectsAnomalies = DetectsAnomalies,
                };
                var loss = model.Loss(tape, parts[i], targetTokens);
                // The penalty is of the weights, which are the same in every microbatch, and counts once.
                if (i == 0 && Penalty is not null) loss = Penalty.AddTo(loss, tape);
                tape.Backward(loss, gradients);
                losses[i] = loss.Item();
            });
        }
        catch (AnomalyException found) when (ranks is not null)
        {
            anomaly = found.Message; // the other ranks must hear of it
        }
        ranks?.ShareLosses(losses, accumulators.OwnerOf, anomaly);

        var norm = Math.Sqrt(accumulators.Sum(team));
        var clippedNorm = norm;
        if (ClipValue > 0)
        {
            GradientClipping.ByValue(Gradients, ClipValue);
            clippedNorm = GradientClipping.Norm(Gradients);
        }
        // A gradient that is NaN or infinite would spoil the parameters; the caller sees it in the norm.
        if (!double.IsFinite(norm)) return new StepResult(losses.Sum(), norm);
        var factor = GradientClipping.Factor(clippedNorm, ClipNorm);
        // Squares that are infinite would stop the parameters for ever: an infinite vHat makes Adam's steps 0.
        if (clippedNorm * factor > LargestNorm) return new StepResult(losses.Sum(), double.PositiveInfinity);
        optimizer.Step(Gradients, factor, team);
        return new StepResult(losses.Sum(), norm);
    }
}
