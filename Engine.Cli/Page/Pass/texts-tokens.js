// What view-tokens.js says: [English, Chinese].

export const texts = {
  tokens_lead: [
    "A model reads numbers, not letters. The tokenizer splits a line into tokens that the vocabulary knows; each " +
      "has an id, which is the number of its row in the embedding table.",
    "模型读的是数字而不是文字。分词器把一行文本切成词表里的词元，每个词元有一个编号（id），也就是它在嵌入矩阵中的行号。"],
  tokens_source: ["Source: {tokenizer}", "源语言：{tokenizer}"],
  tokens_target: ["Target: {tokenizer}", "目标语言：{tokenizer}"],
  tokens_kind_char: ["characters", "按字切分"],
  tokens_kind_word: ["words", "按词切分"],
  tokens_kind_bpe: ["byte-pair encoding", "字节对编码（BPE）"],
  tokens_count: ["“{text}” has {count} tokens.", "“{text}”共 {count} 个词元。"],
  tokens_unknown_count: [
    " {count} of them are unknown (marked ?): the vocabulary does not have them, so all look the same to the model.",
    "其中 {count} 个是未知词元（用 ? 标出）：词表里没有，对模型来说它们都一样。"],
  tokens_unknown: ["not in the vocabulary", "不在词表中"],
  tokens_merges: ["Merges made", "已合并次数"],
  tokens_start: ["No merge yet: the smallest parts.", "还没有合并：最小的单位。"],
  tokens_merge: [
    "After merge {made} of {last}: + marks the new token {texts}.", "第 {made} 次合并（共 {last} 次）后：+ 标出新的词元 {texts}。"],
  tokens_no_merges: ["No merge applies to this line.", "这一行没有可用的合并。"],
};
