// What view-gradients.js says: [English, Chinese].

export const texts = {
  gradients_lead: [
    "The Euclidean norm of the gradients of each layer's parameters, from update {first} to update {last}. A layer " +
      "whose norms are far below the others' learns little; norms that jump again and again are a sign of a learning " +
      "rate that is too high.",
    "每层参数梯度的欧几里得范数，从第 {first} 次到第 {last} 次更新。范数远小于其他层的层学得很少；范数反复突然跳高，往往说明学习率太大。"],
  gradients_none: ["This run logged no gradients.", "这次训练没有记录梯度。"],
  gradients_how: [
    "Train with --monitor gradients; the run's folder then keeps the norms of each update's gradients, and this " +
      "view shows them.",
    "训练时加上 --monitor gradients，运行目录就会保存每次更新的梯度范数，并显示在这里。"],
  gradients_command: ["engine train --monitor gradients", "engine train --monitor gradients"],
  gradients_updates: ["update", "更新次数"],
  gradients_norm: ["gradient norm (log axis)", "梯度范数（对数轴）"],
  gradients_plot: ["Gradient norms by layer over updates; the table below has the figures.", "各层梯度范数随更新的变化，数值见下表。"],
  gradients_group: ["Layers", "层"],
  gradients_all: ["all", "全部"],
  gradients_embeddings: ["embeddings", "嵌入层"],
  gradients_table: ["In figures", "数值"],
  gradients_layer: ["layer", "层"],
  gradients_first: ["first", "最初"],
  gradients_least: ["least", "最小"],
  gradients_most: ["most", "最大"],
  gradients_last: ["last", "最后"],
};
