// The steps from q and k to the output of a head, each a formula with its numbers; view-weight.js shows them.

import { element } from "page/plot.js";
import { rowOf, score, shaded, signed, table } from "page/record.js";
import { number, t } from "page/text.js";

// A record has five digits, so that sums of products agree to about three.
const tolerance = 2e-3;

/** q · k as a row of products. */
export function productStep(one) {
  const q = rowOf(one.queries, one.query, one.head, one.heads);
  const k = rowOf(one.keys, one.key, one.head, one.heads);
  const products = q.map((x, i) => x * k[i]);
  const sum = products.reduce((total, x) => total + x, 0);
  const largest = Math.max(...products.map(Math.abs));
  const recorded = one.scores[one.key];
  // With relative positions the score also holds q · aK, which the products of q and k do not.
  const hasDistance = Math.abs(recorded - sum) > tolerance * Math.max(1, largest);
  const first = one.head * q.length;
  const terms = products.slice(0, 3).map((x, i) => (i ? plus(x) : fixed(x))).join(" ");
  return step(t("weight_product"),
    t("weight_product_text", { query: one.query, key: one.key, head: one.head, from: first, to: first + q.length - 1 }),
    table({
      label: t("weight_products"), head: [t("weight_feature"), ...q.map((_, i) => String(first + i))],
      rows: [["q", ...q.map(signed)], ["k", ...k.map(signed)],
        ["q × k", ...products.map(x => shaded(x, largest))]],
    }),
    formula(`q · k = ${terms}${products.length > 3 ? " + …" : ""} = `,
      hasDistance ? `${number(sum, 3)}; q · (k + aK) = ${number(sum, 3)} ${plus(recorded - sum)} = ` : "",
      result("score", recorded)));
}

/** The division by √dK. */
export function divisionStep(one) {
  const dK = one.queries.shape[1] / one.heads, recorded = one.scores[one.key];
  if (one.interventions.scaling) return step(t("weight_division"), t("weight_division_off"));
  const root = Math.sqrt(dK);
  return step(t("weight_division"), t("weight_division_text"),
    formula(`q · k / √dK = ${number(recorded, 3)} / √${dK} = ${number(recorded, 3)} / ${+root.toFixed(3)} = `,
      result("scaled", recorded / root)));
}

/** Whether the query sees the key. */
export function maskStep(one) {
  const causal = one.kind === "decoder";
  const key = one.masked[one.key] === null ? "weight_hidden"
    : !causal ? "weight_unmasked" : one.interventions.causal_mask ? "weight_mask_off" : "weight_visible";
  return step(t("weight_mask"), t(key, { query: one.query, key: one.key }),
    formula("s = ", result("masked", one.masked[one.key])));
}

/** The softmax of the whole row. */
export function softmaxStep(one) {
  const most = Math.max(...one.masked.filter(x => x !== null));
  const powers = one.masked.map(x => (x === null ? 0 : Math.exp(x - most)));
  const sum = powers.reduce((total, x) => total + x, 0);
  return step(t("weight_softmax"), t("weight_softmax_text", { most: number(most, 3), sum: number(sum, 4) }),
    table({
      label: t("weight_row"),
      head: [t("weight_keys"), t("weight_score"), "exp(s − max)", t("weight_weight"), ""],
      rows: one.keyTokens.map((text, j) => [mark(one, j) + `${j} ${text}`, score(one.masked[j]), number(powers[j], 4),
        number(one.weights[j], 4), bar(one.weights[j])]),
      rowAttributes: j => (j === one.key ? { class: "chosen" } : {}),
      foot: [t("weight_sum"), "", number(sum, 4), number(one.weights.reduce((a, b) => a + b, 0), 4), ""],
    }),
    formula(`${t("weight_weight")} = ${number(powers[one.key], 4)} / ${number(sum, 4)} = `,
      result("weight", one.weight, 4)));
}

/** The sum of the weighted values: the output of the head. */
export function valueStep(one) {
  const output = rowOf(one.outputs, one.query, one.head, one.heads);
  const rows = one.keyTokens.map((_, j) => rowOf(one.values, j, one.head, one.heads).map(v => one.weights[j] * v));
  const rest = output.map((x, i) => x - rows.reduce((total, row) => total + row[i], 0));
  const largest = Math.max(...rows.flat().map(Math.abs), ...output.map(Math.abs));
  const isOff = one.interventions.heads.some(off =>
    off.kind === one.kind && off.head === one.head) && output.every(x => x === 0);
  const hasDistance = !isOff && rest.some(x => Math.abs(x) > tolerance * Math.max(1, largest));
  return step(t("weight_value"), isOff ? t("weight_head_off") : t("weight_value_text", { key: one.key }),
    table({
      label: t("weight_values"),
      head: [t("weight_feature"), ...output.map((_, i) => String(one.head * output.length + i))],
      rows: [
        ...rows.map((row, j) => [`${mark(one, j)}${one.weights[j].toFixed(3)} × v${subscript(j)} ${one.keyTokens[j]}`,
          ...row.map(x => shaded(x, largest))]),
        ...(hasDistance ? [["Σ w × aV", ...rest.map(x => shaded(x, largest))]] : []),
      ],
      rowAttributes: j => (j === one.key ? { class: "chosen" } : {}),
      foot: [t("weight_output"), ...output.map(x => shaded(x, largest))],
    }));
}

const step = (heading, text, ...children) =>
  element("section", { class: "step" }, element("h3", {}, heading), element("p", {}, text), children);

const formula = (...children) => element("p", { class: "formula" }, children);

const result = (name, value, digits = 3) =>
  element("strong", { "data-name": name, "data-value": String(value) }, score(value, digits));

const fixed = x => x.toFixed(3).replace("-", "−");

const plus = x => `${x < 0 ? "−" : "+"} ${fixed(Math.abs(x))}`;

const mark = (one, j) => (j === one.key ? "▶ " : "");

const subscript = j => [...String(j)].map(digit => "₀₁₂₃₄₅₆₇₈₉"[digit]).join("");

const bar = weight => element("td", { class: "bar-cell" },
  weight > 0 && element("span", { class: "bar-fill", style: { width: `${Math.round(100 * weight)}%` } }));
