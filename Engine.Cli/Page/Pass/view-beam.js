// A beam search as a tree: what each step considered, kept, pruned and finished, and how the length penalty ranks.

import { drawTree, treeOf } from "page/beam-tree.js";
import { slider } from "page/controls.js";
import { element } from "page/plot.js";
import { scrolling, table } from "page/record.js";
import { settingsBody } from "page/settings.js";
import { number, t } from "page/text.js";

export { texts } from "page/texts-beam.js";
export const id = "beam";
export const title = ["The beam as a tree", "束搜索树"];
export const settings = ["beam", "length_penalty"];
export const applies = model => (model.task === "translate" ? true : "not_for_classifier");

export async function render(host, context) {
  const { beam, length_penalty: alpha } = context.settings;
  const settings = settingsBody({ ...context.settings, decoder: "beam" });
  const trace = await context.ask("/trace", { text: context.sentence, ...settings });
  const output = element("div");
  context.memory.pruned ??= 1;
  const draw = () => output.replaceChildren(...content(trace, context.memory.pruned, alpha));
  host.append(
    element("p", {}, t("beam_lead")),
    element("p", { class: "result" }, t("beam_best"), " ", element("strong", {}, trace.translations[0]?.text ?? "")),
    slider({
      label: t("beam_shown"), min: 0, max: beam + 1, step: 1, value: Math.min(context.memory.pruned, beam + 1),
      onChange: value => {
        context.memory.pruned = value;
        draw();
      },
    }),
    output);
  draw();
}

function content(trace, pruned, alpha) {
  const tree = treeOf(trace, pruned);
  const detail = element("p", { class: "readout", "aria-live": "polite", id: "beam-detail" }, t("beam_choose"));
  return [
    legend(),
    scrolling(t("beam_tree"), drawTree(tree, item => detail.replaceChildren(describe(item, alpha)))),
    detail,
    finishedTable(tree, alpha),
    element("details", {}, element("summary", {}, t("beam_list")), list(tree, alpha)),
  ];
}

/** The marks of the tree, each drawn as in the tree and named. */
function legend() {
  const marks = { kept: "", finished: "■", pruned: "✕", best: "★" };
  return element("ul", { class: "legend" }, Object.entries(marks).map(([fate, sign]) => element("li", {},
    element("span", { class: `mark ${fate}`, "aria-hidden": true }, sign), t(`beam_${fate}_mark`))));
}

/** A node in words. */
function describe(item, alpha) {
  if (!item.parent) return t("beam_root");
  const key = item.fate === "finished" ? "beam_finished_detail" : item.isOpenAtEnd ? "beam_open_detail" : "beam_detail";
  return t(key, {
    tokens: tokensOf(item).join(" "), step: item.step, probability: number(item.log_probability, 3),
    total: number(item.total, 3), fate: t(`beam_${item.fate}`), score: number(item.score, 3),
    penalty: number(penaltyOf(item, alpha), 3),
  });
}

const tokensOf = item => (item.parent ? [...tokensOf(item.parent), item.text] : []);

/** ((5 + n) / 6)^alpha of n tokens, the end included (Engine/Decoding/BeamOptions.cs). */
const penaltyOf = (item, alpha) => ((5 + item.step + 1) / 6) ** alpha;

/** The finished translations: what the length penalty makes of each log-probability. */
function finishedTable(tree, alpha) {
  const finished = tree.columns.flat().filter(item => item.fate === "finished").sort((a, b) => b.score - a.score);
  if (finished.length === 0) return element("p", {}, t("beam_none"));
  return element("section", { class: "step" },
    element("h3", {}, t("beam_finished_title")),
    element("p", { class: "formula" }, t("beam_formula", { alpha })),
    table({
      label: t("beam_finished_title"),
      head: ["tokens", "length", "total", "divisor", "score"].map(name => t(`beam_column_${name}`)),
      rows: finished.map(item => [(item.isBest ? "★ " : "") + tokensOf(item).join(" "), String(item.step + 1),
        number(item.total, 3), number(penaltyOf(item, alpha), 3),
        element("td", { "data-value": item.score }, number(item.score, 3))]),
      rowAttributes: i => (finished[i].isBest ? { class: "chosen" } : {}),
    }));
}

/** The tree as a list, for readers who do not see it. */
const list = (tree, alpha) => element("ul", {}, tree.columns.slice(1).map((column, step) =>
  element("li", {}, t("beam_step", { step }), element("ul", {}, column.map(item =>
    element("li", {}, (item.isBest ? "★ " : "") + describe(item, alpha)))))));
