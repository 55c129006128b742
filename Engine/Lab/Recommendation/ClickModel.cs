using Engine.Layers;

namespace Engine.Lab;

/// <summary>
/// A ranking model of clicks, of three parts that can be there or not: wide (a weight for each id and each pair of app
/// and item), deep (embeddings and a feed-forward network), and a factorization machine (a weight for each id, and
/// products of embeddings; Rendle 2010).
/// </summary>
internal sealed class ClickModel : Module<float>
{
    private const int Dimension = 8, Hidden = 32;

    private readonly Embedding<float>? user, app, item;
    private readonly Parameter<float>[] weights = []; // of ids, and of the crossed feature for the wide part
    private readonly Linear<float>? hidden, output;
    private readonly bool multiplies;

    /// <summary>A model with random embeddings and weights of 0.</summary>
    public ClickModel(bool wide, bool deep, bool factors, RandomStream random)
    {
        multiplies = factors;
        if (wide || factors)
        {
            int[] sizes = [Clicks.Users, Clicks.Apps, Clicks.Items, .. wide ? (int[])[Clicks.Apps * Clicks.Items] : []];
            weights = [.. sizes.Select((size, i) => Add($"weights.{i}", Tensor<float>.Zeros([size, 1])))];
        }
        if (!deep && !factors) return;
        user = Add("user", new Embedding<float>(Clicks.Users, Dimension, random));
        app = Add("app", new Embedding<float>(Clicks.Apps, Dimension, random));
        item = Add("item", new Embedding<float>(Clicks.Items, Dimension, random));
        if (!deep) return;
        hidden = Add("hidden", new Linear<float>(3 * Dimension, Hidden, random, relu: true));
        output = Add("output", new Linear<float>(Hidden, 1, random));
    }

    /// <summary>The log-odds of clicks, [examples, 1].</summary>
    public Tensor<float> Logits(Tape<float> tape, Clicks clicks, int[] examples)
    {
        int[] Of(Func<int, int> id) => [.. examples.Select(id)];
        int[] users = Of(i => clicks.User[i]), apps = Of(i => clicks.App[i]), items = Of(i => clicks.Item[i]);
        var parts = new List<Tensor<float>>();
        int[][] ids = [users, apps, items, Of(clicks.Cross)];
        for (var i = 0; i < weights.Length; i++) parts.Add(Op.Embedding(tape.Use(weights[i]), ids[i]));
        if (user is not null)
        {
            var (u, a, v) = (user.Forward(tape, users), app!.Forward(tape, apps), item!.Forward(tape, items));
            if (multiplies) parts.Add(Op.Sum((u * v) + (a * v) + (u * a), 1, keepDimension: true));
            if (hidden is not null) parts.Add(output!.Forward(hidden.Forward(Op.Concatenate([u, a, v], 1))));
        }
        return parts.Aggregate((sum, part) => sum + part);
    }
}
