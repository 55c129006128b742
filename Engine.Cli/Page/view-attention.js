// Where the model looks: lines between words, and a grid of all heads as heat maps.

import { attentions, kindsOf, visible } from "page/attention-data.js";
import { texts as lineTexts, wordLines } from "page/attention-lines.js";
import { choice } from "page/controls.js";
import { element, heatMap, miniMap } from "page/plot.js";
import { t } from "page/text.js";

export const id = "attention";
export const title = ["Attention", "注意力"];
export const applies = model => model.attention ? true : "no_attention";

export const texts = {
  ...lineTexts,
  attention_intro: [
    "Point at a word, tap it, or move to it with Tab. The larger a weight, the thicker and darker its line; the number "
      + "beside a word is the weight.",
    "把指针移到一个词上、点一下，或用 Tab 键移过去。线越粗越深，权重越大；词旁的数字就是权重。"],
  attention_places: [
    "Left: encoder self-attention. Middle: cross-attention. Right: causal self-attention, to earlier words only.",
    "左边：编码器自注意力；中间：交叉注意力；右边：因果自注意力，只能看前面的词。"],
  attention_only_cross: [
    "A {architecture} model has cross-attention only: its decoder looks at the source, and it has no self-attention.",
    "{architecture} 模型只有交叉注意力：解码器看源句，没有自注意力。"],
  attention_only_encoder: [
    "A model that labels reads the sentence and writes none, so it has encoder self-attention only.",
    "分类模型只读句子、不生成句子，所以只有编码器自注意力。"],
  attention_grid: ["All heads", "所有的头"],
  attention_kind: ["Kind", "类型"],
  attention_one: ["{kind}, layer {layer}, head {head}", "{kind}，第 {layer} 层，头 {head}"],
  attention_mean: ["{kind}, layer {layer}, mean of the heads", "{kind}，第 {layer} 层，各头平均"],
  attention_grid_hint: [
    "Rows are layers, columns are heads. Choose a map to see it large. Layers and heads are numbered from 0, as in the "
      + "model's file.",
    "每行一层，每列一个头。选一张图可放大。层和头都从 0 开始编号，与模型文件一致。"],
  attention_asks: ["word that looks", "查询词"],
  attention_asked: ["word looked at", "被看的词"],
};

export async function render(host, context) {
  const { model, memory } = context;
  const pass = await context.pass(["weights"]);
  const all = attentions(pass), kinds = kindsOf(all);
  memory.layer = Math.min(memory.layer ?? Infinity, Math.max(...all.map(one => one.layer)));
  memory.head ??= "mean";
  if (!kinds.includes(memory.kind)) memory.kind = kinds[0];
  if (!pass.target.length) memory.side = "source";

  const find = (kind, layer = memory.layer) =>
    all.find(one => one.kind === kind && one.layer === layer) ?? all.findLast(one => one.kind === kind);
  const linesBox = element("div"), gridBox = element("div"), largeBox = element("div");
  const layerBox = element("div", { class: "controls" });
  let lines = null;

  function drawControls() {
    const layers = [...new Set(all.map(one => one.layer))], heads = Math.max(...all.map(one => one.heads));
    layerBox.replaceChildren(...[
      layers.length > 1 && choice({
        label: t("layer"), value: memory.layer, options: layers.map(value => ({ value, label: String(value) })),
        onChange: value => set({ layer: value }),
      }),
      heads > 1 && choice({
        label: t("head"), value: memory.head,
        options: ["mean", ...Array(heads).keys()].map(value => (
          { value, label: value === "mean" ? t("mean") : String(value) })),
        onChange: value => set({ head: value }),
      }),
    ].filter(Boolean));
  }

  function drawLines() {
    const at = Object.fromEntries(kinds.map(kind => {
      const one = find(kind);
      return [kind, { keys: one.keys, list: one.weights(memory.head) }];
    }));
    lines = wordLines({ pass, at, onSelect: select });
    linesBox.replaceChildren(lines.box);
    showLines();
  }

  function showLines() {
    const side = memory.side ?? "target";
    const count = side === "source" ? pass.source.length : pass.target.length;
    const index = side === "source" ? memory.index ?? 0 : context.position;
    lines.show(side, Math.max(0, Math.min(count - 1, index)));
  }

  function select(side, index) {
    memory.side = side;
    memory.index = index;
    if (side === "target" && context.position !== index) context.select(index);
    else showLines();
  }

  const nameOf = (one, head) => t(head === "mean" ? "attention_mean" : "attention_one", {
    kind: t("kind_" + one.kind), layer: one.layer, head,
  });

  function drawGrid() {
    const shown = all.filter(one => one.kind === memory.kind);
    const ratio = shown[0].keys / shown[0].queries;
    gridBox.replaceChildren(...[
      kinds.length > 1 && choice({
        label: t("attention_kind"), value: memory.kind,
        options: kinds.map(value => ({ value, label: t("kind_" + value) })),
        onChange: value => set({ kind: value }),
      }),
      element("div", { class: "scroll" }, element("div", {
        class: "head-grid", style: { "grid-template-columns": `repeat(${shown[0].heads}, 116px)` },
      }, shown.map(one => Array.from({ length: one.heads }, (_, head) => element("button", {
        type: "button", class: "head", "aria-pressed": String(one.layer === memory.layer && head === memory.head),
        on: { click: () => set({ layer: one.layer, head }, largeBox) },
      },
      element("span", { class: "head-map", style: { "aspect-ratio": String(Math.max(0.6, Math.min(1.8, ratio))) } },
        miniMap({ values: one.weights(head), rows: one.queries, columns: one.keys })),
      element("span", { class: "unseen" }, t("kind_" + one.kind), " "),
      element("span", { class: "head-name" }, `${t("layer")} ${one.layer} · ${t("head")} ${head}`)))))),
    ].filter(Boolean));
  }

  function drawLarge() {
    const one = find(memory.kind);
    const name = nameOf(one, memory.head);
    largeBox.replaceChildren(element("h3", {}, name), heatMap({
      rows: one.rows, columns: one.columns, values: visible(one, one.weights(memory.head)), label: name,
      rowTitle: t("attention_asks"), columnTitle: t("attention_asked"),
      onSelect: row => select(one.kind === "encoder" ? "source" : "target", row),
    }));
  }

  /** Draws again what depends on the choice; the button that was pressed keeps the focus. */
  function set(change, reveal) {
    const pressed = host.contains(document.activeElement) ? document.activeElement : null;
    const box = [layerBox, linesBox, gridBox].find(one => one.contains(pressed));
    Object.assign(memory, change);
    drawControls();
    drawLines();
    drawGrid();
    drawLarge();
    const same = [...box?.querySelectorAll("button") ?? []].find(one => one.textContent === pressed.textContent);
    same?.focus({ preventScroll: true });
    reveal?.scrollIntoView({ block: "nearest" });
  }

  const note = kinds.length === 1 && kinds[0] === "cross" ? t("attention_only_cross", model)
    : kinds.length === 1 && model.task === "classify" ? t("attention_only_encoder") : null;
  host.append(
    element("p", {}, t("attention_intro"), " ", element("span", { class: "hint" }, note ?? t("attention_places"))),
    layerBox, linesBox,
    element("h3", {}, t("attention_grid")), element("p", { class: "hint" }, t("attention_grid_hint")),
    gridBox, largeBox);
  context.on("position", () => showLines());
  set({});
}
