// What view-forcing.js says: [English, Chinese].

export const texts = {
  forcing_lead: [
    "In training the decoder reads the reference, whatever it would have said itself (teacher forcing). In use it " +
      "reads its own tokens (free running), so that one wrong token changes all that follows.",
    "训练时，不管模型自己会说什么，解码器读的都是参考译文（教师强制）。使用时它读自己生成的词元（自由生成），一处出错会影响后面所有的词元。"],
  forcing_own: [
    "No reference is given, so the model's own translation stands in for it. Type a reference above to see where " +
      "they differ.",
    "没有给出参考译文，这里用模型自己的译文代替。在上面填入参考译文，可以看到两者从哪里开始不同。"],
  forcing_losses: ["Teacher forcing: the loss of each token", "教师强制：每个词元的损失"],
  forcing_position: ["position", "位置"],
  forcing_read: ["reads", "读入"],
  forcing_next: ["should say", "应输出"],
  forcing_expected: ["likeliest", "最可能"],
  forcing_probability: ["probability of the right token", "正确词元的概率"],
  forcing_loss: ["loss −ln p", "损失 −ln p"],
  forcing_mean: ["mean", "平均"],
  forcing_formula: ["{total} / {count} tokens = {loss}", "{total} / {count} 个词元 = {loss}"],
  forcing_free: ["Free running beside the reference", "自由生成与参考译文对照"],
  forcing_same: ["Both are the same, token by token.", "两者逐词元相同。"],
  forcing_differs: ["The first difference is at position {position}, marked ≠.", "第一处不同在位置 {position}，用 ≠ 标出。"],
  forcing_reference: ["reference", "参考译文"],
  forcing_running: ["free running", "自由生成"],
};
