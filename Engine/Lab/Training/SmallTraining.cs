using Engine.Inspection;
using Engine.Layers;
using Engine.Optimizers;
using Engine.Text;
using Engine.Training;

namespace Engine.Lab;

/// <summary>
/// A small model of the engine's own, and its training on one thread: batches, learning rates and updates are those of
/// <c>engine train</c>. An experiment can leave parts of the network out while it trains.
/// </summary>
internal sealed class SmallTraining : ITrainable
{
    private const int EvaluationTokens = 512; // of a batch
    private const int Remembered = 20; // losses that the training loss is the mean of

    private readonly LabRun run;
    private readonly IReadOnlyList<SentencePair> pairs;
    private readonly Optimizer<float> optimizer;
    private readonly ISchedule schedule;
    private readonly TrainingStep step;
    private readonly RandomStream random;
    private readonly ThreadTeam team = new(1);
    private readonly Queue<double> losses = new();
    private IEnumerator<Batch>? batches;
    private int updates, epoch;

    /// <summary>Prepares the training of a model.</summary>
    /// <param name="run">Ends the training when the reader wants to stop.</param>
    /// <param name="model">The model; its configuration says how it is trained, and its seed.</param>
    /// <param name="train">The pairs to learn from.</param>
    /// <param name="length">How many updates there will be, for schedules that need to know.</param>
    public SmallTraining(LabRun run, TextModel model, ParallelCorpus train, int length)
    {
        (this.run, Model, pairs) = (run, model, model.Encode(train));
        var c = model.Configuration;
        optimizer = OptimizerChoice.Create(model.Network.Parameters, c);
        schedule = ScheduleChoice.Create(c, length);
        random = new RandomStream(c.Seed).Fork(1);
        step = new TrainingStep(this, optimizer, random.Fork(0), team)
        {
            ClipNorm = c.ClipNorm > 0 ? c.ClipNorm : double.PositiveInfinity,
        };
    }

    /// <summary>A model that learns a toy task within some hundred updates.</summary>
    /// <param name="seed">The seed of the weights and of the batches.</param>
    /// <param name="task">The task, which says how its lines become tokens.</param>
    public static TrainingConfiguration Small(long seed, string task)
    {
        var toy = ToyTasks.Create(task);
        return new TrainingConfiguration
        {
            DModel = 32, DFf = 64, Heads = 4, Layers = 1, Dropout = 0, LabelSmoothing = 0, LearningRate = 0.01,
            Warmup = 50, Schedule = "cosine", BatchTokens = 512, Seed = seed, SourceTokenizer = toy.SourceTokenizer,
            TargetTokenizer = toy.TargetTokenizer,
        };
    }

    /// <summary>The model.</summary>
    public TextModel Model { get; }

    /// <summary>What is left out of the network, in training as in evaluation.</summary>
    public Interventions Omitted { get; init; } = new();

    /// <summary>The mean loss of the last updates, per target token.</summary>
    public double TrainingLoss => losses.Average();

    /// <inheritdoc/>
    Module<float> ITrainable.Network => Model.Network;

    /// <inheritdoc/>
    int ITrainable.ForwardPasses => Model.ForwardPasses;

    /// <inheritdoc/>
    Tensor<float> ITrainable.Loss(Tape<float> tape, Batch batch, double divisor)
    {
        Watch(tape);
        return Model.Loss(tape, batch, divisor);
    }

    /// <summary>Trains on, and returns the training.</summary>
    public SmallTraining Train(int count)
    {
        for (var i = 0; i < count; i++)
        {
            run.Pause();
            optimizer.LearningRate = schedule.At(++updates);
            losses.Enqueue(step.Run(Next()).Loss);
            if (losses.Count > Remembered) losses.Dequeue();
        }
        return this;
    }

    /// <summary>The mean loss of a target token of a text, without label smoothing.</summary>
    /// <param name="text">The text.</param>
    /// <param name="mode">In training, dropout drops and BatchNorm normalizes by the batch.</param>
    /// <param name="observer">Sees the passes; null for nobody.</param>
    public double Loss(ParallelCorpus text, Mode mode = Mode.Inference, TapeObserver<float>? observer = null)
    {
        var (sum, tokens) = (0.0, 0);
        foreach (var batch in Batching.InOrder(Model.Encode(text), EvaluationTokens))
        {
            run.Pause();
            using var tape = new Tape<float>(mode) { Observer = observer };
            Watch(tape);
            sum += Model.EvaluateLoss(tape, batch).Plain;
            tokens += batch.TargetTokens;
        }
        return sum / tokens;
    }

    /// <summary>The share of a text's sentences that the model answers as the text does, decoding greedily.</summary>
    public double Exact(ParallelCorpus text) => Answers(text)
        .Zip(text.Target, (answer, reference) => Model.IsRight(answer, reference) ? 1.0 : 0).Average();

    /// <summary>What the model answers to a text's sentences, with the whole network.</summary>
    public IReadOnlyList<string> Answers(ParallelCorpus text)
    {
        run.Pause();
        return Model.Answer(text.Source, team);
    }

    /// <summary>
    /// The attention weights of a pass over a pair, in the order of the computation: the model of a translation reads
    /// the target as in training.
    /// </summary>
    public IReadOnlyList<AttentionWeights<float>> Weights(string source, string target)
    {
        var observer = new PassObserver(Model.Network, Omitted, new HashSet<string> { ObservedAttention.Weights });
        using var tape = new Tape<float>(Mode.Inference) { Observer = observer };
        Model.EvaluateLoss(tape, new Batch(Model.Encode(source, target)));
        return
        [
            .. observer.Values.Select(value =>
            {
                var (kind, layer) = AttentionWeights<float>.Of(value.Path);
                return new AttentionWeights<float>(
                    value.Path, kind, layer, 0, value.Shape[0], value.Shape[1], value.Shape[2], value.Values);
            }),
        ];
    }

    private Batch Next()
    {
        while (batches is null || !batches.MoveNext())
            batches = Batching.Epoch(pairs, Model.Configuration.BatchTokens, random.Fork(++epoch)).GetEnumerator();
        return batches.Current;
    }

    private void Watch(Tape<float> tape)
    {
        if (!Omitted.AreNone) tape.Observer = new InterventionObserver<float>(Model.Network, Omitted);
    }
}
