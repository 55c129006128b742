// What the page's frame says: header, form, settings, messages.

export const texts = {
  title: ["See inside {name}", "看见 {name} 的内部"],
  sentence: ["Sentence", "句子"],
  sentence_hint: ["Type any sentence of the source language", "输入任意源语言句子"],
  run: ["Run", "运行"],
  samples: ["Try", "试试"],
  reference_short: ["Reference", "参考译文"],
  reference_hint: ["Empty: the model's own translation", "不填则用模型自己的译文"],
  label_hint: ["Empty: no label is compared", "不填则不比较标签"],
  label_short: ["Right label", "正确标签"],
  language: ["Language", "语言"],
  save: ["Save as one file", "存为单个文件"],
  saving: ["Recording all views…", "正在记录各视图……"],
  saved_note: [
    "This page is a saved file: it shows what was recorded in it. To try other sentences, run: {command}",
    "本页是保存下来的文件，只含当时记录的内容。要试别的句子，请运行：{command}"],
  views: ["Views", "视图"],
  reload: ["Load the model's folder again", "重新载入模型目录"],
  working: ["Computing…", "计算中……"],
  not_recorded: [
    "This is not recorded in this file; open the page with 'engine serve' to compute it.",
    "此文件中没有记录这项内容；请用 engine serve 打开页面再计算。"],
  no_server: [
    "The server does not answer. Is 'engine serve' still running?", "服务器没有响应。engine serve 还在运行吗？"],
  stream_broke: [
    "The server ended the translation before its last step.", "服务器在译文完成之前中断了输出。"],
  empty_sentence: [
    "Type a sentence, or pick one of the samples.", "请输入一个句子，或者选一个示例。"],
  not_for_classifier: [
    "This model labels sentences and translates none, so this view has nothing to show.",
    "这个模型给句子打标签，不做翻译，所以这里没有内容可看。"],
  not_for_translator: [
    "This model translates sentences and has no labels, so this view has nothing to show.",
    "这个模型做翻译，没有分类标签，所以这里没有内容可看。"],
  no_attention: [
    "A {architecture} model has no attention, so there are no attention weights to show.",
    "{architecture} 模型没有注意力机制，因此没有注意力权重可看。"],
  not_applicable: ["This view has nothing to show for this model.", "这个视图对当前模型没有内容可看。"],
  model_line: [
    "{architecture}, {layers} layers of {width} features{heads}, {parameters} parameters",
    "{architecture}，{layers} 层，每层 {width} 维{heads}，{parameters} 个参数"],
  model_heads: [" and {heads} heads", "，{heads} 个头"],
  decoding: ["Decoding", "解码"],
  decoder: ["Decoder", "解码方式"],
  decoder_greedy: ["greedy", "贪心"],
  decoder_beam: ["beam", "束搜索"],
  decoder_sample: ["sample", "采样"],
  beam: ["Beam width", "束宽"],
  length_penalty: ["Length penalty α", "长度惩罚 α"],
  temperature: ["Temperature", "温度"],
  top_k: ["Top-k", "Top-k"],
  top_p: ["Top-p", "Top-p"],
  all_tokens: ["all", "不限"],
  seed: ["Seed", "随机种子"],
  draw_again: ["Draw again", "重新采样"],
  more_settings: ["Penalties and lengths", "惩罚与长度"],
  repetition_penalty: ["Repetition penalty", "重复惩罚"],
  no_repeat_ngram: ["No repeated n-gram of", "禁止重复的 n-gram"],
  min_length: ["Minimum length", "最短长度"],
  off: ["off", "关闭"],
  greedy_note: [
    "Greedy decoding takes the likeliest token at any temperature; choose “sample” to draw from the bars.",
    "贪心解码在任何温度下都取概率最大的词；选“采样”才会按这些概率抽取。"],
  heat_hint: ["Arrow keys move from cell to cell.", "用方向键在格子之间移动。"],
  cell: ["{row} → {column}: {value}", "{row} → {column}：{value}"],
  layer: ["Layer", "层"],
  head: ["Head", "头"],
  mean: ["mean", "平均"],
  kind_cross: ["cross-attention", "交叉注意力"],
  kind_encoder: ["encoder self-attention", "编码器自注意力"],
  kind_decoder: ["causal self-attention", "解码器因果自注意力"],
};
