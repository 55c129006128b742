// The vectors of positions as a heat map, and their dot products by distance.

import { choice } from "page/controls.js";
import { element, empty, heatMap, lines } from "page/plot.js";
import { number, t } from "page/text.js";

export { texts } from "page/texts-positions.js";
export const id = "positions";
export const title = ["Positions", "位置编码"];
export function applies(model) {
  if (model.positions === "relative") return "positions_relative";
  if (model.positions !== "none") return true;
  return model.architecture === "transformer" ? "positions_none" : "positions_recurrent";
}

const most = { positions: 40, features: 64 };

export async function render(host, context) {
  const { model, memory } = context;
  const count = Math.min(most.positions, model.positions === "learned" ? model.configuration.maxLength : Infinity);
  memory.side ??= "source";
  const { kind, rows } = await context.ask("/positions", { side: memory.side, count });
  if (rows.length === 0) return host.append(empty(t("positions_none")));
  const hasSides = kind === "learned" && model.task === "translate";
  const vectors = kind === "rotary" ? rows.map(angles => angles.map(Math.cos)) : rows;
  // Sine and cosine of an angle are neighbours, so that pairs are left out, not features.
  const every = Math.ceil(vectors[0].length / most.features);
  const features = vectors[0].map((_, i) => i).filter(i => Math.floor(i / 2) % every === 0);
  const largest = Math.max(...vectors.flat().map(Math.abs));
  host.append(
    element("p", {}, t(`positions_${kind}`)),
    ...(hasSides ? [element("div", { class: "settings" }, choice({
      label: t("positions_side"), value: memory.side,
      options: ["source", "target"].map(value => ({ value, label: t(`positions_of_${value}`) })),
      onChange: value => {
        memory.side = value;
        host.replaceChildren();
        render(host, context);
      },
    }))] : []),
    element("h3", {}, t("positions_map")),
    ...(every > 1 ? [element("p", { class: "quiet-text" }, t("positions_every", { every }))] : []),
    heatMap({
      label: t(kind === "rotary" ? "positions_map_rotary" : "positions_map_label"),
      rows: rows.map((_, i) => String(i)), columns: features.map(String),
      rowTitle: t("positions_position"), columnTitle: t(kind === "rotary" ? "positions_pair" : "positions_feature"),
      values: vectors.map(row => features.map(i => row[i])), max: largest, size: 13, format: value => number(value, 3),
    }),
    element("p", { class: "legend" }, ["plus", "minus"].map(sign => element("span", {},
      element("span", { class: `swatch ${sign}`, "aria-hidden": true }), t(`positions_${sign}`)))),
    element("h3", {}, t("positions_products")),
    element("p", {}, t(`positions_products_${kind}`)),
    lines({
      series: products(kind, rows), label: t("positions_products"),
      xTitle: t("positions_distance"), yTitle: t("positions_product"),
    }));
}

/** The dot products of pairs of positions by their distance; where pairs differ, their mean, least and most. */
function products(kind, rows) {
  const distances = rows.map((_, i) => i);
  if (kind === "rotary")
    return [{ label: t("positions_product"), points: distances.map(d => [d, mean(rows[d].map(Math.cos))]) }];
  const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0);
  const pairs = distances.map(d => rows.slice(0, rows.length - d).map((row, i) => dot(row, rows[i + d])));
  if (kind === "sinusoidal") return [{ label: t("positions_product"), points: distances.map(d => [d, pairs[d][0]]) }];
  return [["mean", mean], ["least", list => Math.min(...list)], ["most", list => Math.max(...list)]].map(([name, of]) =>
    ({ label: t(`positions_${name}`), points: distances.map(d => [d, of(pairs[d])]) }));
}

const mean = list => list.reduce((sum, x) => sum + x, 0) / list.length;
