// The same sentence at the checkpoints of training: translation, attention and loss as they emerge.

import { pick, slider } from "page/controls.js";
import { bars, element, empty, heatMap, lines } from "page/plot.js";
import { attentionLayers, headOf, layerName, table } from "page/record.js";
import { number, percent, t } from "page/text.js";

export { texts } from "page/texts-checkpoints.js";
export const id = "checkpoints";
export const title = ["Checkpoints of training", "训练中的检查点"];
export const applies = model => (model.checkpoints.length > 0 ? true : "checkpoints_none");

const parts = ["weights"];

export async function render(host, context) {
  const { model, memory, sentence } = context;
  const final = await context.ask("/pass", { source: sentence, parts });
  const target = context.target ?? final.target_text;
  const points = [];
  const progress = element("p", { class: "quiet-text", role: "status" });
  host.append(element("p", {}, t("checkpoints_lead")), progress);
  for (const update of model.checkpoints) {
    if (context.signal.aborted) return;
    progress.textContent = t("checkpoints_reading", { done: points.length, count: model.checkpoints.length });
    points.push(await pointOf(context, target, update, t("checkpoints_update", { update })));
  }
  points.push(await pointOf(context, target, undefined, t("checkpoints_final")));
  progress.remove();
  const at = Math.min(memory.at ?? 0, points.length - 1);
  const output = element("div");
  const draw = value => {
    memory.at = value;
    output.replaceChildren(...content(points[value], target, model, memory, () => draw(value)));
  };
  host.append(
    element("div", { class: "settings wide-slider" }, slider({
      label: t("checkpoints_slider"), min: 0, max: points.length - 1, step: 1, value: at,
      text: value => points[value].name, onChange: draw,
    })),
    output,
    element("h3", {}, t("checkpoints_all")),
    table({
      label: t("checkpoints_all"),
      head: [
        t("checkpoints_checkpoint"), element("th", { scope: "col", class: "text" },
          t(model.task === "translate" ? "checkpoints_translation" : "checkpoints_label")), t("checkpoints_loss"),
      ],
      rows: points.map(point => [point.name, element("td", { class: "text" },
        element("div", { class: "clamped", title: point.free.target_text }, point.free.target_text)),
        element("td", { "data-value": point.forced.loss }, number(point.forced.loss, 3))]),
    }),
    ...(points.length > 2 ? [element("h3", {}, t("checkpoints_losses", { target })), lines({
      series: [{
        label: t("checkpoints_loss"),
        points: points.slice(0, -1).map((point, i) => [model.checkpoints[i], point.forced.loss]),
      }],
      xTitle: t("checkpoints_axis"), yTitle: t("checkpoints_loss"), label: t("checkpoints_losses", { target }),
    })] : []));
  draw(at);
}

/** What a checkpoint says by itself, and what it makes of the reference. */
async function pointOf(context, target, checkpoint, name) {
  const source = context.sentence;
  const free = await context.ask("/pass", { source, checkpoint, parts });
  const forced = target.trim() === "" ? free : await context.ask("/pass", { source, target, checkpoint, parts });
  return { name, free, forced };
}

function content({ free, forced }, target, model, memory, again) {
  const said = model.task === "translate"
    ? [element("p", { class: "result" }, t("checkpoints_says"), " ", element("strong", {}, free.target_text || "–"))]
    : [bars({
      label: t("checkpoints_labels"), items: free.predictions[0].likeliest.map(label => ({
        label: label.text, value: label.probability, text: percent(label.probability),
      })),
    })];
  const layers = attentionLayers(forced);
  if (layers.length === 0) return [...said, empty(t("checkpoints_no_attention"))];
  const layer = layers.find(one => one.path === memory.path) ?? layers.at(-1);
  memory.path = layer.path;
  memory.head = Math.min(memory.head ?? -1, layer.heads - 1);
  const set = name => value => {
    memory[name] = value;
    again();
  };
  return [
    ...said,
    element("p", {}, t("checkpoints_attention", { target })),
    element("div", { class: "settings" },
      pick({
        label: t("checkpoints_layer"), value: layer.path, onChange: set("path"),
        options: layers.map(one => ({ value: one.path, label: layerName(one) })),
      }),
      pick({
        label: t("head"), value: memory.head, onChange: set("head"),
        options: [-1, ...Array(layer.heads).keys()].map(value =>
          ({ value, label: value < 0 ? t("mean") : String(value) })),
      })),
    heatMap({
      label: t("checkpoints_map", { layer: layerName(layer) }), rows: layer.queries, columns: layer.keys,
      rowTitle: t("weight_queries"), columnTitle: t("weight_keys"), values: weightsOf(layer, memory.head),
    }),
  ];
}

/** The weights of a head, or the mean of all heads. */
function weightsOf(layer, head) {
  if (head >= 0) return headOf(layer.weights, head);
  const heads = Array.from({ length: layer.heads }, (_, i) => headOf(layer.weights, i));
  return heads[0].map((row, i) => row.map((_, j) => heads.reduce((sum, own) => sum + own[i][j], 0) / heads.length));
}
