// What view-checkpoints.js says: [English, Chinese].

export const texts = {
  checkpoints_none: [
    "This run kept no checkpoints, so there is only the final model. Train with --keep-checkpoints 5 to keep some.",
    "这次训练没有保存检查点，只有最终模型。训练时加上 --keep-checkpoints 5 可以保存。"],
  checkpoints_lead: [
    "The same sentence at each checkpoint that the run kept. Move the slider to see translation and attention emerge.",
    "同一个句子在每个检查点上的表现。移动滑块，可以看到译文和注意力如何逐步形成。"],
  checkpoints_reading: ["Reading checkpoints: {done} of {count} …", "正在读取检查点：{done} / {count}……"],
  checkpoints_slider: ["Checkpoint", "检查点"],
  checkpoints_update: ["update {update}", "第 {update} 次更新"],
  checkpoints_final: ["final model", "最终模型"],
  checkpoints_says: ["It translates:", "译文："],
  checkpoints_labels: ["Labels", "标签"],
  checkpoints_attention: [
    "Its attention while it reads “{target}”, so that the maps of all checkpoints have the same rows:",
    "读入“{target}”时的注意力（这样各检查点的图行列相同）："],
  checkpoints_no_attention: ["This model has no attention to show.", "这个模型没有注意力可看。"],
  checkpoints_layer: ["Attention", "注意力层"],
  checkpoints_map: ["Attention weights, {layer}.", "注意力权重：{layer}。"],
  checkpoints_all: ["All checkpoints", "全部检查点"],
  checkpoints_checkpoint: ["checkpoint", "检查点"],
  checkpoints_translation: ["its own translation", "自己的译文"],
  checkpoints_label: ["label", "标签"],
  checkpoints_loss: ["loss (mean of a token)", "损失（每词元平均）"],
  checkpoints_losses: ["The loss of “{target}” over the updates", "“{target}”的损失随更新的变化"],
  checkpoints_axis: ["update", "更新次数"],
};
