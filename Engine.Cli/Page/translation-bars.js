// The ten likeliest tokens of a step, as bars: after penalties and temperature, cut tokens marked.

import { decoderLogits, distribution } from "page/distribution.js";
import { bars, element } from "page/plot.js";
import { defaults } from "page/settings.js";
import { number, percent, t } from "page/text.js";

export const texts = {
  translation_likely: ["What may follow “{before}”", "“{before}”之后可能是"],
  translation_likely_first: ["What may come first", "第一个词可能是"],
  translation_chosen: ["✓ taken", "✓ 选中"],
  translation_cut_top_k: ["cut by top-k", "被 top-k 截去"],
  translation_cut_top_p: ["cut by top-p", "被 top-p 截去"],
  translation_forbidden: ["forbidden", "被禁止"],
  translation_penalty: ["logit {before} → {after}", "logit {before} → {after}"],
  translation_detail: [
    "“{text}”: logit {logit}, probability {probability}{drawn}", "“{text}”：logit {logit}，概率 {probability}{drawn}"],
  translation_drawn: [", drawn with {drawn} after the cuts", "，截断后以 {drawn} 的概率抽取"],
  translation_unscaled: [
    "The vocabulary is large, so only ten logits are kept: the bars show temperature 1.",
    "词表较大，只保留了十个 logit，所以条形图按温度 1 显示。"],
  translation_kept: ["{kept} of {count} tokens can be drawn", "{count} 个词中有 {kept} 个可能被抽到"],
  translation_point: ["Point at a bar, or move to it with Tab, for its logit.", "把指针移到条形上，或用 Tab 键移过去，可看 logit。"],
};

export function stepBars(row, chosen, context) {
  // Beam search reads no temperature and cuts no tokens.
  const settings = context.settings.decoder === "beam" ? defaults : context.settings;
  const whole = row.logits.length > 0;
  const spread = whole ? distribution(row, settings) : null;
  const logits = whole ? decoderLogits(row) : null;
  const changed = new Map(row.changed.map(one => [one.id, one]));
  const list = [...row.likeliest];
  if (chosen && !list.some(one => one.id === chosen.id)) {
    list[list.length - 1] = {
      id: chosen.id, text: chosen.text, logit: whole ? row.logits[chosen.id] : NaN,
      probability: Math.exp(chosen.log_probability),
    };
  }
  const probability = one => spread ? spread.probabilities[one.id] : one.probability;
  list.sort((a, b) => probability(b) - probability(a));

  const readout = element("p", { class: "readout" }, t("translation_point"));
  const items = list.map(one => {
    const cut = spread?.cut(one.id), forbidden = whole && logits[one.id] === -Infinity;
    const penalty = changed.get(one.id);
    const marks = [
      one.id === chosen?.id && t("translation_chosen"),
      forbidden ? t("translation_forbidden") : cut && t("translation_cut_" + cut),
      penalty && !forbidden
        && t("translation_penalty", { before: number(penalty.before), after: number(penalty.after) }),
    ].filter(Boolean);
    const detail = t("translation_detail", {
      text: one.text, logit: number(one.logit), probability: exact(probability(one)),
      drawn: settings.decoder === "sample" && spread && spread.kept < row.logits.length
        ? t("translation_drawn", { drawn: exact(spread.drawn(one.id)) }) : "",
    });
    const tell = () => { readout.textContent = detail; };
    return {
      label: one.text, value: probability(one), text: percent(probability(one)), mark: marks.join(" · "),
      detail, onSelect: tell,
      state: [one.id === chosen?.id && "chosen", (cut || forbidden) && "cut"].filter(Boolean).join(" "),
    };
  });
  const before = row.tokens.map(one => one.text).join(" ");
  const short = before.length > 60 ? "… " + before.slice(-56) : before;
  const heading = before ? t("translation_likely", { before: short }) : t("translation_likely_first");
  const notes = [
    !whole && settings.temperature !== 1 && t("translation_unscaled"),
    context.settings.decoder === "greedy"
      && (settings.temperature !== 1 || settings.top_k > 0 || settings.top_p < 1) && t("greedy_note"),
    spread && spread.kept < row.logits.length && t("translation_kept", { kept: spread.kept, count: row.logits.length }),
  ].filter(Boolean);
  return element("section", { class: "likely" },
    element("h3", {}, heading), bars({ items, label: heading }), readout,
    notes.map(note => element("p", { class: "hint" }, note)));
}

const exact = value =>
  (value >= 0.001 ? (value * 100).toFixed(2) : (value * 100).toExponential(1).replace("-", "−")) + "%";
