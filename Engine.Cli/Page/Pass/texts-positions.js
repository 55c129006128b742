// What view-positions.js says: [English, Chinese].

export const texts = {
  positions_none: [
    "This model has no positions: its attention does not know the order of the tokens.", "这个模型没有位置编码：注意力不知道词元的顺序。"],
  positions_recurrent: [
    "A recurrent network has no position vectors: it reads the tokens one after the other, and so knows their order.",
    "循环网络没有位置向量：它逐个读入词元，自然知道顺序。"],
  positions_relative: [
    "This model has relative positions: they act within self-attention, as learned vectors for the distance from " +
      "query to key, and no vector belongs to a position. “One attention weight” shows what they add to a score.",
    "这个模型用相对位置编码：它在自注意力内部起作用，按查询到键的距离各学一个向量，而不是每个位置一个向量。“一个注意力权重的计算”中可以看到它给分数加了多少。"],
  positions_sinusoidal: [
    "Each position has a vector that is added to the embedding: feature 2i has sin(p / 10000^(2i / dModel)), and " +
      "feature 2i + 1 has the cosine of the same angle. Fast waves are on the left, slow ones on the right.",
    "每个位置有一个加到词嵌入上的向量：第 2i 个特征是 sin(p / 10000^(2i / dModel))，第 2i + 1 个是同一角度的余弦。左边频率高，右边频率低。"],
  positions_learned: [
    "Each position has a learned vector that is added to the embedding. Positions that training hardly saw stay " +
      "close to their random start.",
    "每个位置有一个学习得到的向量，加到词嵌入上。训练中很少出现的位置仍接近随机初值。"],
  positions_rotary: [
    "Rotary positions: at position p, pair i of a head's features of q and k turns by the angle p · 10000^(−2i / " +
      "dK). The map shows the cosine of the angle.",
    "旋转位置编码（RoPE）：在位置 p，每个头的 q 和 k 的第 i 对特征旋转 p · 10000^(−2i / dK)。图中是这个角度的余弦。"],
  positions_side: ["Positions of", "哪一侧的位置"],
  positions_of_source: ["source", "源语言"],
  positions_of_target: ["target", "目标语言"],
  positions_map: ["The vectors as a heat map", "位置向量热图"],
  positions_map_label: ["Position vectors: a row for each position, a column for each feature.", "位置向量：每行一个位置，每列一个特征。"],
  positions_map_rotary: [
    "Cosines of the angles: a row for each position, a column for each pair.", "角度的余弦：每行一个位置，每列一对特征。"],
  positions_every: ["Of the pairs of features, one in {every} is shown.", "每 {every} 对特征显示一对。"],
  positions_position: ["position", "位置"],
  positions_feature: ["feature", "特征"],
  positions_pair: ["pair of features", "特征对"],
  positions_plus: ["above 0", "正值"],
  positions_minus: ["below 0", "负值"],
  positions_products: ["Dot products by distance", "点积随距离的变化"],
  positions_products_sinusoidal: [
    "The dot product of two positions depends on their distance alone: near positions look alike, far ones do not.",
    "两个位置向量的点积只取决于它们的距离：离得近的相似，离得远的不相似。"],
  positions_products_learned: [
    "The dot product of two learned positions: the mean, least and most of all pairs with the same distance.",
    "两个学习到的位置向量的点积：距离相同的所有位置对的平均、最小和最大值。"],
  positions_products_rotary: [
    "What the rotation leaves of q · k where q = k: the mean cosine over the pairs. It depends on the distance alone.",
    "当 q = k 时，旋转之后 q · k 还剩多少：各特征对余弦的平均。它只取决于距离。"],
  positions_distance: ["distance (positions)", "距离（位置数）"],
  positions_product: ["dot product", "点积"],
  positions_mean: ["mean", "平均"],
  positions_least: ["least", "最小"],
  positions_most: ["most", "最大"],
};
