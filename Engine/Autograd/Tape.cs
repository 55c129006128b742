using System.Numerics;

namespace Engine;

/// <summary>
/// Records what is computed, so that <see cref="Backward(Tensor{T})"/> can go back through it: reverse-mode automatic
/// differentiation (Linnainmaa 1970). One step of training has one tape; it owns the memory of the step, and ends with
/// it. Several tapes may read the same parameters at the same time; one tape is used by one thread.
/// </summary>
public sealed class Tape<T> : Scope<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // Most steps record as much as the one before, and what begins with that size need not grow.
    private static int usualNodes, usualParameters;

    private readonly List<Node> nodes;
    private readonly Dictionary<Parameter<T>, Tensor<T>> parameters;
    private readonly List<Action> deferred = [];
    private readonly RandomStream random;
    private int draws;

    /// <summary>Begins a step.</summary>
    /// <param name="mode">Whether gradients are recorded and dropout drops.</param>
    /// <param name="random">Where dropout draws from; the same stream gives the same step.</param>
    public Tape(Mode mode = Mode.Training, RandomStream? random = null)
    {
        Mode = mode;
        nodes = new List<Node>(mode == Mode.Inference ? 0 : usualNodes);
        parameters = new Dictionary<Parameter<T>, Tensor<T>>(usualParameters);
        this.random = random ?? new RandomStream(0);
    }

    /// <summary>What the tape is for.</summary>
    public Mode Mode { get; }

    /// <summary>
    /// Whether everything that is computed, forward and back, is looked through for NaN and infinity, so that an
    /// <see cref="AnomalyException"/> names the operation that made the first; it costs about a pass over each result.
    /// </summary>
    public bool DetectsAnomalies { get; init; }

    /// <summary>How many operations and leaves have been recorded.</summary>
    public int NodeCount => nodes.Count;

    /// <summary>Brings data in; no gradient is computed for it.</summary>
    /// <exception cref="ObjectDisposedException">The tape has ended.</exception>
    public Tensor<T> Constant(Tensor<T> value)
    {
        var copy = Allocate(value.Shape);
        value.CopyTo(copy.Span);
        return copy;
    }

    /// <summary>Brings data in, outermost dimension first; no gradient is computed for it.</summary>
    /// <exception cref="ShapeException">There are more or fewer values than the shape holds.</exception>
    public Tensor<T> Constant(Shape shape, ReadOnlySpan<T> values)
    {
        if (values.Length != shape.Elements)
            throw new ShapeException($"Constant: {shape} holds {shape.Elements} numbers; {values.Length} were given.");
        var tensor = Allocate(shape);
        values.CopyTo(tensor.Span);
        return tensor;
    }

    /// <summary>
    /// Brings data in for which a gradient is wanted; it keeps the strides that <paramref name="value"/> has.
    /// </summary>
    public Tensor<T> Variable(Tensor<T> value)
    {
        var leaf = Allocate([value.Memory.Length]);
        value.Memory.CopyTo(leaf.Span);
        return AddLeaf(leaf.View(value.Shape, value.Strides, value.Offset), null);
    }

    /// <summary>
    /// The present value of a parameter, as a leaf of this tape: the same tensor each time it is asked for.
    /// </summary>
    public Tensor<T> Use(Parameter<T> parameter)
    {
        if (parameters.TryGetValue(parameter, out var known)) return known;
        ThrowIfEnded(parameter.Shape);
        return parameters[parameter] = AddLeaf(Tensor<T>.Of(parameter, this), parameter);
    }

    /// <summary>
    /// A random stream of its own for the next operation that needs one; the order of the calls keys it.
    /// </summary>
    public RandomStream NextStream() => random.Fork(draws++);

    /// <summary>
    /// Puts off a change of the model's state that this step brings about, such as that of a running mean: it goes with
    /// the gradients and is made when an optimizer steps by them (<see cref="GradientSet{T}.Commit"/>). Until then the
    /// model stays as other tapes know it; and a step that is given up leaves no trace.
    /// </summary>
    /// <param name="change">Must not use the tape's memory, which has ended by then.</param>
    public void Defer(Action change) => deferred.Add(change);

    /// <summary>
    /// The gradients of <paramref name="loss"/> with respect to every parameter used and every variable.
    /// </summary>
    /// <exception cref="ShapeException">The loss is not a single number.</exception>
    /// <exception cref="InvalidOperationException">Nothing was recorded on the way to it, or an operation on the way
    /// has no backward.</exception>
    /// <exception cref="AnomalyException">The tape detects anomalies, and a gradient holds one.</exception>
    public GradientSet<T> Backward(Tensor<T> loss)
    {
        var set = new GradientSet<T>(nodes.Where(node => node.IsLeaf).Select(node => node.LeafKey));
        Backward(loss, set);
        return set;
    }

    /// <summary>
    /// Adds the gradients of <paramref name="loss"/> to <paramref name="gradients"/>, so that the shards of a batch
    /// can be summed; leaves that the set does not hold are left out.
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
        foreach (var change in deferred) gradients.Defer(change);
        deferred.Clear();
    }

    /// <summary>Goes back from any recorded tensor, given the gradient that arrives at it.</summary>
    internal void BackwardFrom(Tensor<T> y, ReadOnlySpan<T> arriving, GradientSet<T> gradients)
    {
        (usualNodes, usualParameters) = (nodes.Count, parameters.Count);
        var adjoints = new Adjoints<T>(this, nodes.Count, gradients);
        adjoints.Into(y).Add(arriving);
        // Every consumer of a node was recorded after it, so in reverse order a node's gradient is complete when
        // reached.
        for (var i = y.Node; i >= 0; i--)
        {
            var node = nodes[i];
            if (!adjoints.HasReached(i)) continue;
            if (node.IsLeaf)
            {
                adjoints.Finish(i); // a gradient that the set does not want
                continue;
            }
            if (node.Backward is null)
                throw new InvalidOperationException($"Backward: {node.Operation} has no backward; " +
                    "detach its input, or write one.");
            node.Backward(adjoints);
            if (node.Inputs is not null) Anomaly.CheckGradients<T>(node.Operation!, i, adjoints, node.Inputs);
            adjoints.Finish(i);
        }
    }

    /// <summary>
    /// Notes that <paramref name="y"/> was computed by <paramref name="operation"/>, and how its gradient goes on to
    /// the inputs. Nothing is noted in inference, or where no input has a gradient.
    /// </summary>
    /// <param name="operation">The catalogue's entry.</param>
    /// <param name="y">The output, a fresh tensor or view of this tape.</param>
    /// <param name="inputs">Everything that y depends on; missing optional inputs are null.</param>
    /// <param name="backward">Reads the gradient of y and adds to those of the inputs; null: going back through it
    /// throws.</param>
    /// <exception cref="AnomalyException">The tape detects anomalies, and y holds one.</exception>
    public Tensor<T> Record(
        CatalogueEntry operation,
        Tensor<T> y,
        ReadOnlySpan<Tensor<T>?> inputs,
        Action<Adjoints<T>>? backward)
    {
        if (DetectsAnomalies) Anomaly.CheckOutput(operation, nodes.Count, y, inputs);
        if (Mode == Mode.Inference) return y;
        foreach (var input in inputs)
        {
            if (input is not { Node: >= 0 }) continue;
            y.Node = nodes.Count;
            nodes.Add(new Node(operation, y, backward, null) { Inputs = DetectsAnomalies ? [.. inputs] : null });
            break;
        }
        return y;
    }

    /// <summary>
    /// The tape that the operands of an operation are on; free tensors among them count as constants.
    /// </summary>
    /// <exception cref="InvalidOperationException">None is on a tape, or they are on two.</exception>
    public static Tape<T> Of(CatalogueEntry operation, params ReadOnlySpan<Tensor<T>?> operands)
    {
        Tape<T>? tape = null;
        foreach (var operand in operands)
        {
            if (operand?.Scope is not Tape<T> own) continue;
            own.ThrowIfEnded(operand.Shape);
            if (tape is not null && own != tape)
                throw new InvalidOperationException($"{operation}: its operands are on two tapes; a step has one.");
            tape = own;
        }
        return tape ?? throw new InvalidOperationException(
            $"{operation}: none of its operands is on a tape; bring the data in with tape.Constant.");
    }

    internal string OperationOf(int node) => nodes[node].Operation?.Name ?? "a leaf";

    internal object? LeafOf(int node) => nodes[node].IsLeaf ? nodes[node].LeafKey : null;

    private Tensor<T> AddLeaf(Tensor<T> tensor, Parameter<T>? parameter)
    {
        if (Mode == Mode.Inference) return tensor;
        tensor.Node = nodes.Count;
        nodes.Add(new Node(null, tensor, null, parameter));
        return tensor;
    }

    private readonly record struct Node(
        CatalogueEntry? Operation, Tensor<T> Output, Action<Adjoints<T>>? Backward, Parameter<T>? Parameter)
    {
        /// <summary>What it was computed from, where anomalies are looked for.</summary>
        public Tensor<T>?[]? Inputs { get; init; }

        public bool IsLeaf => Operation is null;

        /// <summary>What the gradient set knows the leaf by.</summary>
        public object LeafKey => (object?)Parameter ?? Output;
    }
}
