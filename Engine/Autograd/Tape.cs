using System.Numerics;

namespace Engine;

/// <summary>
/// Records operations, so that <see cref="Backward(Tensor{T})"/> can compute gradients from the last operation to the
/// first: reverse-mode automatic differentiation (Linnainmaa 1970). A step of training has a tape, and the tape owns
/// the memory of the step. Several tapes may read the same parameters at the same time; each tape belongs to one
/// thread.
/// </summary>
/// <example>
/// <code><![CDATA[
/// using Engine;
///
/// var w = new Parameter<float>("w", Tensor<float>.From([], [3]));
/// using var tape = new Tape<float>();                  // owns the memory of this step
/// var loss = tape.Use(w) * tape.Constant([], [2]);
/// var gradients = tape.Backward(loss);                 // outlives the tape
/// Console.WriteLine(gradients[w][0]);                  // prints: 2
/// ]]></code>
/// </example>
public sealed class Tape<T> : Scope<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // How much the last backward pass of any tape had recorded: the lists of the next tape begin at this size and need
    // not grow. This is a hint, so that a race between two threads does no harm.
    private static int usualNodes, usualParameters;

    [ThreadStatic]
    private static int backwardPasses;

    private readonly List<Node> nodes;
    private readonly Dictionary<Parameter<T>, Tensor<T>> parameters;
    private readonly List<Action> deferred = [];
    private readonly RandomStream random;
    private GradientSet<T>? latest;
    private int draws;

    /// <summary>A tape for one step.</summary>
    /// <param name="mode">Whether operations are recorded, and whether dropout drops.</param>
    /// <param name="random">The random stream of dropout; the same stream gives the same step.</param>
    public Tape(Mode mode = Mode.Training, RandomStream? random = null)
    {
        Mode = mode;
        nodes = new List<Node>(mode == Mode.Inference ? 0 : usualNodes);
        parameters = new Dictionary<Parameter<T>, Tensor<T>>(usualParameters);
        this.random = random ?? new RandomStream(0);
    }

    /// <summary>Training, evaluation or inference.</summary>
    public Mode Mode { get; }

    /// <summary>
    /// Whether the tape searches each output and each gradient for NaN and infinity. If it finds one, an
    /// <see cref="AnomalyException"/> names the operation that made it. The search costs about one pass over each
    /// result.
    /// </summary>
    public bool DetectsAnomalies { get; init; }

    /// <summary>Looks into what is computed on the tape from now on; null, as usual, for nobody.</summary>
    public TapeObserver<T>? Observer { get; set; }

    /// <summary>The number of operations and leaves that the tape has recorded.</summary>
    public int NodeCount => nodes.Count;

    /// <summary>How many backward passes this thread has begun, on any tape.</summary>
    internal static int BackwardPasses => backwardPasses;

    /// <summary>The parameters that were read on the tape.</summary>
    internal IReadOnlyCollection<Parameter<T>> UsedParameters => parameters.Keys;

    /// <summary>Copies data onto the tape; the tape computes no gradient for it.</summary>
    /// <exception cref="ObjectDisposedException">The tape has ended.</exception>
    public Tensor<T> Constant(Tensor<T> value)
    {
        var copy = Allocate(value.Shape);
        value.CopyTo(copy.Span);
        return copy;
    }

    /// <summary>
    /// Copies data onto the tape, the last dimension running fastest; the tape computes no gradient for it.
    /// </summary>
    /// <exception cref="ShapeException">There are more or fewer values than the shape holds.</exception>
    /// <exception cref="InvalidOperationException">The values are gradients of this tape, not a copy of
    /// them.</exception>
    public Tensor<T> Constant(Shape shape, ReadOnlySpan<T> values)
    {
        if (latest?.Overlaps(values) == true)
            throw new InvalidOperationException($"Constant: these numbers {shape} are a gradient that this tape " +
                "computed, and a tape computes no gradient of a gradient; for the plain numbers, copy them (ToArray).");
        if (values.Length != shape.Elements)
            throw new ShapeException($"Constant: {shape} holds {shape.Elements} numbers; {values.Length} were given.");
        var tensor = Allocate(shape);
        values.CopyTo(tensor.Span);
        return tensor;
    }

    /// <summary>
    /// Copies data onto the tape as a leaf, for which the tape computes a gradient. The leaf has the strides of
    /// <paramref name="value"/>.
    /// </summary>
    public Tensor<T> Variable(Tensor<T> value)
    {
        var leaf = Allocate([value.Memory.Length]);
        value.Memory.CopyTo(leaf.Span);
        return AddLeaf(leaf.View(value.Shape, value.Strides, value.Offset), null);
    }

    /// <summary>
    /// The present value of a parameter, as a leaf of this tape. Each call with the same parameter gives the same
    /// tensor.
    /// </summary>
    public Tensor<T> Use(Parameter<T> parameter)
    {
        if (parameters.TryGetValue(parameter, out var known)) return known;
        ThrowIfEnded(parameter.Shape);
        return parameters[parameter] = AddLeaf(Tensor<T>.Of(parameter, this), parameter);
    }

    /// <summary>
    /// The random stream for one operation. The number of earlier calls is its key, so that each call gives another
    /// stream.
    /// </summary>
    public RandomStream NextStream() => random.Fork(draws++);

    /// <summary>
    /// Defers a change of the model's state, such as the update of a running mean. The change travels with the
    /// gradients, and an optimizer's step commits it (<see cref="GradientSet{T}.Commit"/>). So no other tape sees the
    /// model change during a step, and a step whose gradients are discarded changes nothing.
    /// </summary>
    /// <param name="change">Must not use the tape's memory: the tape may have ended when the change is made.</param>
    public void Defer(Action change) => deferred.Add(change);

    /// <summary>
    /// The gradients of <paramref name="loss"/> with respect to every parameter and every variable of the tape.
    /// Gradients are numbers, not tensors of the tape: what is computed from them has no gradient, so a tape computes
    /// no second derivatives. An operation whose forward is a gradient needs a backward of its own;
    /// <see cref="GradientCheck"/> checks it.
    /// </summary>
    /// <exception cref="ShapeException">The loss is not a single number.</exception>
    /// <exception cref="InvalidOperationException">No recorded operation leads to the loss, or one of them has no
    /// backward.</exception>
    /// <exception cref="AnomalyException">The tape detects anomalies, and a gradient holds one.</exception>
    public GradientSet<T> Backward(Tensor<T> loss)
    {
        var set = new GradientSet<T>(nodes.Where(node => node.IsLeaf).Select(node => node.LeafKey));
        Backward(loss, set);
        return set;
    }

    /// <summary>
    /// Adds the gradients of <paramref name="loss"/> to <paramref name="gradients"/>, so that one set accumulates the
    /// microbatches of a batch. Leaves that the set does not hold get no gradient.
    /// </summary>
    /// <inheritdoc cref="Backward(Tensor{T})"/>
    public void Backward(Tensor<T> loss, GradientSet<T> gradients)
    {
        ThrowIfEnded(loss.Shape);
        if (loss.Count != 1)
            throw new ShapeException($"Backward: the loss must be a single number, not {loss.Shape}; " +
                "take Mean or Sum first.");
        if (loss.Node < 0)
            throw new InvalidOperationException(Mode == Mode.Inference
                ? "Backward: the tape records nothing in Mode.Inference; use Mode.Training or Mode.Evaluation."
                : "Backward: the loss depends on no parameter and no variable of the tape.");
        if (loss.Scope != this)
            throw new InvalidOperationException("Backward: the loss belongs to another tape; " +
                "call that tape's Backward.");

        BackwardFrom(loss, [T.One], gradients);
        latest = gradients;
        foreach (var change in deferred) gradients.Defer(change);
        deferred.Clear();
    }

    /// <summary>The backward pass from any recorded tensor, given the gradient that arrives at it.</summary>
    internal void BackwardFrom(Tensor<T> y, ReadOnlySpan<T> arriving, GradientSet<T> gradients)
    {
        (usualNodes, usualParameters) = (nodes.Count, parameters.Count);
        backwardPasses++;
        var adjoints = new Adjoints<T>(this, nodes.Count, gradients);
        adjoints.Into(y).Add(arriving);
        // Every operation that reads a node's output was recorded after the node. So in reverse order, a node's
        // gradient is complete when the loop reaches the node.
        for (var i = y.Node; i >= 0; i--)
        {
            var node = nodes[i];
            if (!adjoints.HasReached(i)) continue;
            if (node.IsLeaf)
            {
                adjoints.Finish(i); // the set does not hold this leaf
                continue;
            }
            if (node.Backward is null)
                throw new InvalidOperationException($"Backward: {node.Entry} has no backward; " +
                    "detach its input, or write one.");
            Observer?.Reached(i, adjoints.Of(node.Output));
            node.Backward(adjoints);
            if (node.Inputs is not null) Anomaly.CheckGradients<T>(node.Entry!, i, adjoints, node.Inputs);
            adjoints.Finish(i);
        }
    }

    /// <summary>
    /// Records an operation: its output, its inputs, and its backward. In inference, or where no input has a gradient,
    /// the tape records nothing.
    /// </summary>
    /// <param name="entry">The operation's catalogue entry.</param>
    /// <param name="y">The output, a new tensor or view of this tape.</param>
    /// <param name="inputs">All tensors that y depends on; missing optional inputs are null.</param>
    /// <param name="backward">Reads the gradient of y and writes or adds the gradients of the inputs. If it is null, a
    /// backward pass through the operation throws.</param>
    /// <returns>y.</returns>
    /// <exception cref="AnomalyException">The tape detects anomalies, and y holds one.</exception>
    [KeepsCallerFrame]
    public Tensor<T> Record(
        CatalogueEntry entry,
        Tensor<T> y,
        ReadOnlySpan<Tensor<T>?> inputs,
        Action<Adjoints<T>>? backward)
    {
        if (DetectsAnomalies) Anomaly.CheckOutput(entry, nodes.Count, y, inputs);
        if (Mode == Mode.Inference) return y;
        foreach (var input in inputs)
        {
            if (input is not { Node: >= 0 }) continue;
            y.Node = nodes.Count;
            nodes.Add(new Node(entry, y, backward, null) { Inputs = DetectsAnomalies ? [.. inputs] : null });
            Observer?.Recorded(y.Node, entry, y, inputs);
            break;
        }
        return y;
    }

    /// <summary>
    /// The tape of an operation's operands. Operands that are on no tape count as constants.
    /// </summary>
    /// <exception cref="InvalidOperationException">No operand is on a tape, or two are on different tapes.</exception>
    public static Tape<T> Of(CatalogueEntry entry, params ReadOnlySpan<Tensor<T>?> operands)
    {
        Tape<T>? tape = null;
        foreach (var operand in operands)
        {
            if (operand?.Scope is not Tape<T> own) continue;
            own.ThrowIfEnded(operand.Shape);
            if (tape is not null && own != tape)
                throw new InvalidOperationException($"{entry}: its operands are on two tapes; a step has one.");
            tape = own;
        }
        return tape ?? throw new InvalidOperationException(
            $"{entry}: none of its operands is on a tape; bring the data in with tape.Constant.");
    }

    /// <summary>A module begins its computation on the tape: <c>using var module = tape.Enter(this)</c>.</summary>
    public ObservedModule<T> Enter(object module) => new(Observer, module);

    internal string OperationOf(int node) => nodes[node].Entry?.Name ?? "a leaf";

    internal object? LeafOf(int node) => nodes[node].IsLeaf ? nodes[node].LeafKey : null;

    private Tensor<T> AddLeaf(Tensor<T> tensor, Parameter<T>? parameter)
    {
        if (Mode == Mode.Inference) return tensor;
        tensor.Node = nodes.Count;
        nodes.Add(new Node(null, tensor, null, parameter));
        Observer?.Recorded(tensor.Node, null, tensor, []);
        return tensor;
    }

    private readonly record struct Node(
        CatalogueEntry? Entry, Tensor<T> Output, Action<Adjoints<T>>? Backward, Parameter<T>? Parameter)
    {
        /// <summary>The inputs of the operation, if the tape detects anomalies.</summary>
        public Tensor<T>?[]? Inputs { get; init; }

        public bool IsLeaf => Entry is null;

        /// <summary>The key of the leaf in a gradient set.</summary>
        public object LeafKey => (object?)Parameter ?? Output;
    }
}
