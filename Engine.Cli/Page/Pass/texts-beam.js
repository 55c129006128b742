// What view-beam.js says: [English, Chinese].

export const texts = {
  beam_lead: [
    "In each step the search extends every open hypothesis by its likeliest tokens and keeps the best extensions " +
      "of all. A box has the token, its log-probability, and Σ, the log-probability of the hypothesis up to it.",
    "每一步，束搜索用最可能的词元扩展每个未结束的假设，并在所有扩展中保留最好的几个。方框里是词元、它的对数概率，以及到此为止整个假设的对数概率 Σ。"],
  beam_shown: ["Pruned candidates shown", "显示的被剪枝候选数"],
  beam_best: ["Best translation:", "最佳译文："],
  beam_kept_mark: ["kept: the hypothesis goes on", "保留：继续扩展"],
  beam_finished_mark: ["finished: the translation ends here", "完成：译文到此结束"],
  beam_pruned_mark: ["pruned: better candidates filled the beam (✕3: three more)", "剪枝：束已被更好的候选占满（✕3 表示还有三个未画出）"],
  beam_best_mark: ["the best translation", "最佳译文的路径"],
  beam_tree: ["The tree of the beam; scroll to see all steps", "束搜索树，可滚动查看所有步骤"],
  beam_tree_label: [
    "Tree of the beam search. Left: parent; right: child; up and down: the same step. The list below has the same.",
    "束搜索树。左键到父节点，右键到子节点，上下键在同一步内移动。下面的列表内容相同。"],
  beam_choose: ["Click a box, or use the arrow keys in the tree, to read it in words.", "点击方框，或在树中用方向键移动，可查看文字说明。"],
  beam_root: ["The empty hypothesis, with log-probability 0.", "空假设，对数概率为 0。"],
  beam_detail: [
    "Step {step}: “{tokens}”: log-probability of the token {probability}, of the hypothesis {total}; {fate}.",
    "第 {step} 步：“{tokens}”：该词元的对数概率为 {probability}，整个假设为 {total}；{fate}。"],
  beam_finished_detail: [
    "Step {step}: “{tokens}”: log-probability of the token {probability}, of the hypothesis {total}; finished with " +
      "score {total} / {penalty} = {score}.",
    "第 {step} 步：“{tokens}”：该词元的对数概率为 {probability}，整个假设为 {total}；完成，得分 {total} / {penalty} = {score}。"],
  beam_open_detail: [
    "Step {step}: “{tokens}”: log-probability of the token {probability}, of the hypothesis {total}; kept, but the " +
      "search ended before it went on.",
    "第 {step} 步：“{tokens}”：该词元的对数概率为 {probability}，整个假设为 {total}；保留，但搜索在扩展它之前已结束。"],
  beam_kept: ["kept", "保留"],
  beam_pruned: ["pruned", "被剪枝"],
  beam_finished: ["finished", "完成"],
  beam_none: ["No hypothesis finished.", "没有假设完成。"],
  beam_finished_title: ["Finished translations, by score", "已完成的译文（按得分排序）"],
  beam_formula: [
    "score = log-probability / ((5 + n) / 6)^α, with α = {alpha} and n tokens, the end token included",
    "得分 = 对数概率 / ((5 + n) / 6)^α，其中 α = {alpha}，n 为词元数（含结束符）"],
  beam_column_tokens: ["tokens", "词元"],
  beam_column_length: ["n", "n"],
  beam_column_total: ["log-probability", "对数概率"],
  beam_column_divisor: ["divided by", "除数"],
  beam_column_score: ["score", "得分"],
  beam_list: ["The tree as a list", "以列表显示"],
  beam_step: ["Step {step}", "第 {step} 步"],
  beam_step_short: ["step", "步骤"],
  beam_start: ["start", "开始"],
};
