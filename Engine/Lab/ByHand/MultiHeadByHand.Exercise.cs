namespace Engine.Lab;

internal static partial class MultiHeadByHand
{
    public static Exercise Exercise { get; } = new(
        draw: random => new()
        {
            { "x", [3, 4, 6], random }, { "wQ", [6, 6], random }, { "wK", [6, 6], random }, { "wV", [6, 6], random },
            { "wO", [6, 6], random }, { "heads", [], 2 }, { "lengths", [3], 4, 2, 0 }, { "dY", [3, 4, 6], random },
        },
        refuse: given =>
            given.Integer("heads") < 1 || given["x"].Shape[2] % given.Integer("heads") != 0
            ? $"heads must be a divisor of d, which is {given["x"].Shape[2]}"
            : given.Integers("lengths").Any(length => length < 0 || length > given["x"].Shape[1])
            ? $"lengths must be 0 to {given["x"].Shape[1]}" : null,
        right: Right,
        solve: Solve)
    {
        Name = "mha",
        Task = new(
            "手撕多头自注意力（causal mask 加 padding mask）：前向和反向",
            "multi-head self-attention by hand, causal and with padding: forward and backward"),
        Formula =
        [
            "q = x wQ^T,  k = x wK^T,  v = x wV^T;  head h has the columns h dK .. (h + 1) dK - 1,  dK = d / heads",
            "weights = softmax(q k^T / sqrt(dK))      (of each head; query i sees key j if j <= i and j < length)",
            "y = concat(weights v) wO^T",
            "L = Σ y dY  gives  dX, dWQ, dWK, dWV, dWO",
        ],
        Remark = new(
            "没有偏置。mask 加在 softmax 之前。一个键也看不见的 query（长度为 0 的句子），权重全是 0，不是 NaN，也不是均匀分布。"
            + "填充位置的 query 照常计算。",
            "There are no biases. The mask comes before the softmax. A query that sees no key (a sentence of length 0) "
            + "has weights of 0: neither NaN nor even ones. Queries of padding are computed like the others."),
        Inputs =
        [
            new("x", "B T d", new("词向量", "the words")),
            new("wQ", "d d", new("查询的权重", "the weights of queries")),
            new("wK", "d d", new("键的权重", "the weights of keys")),
            new("wV", "d d", new("值的权重", "the weights of values")),
            new("wO", "d d", new("输出的权重", "the weights of the output")),
            new("heads", "", new("头数", "the number of heads"), IsInteger: true),
            new("lengths", "B", new("每个句子的长度，后面是填充", "the length of each sentence; the rest is padding"), true),
            new("dY", "B T d", new("传到 y 的梯度", "the gradient that arrives at y")),
        ],
        Answers =
        [
            new("weights", "B heads T T", new("注意力权重", "the attention weights")),
            new("y", "B T d", new("输出", "the output")),
            new("dX", "B T d", new("x 的梯度", "the gradient of x")),
            new("dWQ", "d d", new("wQ 的梯度", "the gradient of wQ")),
            new("dWK", "d d", new("wK 的梯度", "the gradient of wK")),
            new("dWV", "d d", new("wV 的梯度", "the gradient of wV")),
            new("dWO", "d d", new("wO 的梯度", "the gradient of wO")),
        ],
        Mistakes =
        [
            new(ByDk, "Q K^T / dK, not / sqrt(dK)", new(
                "你除以了 dK；应该除以 dK 的平方根", "you divided by dK; divide by its square root")),
            new(NotScaled, "Q K^T, not Q K^T / sqrt(dK)", new(
                "你忘了除以 sqrt(dK)", "you forgot to divide by sqrt(dK)")),
            new(Columns, "softmax down the columns of Q K^T, not along its rows", new(
                "softmax 的 dim 错了：每个 query 的权重之和应该是 1，你让每个 key 的和是 1",
                "the softmax has the wrong dim: the weights of each query sum to 1, not the weights of each key")),
            new(MaskAfter, "weights of the future become 0, and the other weights sum to less than 1", new(
                "你在 softmax 之后才 mask：剩下的权重之和小于 1",
                "you masked after the softmax: the weights that are left sum to less than 1")),
            new(OffByOne, "query i sees key i + 1", new(
                "causal mask 差了一位：第 i 个词看到了第 i + 1 个词", "the causal mask is off by one: word i sees word i + 1")),
            new(Padding, "every row of the rectangle is a key", new(
                "你忘了遮住填充", "you forgot to hide the padding")),
            new(NotANumber, "exp(-inf) / sum exp(-inf) = 0 / 0, not 0", new(
                "一个键也看不见的 query 得到了 NaN：全是 −inf 的一行，softmax 是 0/0",
                "a query that sees no key became NaN: the softmax of a row of -inf is 0/0")),
            new(Evenly, "softmax of a row of -1e9 is 1 / T, not 0", new(
                "masked_fill(−1e9) 让全被遮住的一行变成均匀分布；应该是 0",
                "masked_fill(-1e9) makes a row that is hidden whole attend evenly; its weights are 0")),
            new(EverySecond, "head h has columns h, h + heads, ..., not dK that stand together", new(
                "拆头时 view 的顺序错了：应该是 [B, T, heads, dK]，你写成了 [B, T, dK, heads]",
                "the heads are split in the wrong order: [B, T, heads, dK], not [B, T, dK, heads]")),
            new(NotTransposed, "[B, heads, T, dK] read as [B, T, d], not as [B, T, heads, dK]", new(
                "合并头时忘了 transpose(1, 2)，直接 view 成了 [B, T, d]",
                "you joined the heads without transpose(1, 2), by a view as [B, T, d]")),
            new(NoSum, "dX = y dY, not y (dY - sum y dY)", new(
                "softmax 的反向少了 Σ y dY：你忘了分母也依赖每一个分数",
                "the softmax's backward lacks the sum of y dY: you forgot that the divisor depends on each score")),
            new(ScaleBack, "dQ = dS K, not dS K / sqrt(dK)", new(
                "反向忘了除以 sqrt(dK)", "the backward pass forgets to divide by sqrt(dK)")),
            new(KeysAsTheyLie, "dK = dS Q, not dS^T Q", new(
                "dK 少了一次转置：应该是 dS^T Q", "the gradient of the keys lacks a transpose: it is dS^T Q")),
        ],
        Example = BabyExample.Tables,
    };
}
