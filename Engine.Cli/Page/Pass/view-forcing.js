// Teacher forcing beside free running: the loss of each token of the reference, and the model's own translation.

import { element } from "page/plot.js";
import { table } from "page/record.js";
import { number, percent, t } from "page/text.js";

export { texts } from "page/texts-forcing.js";
export const id = "forcing";
export const title = ["Teacher forcing and free running", "教师强制与自由生成"];
export const applies = model => (model.task === "translate" ? true : "not_for_classifier");

export async function render(host, context) {
  const own = await context.ask("/pass", { source: context.sentence, parts: ["weights"] });
  const forced = context.target ? await context.pass(["weights"]) : own;
  const reference = forced.predictions.map(one => one.reference.text);
  const free = own.predictions.map(one => one.reference.text);
  const losses = forced.predictions.map(one => -one.log_probability);
  const most = Math.max(...losses, 0.1);
  const differs = firstDifference(reference, free);
  host.append(
    element("p", {}, t("forcing_lead")),
    ...(context.target ? [] : [element("p", { class: "note" }, t("forcing_own"))]),
    element("h3", {}, t("forcing_losses")),
    table({
      label: t("forcing_losses"),
      head: [
        ...["position", "read", "next", "expected", "probability", "loss"].map(name => t(`forcing_${name}`)), "",
      ],
      rows: forced.predictions.map((one, i) => {
        const expected = one.likeliest[0];
        const isRight = expected.id === one.reference.id;
        return [String(i), forced.target[i].text, one.reference.text,
          `${isRight ? "✓ " : "✕ "}${expected.text} ${percent(expected.probability)}`,
          percent(Math.exp(one.log_probability)),
          element("td", { "data-name": "loss", "data-value": losses[i] }, number(losses[i], 3)),
          lossBar(losses[i] / most)];
      }),
      foot: [t("forcing_mean"), "", "", "", "",
        element("td", { "data-name": "mean", "data-value": forced.loss }, number(forced.loss, 3)), ""],
    }),
    element("p", { class: "formula" }, t("forcing_formula", {
      total: number(-forced.log_probability, 3), count: losses.length, loss: number(forced.loss, 3),
    })),
    element("h3", {}, t("forcing_free")),
    element("p", {}, differs < 0 ? t("forcing_same") : t("forcing_differs", { position: differs })),
    table({
      label: t("forcing_free"), head: [t("forcing_position"), ...range(reference, free).map(String)],
      rows: [aligned(t("forcing_reference"), reference, differs), aligned(t("forcing_running"), free, differs)],
    }));
}

const range = (reference, free) => Array.from({ length: Math.max(reference.length, free.length) }, (_, i) => i);

/** The first position at which two lists differ; -1 if they are the same. */
export function firstDifference(one, other) {
  const at = one.findIndex((text, i) => text !== other[i]);
  return at >= 0 || other.length === one.length ? at : one.length;
}

const aligned = (name, tokens, differs) => [name, ...tokens.map((text, i) => element("td", {
  class: i === differs ? "first-difference" : differs >= 0 && i > differs ? "after-difference" : null,
}, (i === differs ? "≠ " : "") + text))];

const lossBar = share => element("td", { class: "bar-cell" },
  element("span", { class: "bar-fill", style: { width: `${Math.round(100 * share)}%` } }));
