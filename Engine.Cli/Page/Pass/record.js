// Reads recorded passes (Engine/Inspection/PassRecord.cs), for views that show their numbers.

import { element } from "page/plot.js";
import { number, t } from "page/text.js";

/** A score of attention; a masked one, which a record holds as null, is −∞. */
export const score = (value, digits = 3) => (value === null ? "−∞" : number(value, digits));

/** A number with its sign and three digits after the point. */
export function signed(value) {
  const text = Math.abs(value).toFixed(3);
  return (/[1-9]/.test(text) ? (value < 0 ? "−" : "+") : "") + text;
}

/** A recorded value, or undefined. Its shape is [heads, queries, keys] or [rows, features]. */
export const find = (pass, path, name, side) =>
  pass.values.find(value => value.path === path && value.name === name && (side === undefined || value.side === side));

/** The features of a row, or the part of them that belongs to a head. */
export function rowOf(value, row, head = 0, heads = 1) {
  const features = value.shape[1] / heads;
  const first = row * value.shape[1] + head * features;
  return value.values.slice(first, first + features);
}

/** The numbers of one head of [heads, queries, keys]: a list of rows. */
export function headOf(value, head) {
  const [, queries, keys] = value.shape;
  return Array.from({ length: queries }, (_, i) =>
    value.values.slice((head * queries + i) * keys, (head * queries + i + 1) * keys));
}

/** The attention layers of a pass, in the order of the computation. */
export function attentionLayers(pass) {
  return pass.values.filter(value => value.name === "weights").map(value => {
    const parts = value.path.split(".");
    const kind = parts.at(-1) !== "self_attn" ? "cross" : parts[0] === "encoder" ? "encoder" : "decoder";
    return {
      path: value.path, kind, layer: Number(parts.find(part => /^\d+$/.test(part)) ?? 0), weights: value,
      heads: value.shape[0],
      queries: (kind === "encoder" ? pass.source : pass.target).map(token => token.text),
      keys: (kind === "decoder" ? pass.target : pass.source).map(token => token.text),
    };
  });
}

/** The name of an attention layer for readers. */
export const layerName = layer => `${t(`kind_${layer.kind}`)}, ${t("layer").toLowerCase()} ${layer.layer}`;

/** The Euclidean norm. */
export const normOf = values => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));

/** A place such as Engine/Layers/Linear.cs:37 as a link; as text where the page knows no repository. */
export function sourceLink(model, place) {
  const code = element("code", {}, place);
  if (!model.repository) return code;
  const [file, line] = place.split(":");
  return element("a", { href: `${model.repository}${file}${line ? `#L${line}` : ""}`, class: "source" }, code);
}

/** A box that scrolls, and that the keyboard reaches. */
export const scrolling = (label, ...children) =>
  element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, children);

/** A table of numbers. `rows` are lists of texts or elements whose first is the head of the row. */
export function table({ head, rows, foot, label, rowAttributes = () => ({}) }) {
  const cell = (content, tag) => (content instanceof Element && content.localName.match(/^t[dh]$/) ? content
    : element(tag, tag === "th" ? { scope: "row" } : {}, content));
  const line = (cells, attributes = {}) =>
    element("tr", attributes, cells.map((content, i) => cell(content, i === 0 ? "th" : "td")));
  return scrolling(label, element("table", { class: "numbers" },
    element("thead", {}, element("tr", {}, head.map(text => (text === "" ? element("td")
      : text instanceof Element ? text : element("th", { scope: "col" }, text))))),
    element("tbody", {}, rows.map((cells, i) => line(cells, rowAttributes(i)))),
    foot && element("tfoot", {}, line(foot))));
}

/** A cell coloured by sign and size; its number says the same. `largest` has the strongest colour. */
export const shaded = (value, largest) => element("td", {
  class: value < 0 ? "negative" : "positive",
  style: { "--share": `${Math.round(40 * Math.abs(value) / (largest || 1))}%` },
}, signed(value));
