using Engine.Layers;

namespace Engine.Lab;

/// <summary>Multi-head self-attention with a causal mask and padding, forward and backward, by hand.</summary>
internal static partial class MultiHeadByHand
{
    private const string
        ByDk = "Scores are scaled by dK",
        NotScaled = "Scores are not scaled",
        Columns = "Weights sum to one over the queries",
        MaskAfter = "The mask is applied after the softmax",
        OffByOne = "A causal mask is off by one",
        Padding = "Padding is attended to",
        NotANumber = "A query that sees nothing is not a number",
        Evenly = "A query that sees nothing attends evenly",
        EverySecond = "Heads take every second column",
        NotTransposed = "Heads are joined without their transpose",
        NoSum = "Softmax's gradient lacks the sum over its row",
        ScaleBack = "The scale is forgotten in the backward pass",
        KeysAsTheyLie = "The gradient of the keys takes scores as they lie";

    private static ExerciseValues Right(ExerciseValues given)
    {
        using var tape = new Tape<double>();
        var x = tape.Variable(given["x"]);
        var (b, t, d, heads) = (x.Shape[0], x.Shape[1], x.Shape[2], given.Integer("heads"));
        var layer = new MultiHeadAttention<double>(d, heads, new RandomStream(1));
        var parameters = layer.NamedParameters.ToDictionary(named => named.Key, named => named.Value);
        var (inProjection, outProjection) = (parameters["in_proj_weight"], parameters["out_proj.weight"]);
        string[] projections = ["wQ", "wK", "wV"];
        foreach (var (i, name) in projections.Index()) given[name].CopyTo(inProjection.Update()[(i * d * d)..]);
        given["wO"].CopyTo(outProjection.Update());
        var layout = SequenceLayout.Padded(t, given.Integers("lengths"));
        var y = Op.Reshape(layer.Forward(Op.Reshape(x, [b * t, d]), layout, causal: true), x.Shape);
        var gradients = tape.Backward(Op.Sum(y * given["dY"]));
        Tensor<double> Heads(string weight) => Op.Permute(
            Op.Reshape(Op.Linear(x, tape.Constant(given[weight])), [b, t, heads, d / heads]), 0, 2, 1, 3);
        var values = new ExerciseValues
        {
            { "weights", Op.ScaledDotProductAttention(Heads("wQ"), Heads("wK"), Heads("wV"), Hidden(given)).Weights },
            { "y", y },
            { "dX", x, gradients },
            { "dWO", outProjection, gradients },
        };
        foreach (var (i, name) in projections.Index())
            values.Add($"d{char.ToUpperInvariant(name[0])}{name[1..]}", [d, d], gradients[inProjection]
                .Slice(i * d * d, d * d).ToArray());
        return values;
    }

    /// <summary>What is hidden, [B, 1, T, T]: later words and padding.</summary>
    private static Mask Hidden(ExerciseValues given, int ahead = 0, bool seesPadding = false)
    {
        var (b, t, lengths) = (given["x"].Shape[0], given["x"].Shape[1], given.Integers("lengths"));
        return new Mask([b, 1, t, t], at =>
        {
            var (sentence, query, key) = (at / (t * t), at / t % t, at % t);
            return key > query + ahead || (key >= lengths[sentence] && !seesPadding);
        });
    }

    private static ExerciseValues Solve(Work work)
    {
        var (x, heads) = (work["x"], work.Given.Integer("heads"));
        var (wQ, wK, wV, wO) = (work["wQ"], work["wK"], work["wV"], work["wO"]);
        var (b, t, d) = (x.Shape[0], x.Shape[1], x.Shape[2]);
        var dK = d / heads;
        Tensor<double> Split(Tensor<double> x) => work.Makes(EverySecond)
            ? Op.Permute(Op.Reshape(x, [b, t, dK, heads]), 0, 3, 1, 2)
            : Op.Permute(Op.Reshape(x, [b, t, heads, dK]), 0, 2, 1, 3); // [B, heads, T, dK]
        Tensor<double> Join(Tensor<double> x) => Op.Reshape(
            work.Makes(EverySecond) ? Op.Permute(x, 0, 2, 3, 1) : Op.Permute(x, 0, 2, 1, 3), [b, t, d]);

        var (q, k, v) = (Split(Project(x, wQ)), Split(Project(x, wK)), Split(Project(x, wV)));
        var scale = work.Makes(ByDk) ? 1.0 / dK : work.Makes(NotScaled) ? 1 : 1 / Math.Sqrt(dK);
        var hidden = Hidden(work.Given, work.Makes(OffByOne) ? 1 : 0, work.Makes(Padding));
        var scores = Op.MatMul(q, Op.Transpose(k)) * scale; // [B, heads, T, T]
        var p = Softmax(work, scores, hidden);
        var weights = work.Makes(MaskAfter) ? Op.MaskedFill(p, hidden, 0) : p;
        var attended = Op.MatMul(weights, v); // [B, heads, T, dK]
        var joined = work.Makes(NotTransposed) ? Op.Reshape(attended, [b, t, d]) : Join(attended);

        var dJoined = Op.MatMul(work["dY"], wO); // [B, T, d]
        var dAttended = work.Makes(NotTransposed) ? Op.Reshape(dJoined, attended.Shape) : Split(dJoined);
        var dP = Op.MaskedFill(Op.MatMul(dAttended, Op.Transpose(v)), hidden, 0); // [B, heads, T, T]
        var dScores = p * (work.Makes(NoSum) ? dP : dP - Work.Sum(p * dP, work.Makes(Columns) ? 2 : 3));
        if (!work.Makes(MaskAfter)) dScores = Op.MaskedFill(dScores, hidden, 0);
        if (!work.Makes(ScaleBack)) dScores *= scale;
        var dQ = Join(Op.MatMul(dScores, k));
        var dKeys = Join(Op.MatMul(work.Makes(KeysAsTheyLie) ? dScores : Op.Transpose(dScores), q));
        var dV = Join(Op.MatMul(Op.Transpose(weights), dAttended));
        return new()
        {
            { "weights", weights },
            { "y", Project(joined, wO) },
            { "dX", Op.MatMul(dQ, wQ) + Op.MatMul(dKeys, wK) + Op.MatMul(dV, wV) },
            { "dWQ", Work.WeightGradient(dQ, x) },
            { "dWK", Work.WeightGradient(dKeys, x) },
            { "dWV", Work.WeightGradient(dV, x) },
            { "dWO", Work.WeightGradient(work["dY"], joined) },
        };
    }

    private static Tensor<double> Project(Tensor<double> x, Tensor<double> weight) =>
        Op.MatMul(x, Op.Transpose(weight));

    private static Tensor<double> Softmax(Work work, Tensor<double> scores, Mask hidden)
    {
        if (work.Makes(MaskAfter)) return Op.Softmax(scores);
        if (work.Makes(Evenly)) return Op.Softmax(Op.MaskedFill(scores, hidden, -1e9));
        if (work.Makes(Columns))
        {
            var masked = Op.MaskedFill(scores, hidden, double.NegativeInfinity);
            return Op.Transpose(Op.MaskedSoftmax(Op.Transpose(masked), null));
        }
        if (!work.Makes(NotANumber)) return Op.MaskedSoftmax(scores, hidden);
        var exponentials = Op.Exp(Op.MaskedFill(scores, hidden, double.NegativeInfinity));
        return exponentials / Work.Sum(exponentials);
    }
}
