namespace Engine.Cli;

/// <summary>A tensor of a graph: an input, a constant, or an output of a node.</summary>
/// <param name="Graph">The graph.</param>
/// <param name="Name">The name, which no other tensor of the graph has.</param>
internal sealed record OnnxValue(OnnxGraph Graph, string Name)
{
    public static OnnxValue operator +(OnnxValue x, OnnxValue y) => x.Graph.Node("Add", [x, y]);

    public static OnnxValue operator -(OnnxValue x, OnnxValue y) => x.Graph.Node("Sub", [x, y]);

    public static OnnxValue operator *(OnnxValue x, OnnxValue y) => x.Graph.Node("Mul", [x, y]);

    public static OnnxValue operator /(OnnxValue x, OnnxValue y) => x.Graph.Node("Div", [x, y]);

    public static OnnxValue operator +(OnnxValue x, double y) => x + x.Graph.Number(y);

    public static OnnxValue operator *(OnnxValue x, double y) => x * x.Graph.Number(y);

    /// <summary>The result of a function of this tensor alone, such as Tanh.</summary>
    public OnnxValue Then(string operation, params (string Name, object Value)[] attributes) =>
        Graph.Node(operation, [this], attributes);

    /// <summary>The product of matrices.</summary>
    public OnnxValue Times(OnnxValue y) => Graph.Node("MatMul", [this, y]);

    /// <summary>The same elements in another shape; 0 keeps a size, -1 takes what is left.</summary>
    public OnnxValue Reshape(params long[] shape) => Graph.Node("Reshape", [this, Graph.Whole(shape)]);

    /// <summary>The dimensions in another order.</summary>
    public OnnxValue Permute(params long[] order) => Then("Transpose", ("perm", order));

    /// <summary>With dimensions of size 1 at these places.</summary>
    public OnnxValue Unsqueeze(params long[] axes) => Graph.Node("Unsqueeze", [this, Graph.Whole(axes)]);

    /// <summary>Without the dimensions of size 1 at these places.</summary>
    public OnnxValue Squeeze(params long[] axes) => Graph.Node("Squeeze", [this, Graph.Whole(axes)]);

    /// <summary>A part of a dimension.</summary>
    public OnnxValue Slice(long axis, long start, long end) =>
        Graph.Node("Slice", [this, Graph.Whole(start), Graph.Whole(end), Graph.Whole(axis)]);

    /// <summary>The elements along a dimension that are at some places.</summary>
    public OnnxValue Gather(OnnxValue places, long axis = 0) => Graph.Node("Gather", [this, places], ("axis", axis));

    /// <summary>The sum over a dimension.</summary>
    public OnnxValue Sum(long axis, bool keep = false) =>
        Graph.Node("ReduceSum", [this, Graph.Whole(axis)], ("keepdims", keep ? 1L : 0L));

    /// <summary>The mean over a dimension, which stays with size 1.</summary>
    public OnnxValue Mean(long axis) => Then("ReduceMean", ("axes", (long[])[axis]), ("keepdims", 1L));

    /// <summary>The elements as another type.</summary>
    public OnnxValue Cast(OnnxType type) => Then("Cast", ("to", (long)type));

    /// <summary>The size of a dimension, [1].</summary>
    public OnnxValue Size(long axis) => Then("Shape", ("start", axis), ("end", axis + 1));
}
