// What view-weight.js says: [English, Chinese].

export const texts = {
  weight_none: [
    "This model has no attention, so it has no attention weights. “Labels and states” shows what its layers compute.",
    "这个模型没有注意力机制，因此没有注意力权重。它的各层算出了什么，见“标签与状态”。"],
  weight_lead: [
    "Choose a cell. Below, each step of its weight is computed with the numbers of this pass.",
    "请选一个格子，下面用这次前向计算的数值逐步算出它的权重。"],
  weight_choice: ["The weight", "选择权重"],
  weight_layer: ["Attention", "注意力层"],
  weight_query: ["Query (the token that looks)", "查询（看的词元）"],
  weight_key: ["Key (the token it looks at)", "键（被看的词元）"],
  weight_map: ["Attention weights, {layer}, head {head}.", "注意力权重：{layer}，头 {head}。"],
  weight_queries: ["query", "查询"],
  weight_keys: ["key", "键"],
  weight_result: ["“{query}” looks at “{key}” with weight", "“{query}”对“{key}”的注意力权重为"],
  weight_positions_sinusoidal: [
    "Positions: sinusoids were added to the embeddings, so q and k contain them.", "位置：正弦位置编码已加到词嵌入上，q 和 k 已包含位置信息。"],
  weight_positions_learned: [
    "Positions: learned vectors were added to the embeddings, so q and k contain them.",
    "位置：可学习的位置向量已加到词嵌入上，q 和 k 已包含位置信息。"],
  weight_positions_rotary: [
    "Positions: q and k are shown after the rotation by their positions (rotary); v is not rotated.",
    "位置：这里的 q 和 k 已按各自的位置旋转（旋转位置编码 RoPE），v 不旋转。"],
  weight_positions_relative: [
    "Positions: k is shown without its relative position. The score adds q · aK, where aK is a learned vector for " +
      "the distance from the query to the key; the output adds the weighted vectors aV.",
    "位置：这里的 k 不含相对位置。分数另加 q · aK，aK 是按查询到键的距离学到的向量；输出另加加权后的 aV。"],
  weight_positions_cross: [
    "Positions: cross-attention compares tokens of two sentences, so it has no rotary or relative positions.",
    "位置：交叉注意力比较两个句子的词元，不使用旋转或相对位置编码。"],
  weight_positions_none: [
    "Positions: this model has none. Its attention knows no order of the tokens.", "位置：这个模型没有位置编码，注意力不知道词元的顺序。"],
  weight_positions_other: [
    "Positions: attention adds none. The layers before it know the order of the tokens.",
    "位置：注意力本身不加位置信息，词元的顺序来自前面的层。"],
  weight_product: ["1. Query times key: q · k", "1. 查询与键的点积：q · k"],
  weight_product_text: [
    "q is row {query} of the queries, and k is row {key} of the keys. Head {head} has the features {from} to {to}. " +
      "Each column has one product.",
    "q 是查询矩阵的第 {query} 行，k 是键矩阵的第 {key} 行。头 {head} 用第 {from} 到第 {to} 个特征，每列是一个乘积。"],
  weight_products: ["Products of the features of query and key", "查询与键各特征的乘积"],
  weight_feature: ["feature", "特征"],
  weight_division: ["2. Divided by √dK", "2. 除以 √dK"],
  weight_division_text: [
    "dK is the number of features of a head. Without the division, scores grow with dK, and the softmax gives " +
      "nearly all weight to one key.",
    "dK 是每个头的特征数。不做缩放，分数会随 dK 变大，softmax 会把几乎全部权重给同一个键。"],
  weight_division_off: ["The scaling is switched off: the score stays as it is.", "缩放已关闭：分数保持不变。"],
  weight_mask: ["3. The mask", "3. 掩码"],
  weight_hidden: [
    "Hidden: key {key} comes after query {query}. While the model translates, later tokens do not exist yet, so " +
      "the decoder must not see them in training either. The score becomes −∞, and the weight 0.",
    "被遮住：键 {key} 在查询 {query} 之后。翻译时后面的词元还不存在，所以训练时解码器也不能看到。分数变为 −∞，权重为 0。"],
  weight_visible: [
    "Visible: key {key} does not come after query {query}, so the causal mask leaves the score as it is.",
    "可见：键 {key} 不在查询 {query} 之后，因果掩码不改变分数。"],
  weight_mask_off: ["The causal mask is switched off: the query sees later keys too.", "因果掩码已关闭：查询也能看到后面的键。"],
  weight_unmasked: [
    "Visible: here every query sees every key. A mask hides padding, and a sentence that is alone has no padding.",
    "可见：这里每个查询都能看到所有键。掩码只遮住填充，而单独一个句子没有填充。"],
  weight_softmax: ["4. The softmax over the row", "4. 对整行做 softmax"],
  weight_softmax_text: [
    "The largest score, {most}, is subtracted from each score first, so that exp cannot overflow. The sum of the " +
      "results is {sum}; each is divided by it.",
    "先从每个分数中减去最大值 {most}，以免 exp 溢出。各项之和为 {sum}，每一项再除以它。"],
  weight_row: ["The row of the softmax", "softmax 的整行"],
  weight_score: ["score s", "分数 s"],
  weight_weight: ["weight", "权重"],
  weight_sum: ["sum", "合计"],
  weight_value: ["5. Times V: the output of the head", "5. 乘以 V：头的输出"],
  weight_value_text: [
    "Each value vector is multiplied by its weight. The sum is the output of the head for this query; ▶ marks key " +
      "{key}.",
    "每个值向量乘以对应的权重，相加得到这个头对该查询的输出；▶ 标出键 {key}。"],
  weight_head_off: [
    "The head is switched off: its output counts as zeros, whatever its weights are.", "这个头已关闭：不管权重是多少，输出都按零计算。"],
  weight_values: ["The weighted values and their sum", "加权的值与它们的和"],
  weight_output: ["Σ = output", "Σ = 输出"],
  weight_code: ["Source code:", "源代码："],
};
